import { expect } from "chai";
import type { Secret } from "../../../../packages/sandbox/src/provider";
import { UNKNOWN, type PropertyMap } from "../../../../packages/sandbox/src/provider";
import { randomProvider } from "../../../../packages/sandbox/src/random";
import { refusal } from "./harness";
import { compare } from "./sandbox-modules";

const PASSWORD = "random:index/randomPassword:RandomPassword";
const STRING = "random:index/randomString:RandomString";
const ID = "random:index/randomId:RandomId";

describe("sandbox: the random provider", () => {
  const provider = randomProvider();
  const subject = (type: string): { urn: string; name: string; type: string; connection: string } => ({
    urn: `urn:pulumi:dev::shop::${type}::value`,
    name: "value",
    type,
    connection: "test",
  });
  const check = (type: string, news: PropertyMap): string[] =>
    provider.check({ ...subject(type), olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined }).failures;
  const create = (type: string, inputs: PropertyMap, preview = false): Promise<{ id: string; outputs: PropertyMap }> =>
    provider.create({ ...subject(type), inputs, preview, signal: new AbortController().signal });

  it("draws passwords of the wanted kinds, with a hash that fits", async () => {
    const inputs = { length: 12, minLower: 2, minUpper: 2, minNumeric: 2, minSpecial: 6, overrideSpecial: "!" };
    const { id, outputs } = await create(PASSWORD, inputs);
    const password = (outputs["result"] as Secret).value as string;
    expect(id).to.equal("none");
    expect([...password].sort().join("")).to.match(/^!{6}\d{2}[A-Z]{2}[a-z]{2}$/);
    expect(await compare(password, (outputs["bcryptHash"] as Secret).value as string)).to.equal(true);
    expect(outputs).to.include({ upper: true, numeric: true, number: true });
  });

  it("draws only what is allowed", async () => {
    const { id, outputs } = await create(STRING, { length: 200, special: false, upper: false, numeric: false });
    expect(outputs["result"]).to.match(/^[a-z]{200}$/);
    expect(id).to.equal(outputs["result"]);
  });

  it("writes an id in every notation", async () => {
    const { id, outputs } = await create(ID, { byteLength: 4, prefix: "orders-" });
    const hex = (outputs["hex"] as string).replace("orders-", "");
    expect(hex).to.match(/^[0-9a-f]{8}$/);
    expect(outputs["dec"]).to.equal(`orders-${parseInt(hex, 16)}`);
    expect(outputs["b64Std"]).to.equal(`orders-${Buffer.from(hex, "hex").toString("base64")}`);
    expect(id).to.equal(Buffer.from(hex, "hex").toString("base64url"));
  });

  it("knows nothing in a preview", async () => {
    const { id, outputs } = await create(PASSWORD, { length: 20 }, true);
    expect(id).to.equal("");
    expect(outputs).to.include({ result: UNKNOWN, bcryptHash: UNKNOWN, length: 20 });
  });

  it("replaces with every change, keepers included", () => {
    const request = { ...subject(ID), id: "x", oldInputs: { byteLength: 4, keepers: { a: "1" } } };
    expect(provider.diff({ ...request, news: { byteLength: 4, keepers: { a: "1" } } }).changes.size).to.equal(0);
    const { changes } = provider.diff({ ...request, news: { byteLength: 5, keepers: { a: "2" } } });
    expect([...changes]).to.deep.equal([
      ["byteLength", { kind: "update", replaces: true }],
      ["keepers.a", { kind: "update", replaces: true }],
    ]);
  });

  it("returns what the state holds when it is read", async () => {
    const { id, outputs } = await create(STRING, { length: 8 });
    const found = await provider.read({ ...subject(STRING), id, inputs: { length: 8 }, state: outputs });
    expect(found).to.deep.equal({ id, inputs: { length: 8 }, outputs });
  });

  it("imports", async () => {
    const imported = await provider.read({ ...subject(ID), id: "orders-,_9kR", inputs: {}, state: {} });
    expect(imported!.inputs).to.deep.equal({ byteLength: 3, prefix: "orders-" });
    expect(imported!.outputs).to.include({ hex: "orders-ffd911" });
    const password = await provider.read({ ...subject(PASSWORD), id: "hunter2", inputs: {}, state: {} });
    expect((password!.outputs["result"] as Secret).value).to.equal("hunter2");
    expect(password!.id).to.equal("none");
  });

  it("refuses what can't be drawn", async () => {
    expect(check(PASSWORD, { length: 3, minLower: 2, minUpper: 2 })).to.deep.equal([
      "length: must be at least 4, the sum of minLower, minUpper, minNumeric and minSpecial; is 3",
    ]);
    expect(check(PASSWORD, { length: 8, lower: false, upper: false, numeric: false, special: false })).to.have.length(
      1,
    );
    expect(check(STRING, {})).to.deep.equal(["length: is required"]);
    expect(check(ID, { byteLength: 0 })).to.deep.equal(["byteLength: must be at least 1, is 0"]);
    expect((await refusal(create("random:index/randomPet:RandomPet", {}))).message).to.contain(
      "does not emulate random:index/randomPet:RandomPet yet",
    );
  });
});
