import * as pulumi from "@pulumi/pulumi";
import { promiseOf, recordBoth } from "@windows-ha/testing";
import { expect } from "chai";
import { Site } from "./components";

describe("testing: promiseOf", () => {
  it("tells value, known and secret", async () => {
    expect(await promiseOf(pulumi.secret(5))).to.deep.equal({ value: 5, known: true, secret: true });
    expect(await promiseOf(Promise.resolve("x"))).to.deep.equal({ value: "x", known: true, secret: false });
    expect(await promiseOf(pulumi.output(pulumi.secret({ a: pulumi.output([1]) })))).to.deep.equal({
      value: { a: [1] },
      known: true,
      secret: true,
    });
  });

  it("resolves only after the apply has run", async () => {
    let ran = false;
    await promiseOf(pulumi.output(1).apply(() => void (ran = true)));
    expect(ran).to.equal(true);
  });

  it("tells what a preview does not know", async () => {
    const { preview } = await recordBoth(() => pulumi.interpolate`id ${new Site("orders").networkId}`);
    expect(await promiseOf(preview.result)).to.deep.equal({ value: undefined, known: false, secret: false });
  });

  it("rejects when the output does", async () => {
    const failing = pulumi.output(Promise.reject<string>(new Error("no value")));
    const error = await promiseOf(failing).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).to.equal("no value");
  });
});
