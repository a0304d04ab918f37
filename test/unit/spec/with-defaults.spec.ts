import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { withDefaults, type Field } from "@windows-ha/spec";

const field: Field = {
  kind: "object",
  fields: {
    count: { kind: "integer", default: 3 },
    zones: { kind: "list", of: { kind: "string" }, default: ["1", "2"] },
    probe: { kind: "object", fields: { intervalSeconds: { kind: "integer", default: 5 } } },
    source: { kind: "object", required: true, fields: { port: { kind: "integer", default: 80 } } },
    rules: { kind: "list", of: { kind: "object", fields: { protocol: { kind: "string", default: "Tcp" } } } },
    note: { kind: "string" },
    enabled: { kind: "boolean", default: true },
  },
};

describe("withDefaults", () => {
  it("fills in what is missing, inside missing objects too", () => {
    expect(withDefaults(field, { source: {} })).to.deep.equal({
      count: 3,
      zones: ["1", "2"],
      probe: { intervalSeconds: 5 },
      source: { port: 80 },
      enabled: true,
    });
  });

  it("takes null as not given, and keeps false, zero and empty text", () => {
    expect(withDefaults(field, { count: null, enabled: false, note: "" })).to.include({
      count: 3,
      enabled: false,
      note: "",
    });
    expect(withDefaults(field, { count: 0 })).to.include({ count: 0 });
  });

  it("completes every item of a list and leaves out what has neither value nor default", () => {
    expect(withDefaults<object>(field, { rules: [{}, { protocol: "Udp" }] })).to.deep.include({
      rules: [{ protocol: "Tcp" }, { protocol: "Udp" }],
    });
    expect(withDefaults<object>(field, {})).not.to.have.any.keys("note", "rules", "source");
  });

  it("passes Outputs on as they are", () => {
    const output = pulumi.output("later");
    expect(withDefaults<{ note: unknown }>(field, { note: output }).note).to.equal(output);
  });

  it("doesn't change its argument", () => {
    const value = Object.freeze({ source: Object.freeze({}) });
    expect(() => withDefaults(field, value)).not.to.throw();
  });

  it("gives every caller defaults of its own, so that changing one changes no other", () => {
    const first = withDefaults<{ zones: string[] }>(field, {});
    first.zones.push("3");
    expect(withDefaults<{ zones: string[] }>(field, {}).zones).to.deep.equal(["1", "2"]);
  });
});
