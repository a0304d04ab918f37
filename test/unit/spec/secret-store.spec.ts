import { expect } from "chai";
import * as fc from "fast-check";
import { formatFindings, resolveSecretStore, vaultName } from "@windows-ha/spec";

const SECRET = "canary-7f3a91c2d4e8";
const READER = { name: "machines", principalId: "p" };
const ARGS = { resourceGroupName: "g", secrets: { token: "x" }, readers: [READER], allowFrom: ["198.51.100.7"] };

const messageFor = (changes: object): string => {
  const { findings } = resolveSecretStore({ ...ARGS, ...changes });
  expect(findings).to.have.length.above(0);
  return formatFindings("store", findings);
};

describe("a secret store", () => {
  it("keeps names, never values, and lets nobody read by default", () => {
    const { spec } = resolveSecretStore({ resourceGroupName: "g", secrets: { b: SECRET, a: SECRET } });
    expect(spec).to.deep.equal({ secretNames: ["a", "b"], readers: [], isPrivate: false, softDeleteRetentionDays: 90 });
  });

  it("is private with a subnet", () => {
    const reach = { subnetId: "/s", privateDnsZoneId: "/z" };
    expect(resolveSecretStore({ ...ARGS, allowFrom: undefined, private: reach }).spec!.isPrivate).to.equal(true);
  });
});

describe("the findings about a secret store", () => {
  const WRONG: [string, object, string][] = [
    ["a name that Azure refuses", { secrets: { under_score: "x" } }, 'secrets["under_score"]'],
    ["names that differ in case only", { secrets: { Token: "x", token: "y" } }, 'secrets["token"]'],
    ["an empty value", { secrets: { token: "" } }, 'secrets["token"] [length]'],
    ["a value that is too long", { secrets: { token: "x".repeat(25_601) } }, 'secrets["token"] [length]'],
    ["secrets as a list", { secrets: ["x"] }, "secrets [type]"],
    ["a reader twice", { readers: [READER, READER] }, "readers[1].name"],
    ["another kind of reader", { readers: [{ ...READER, principalType: "Robot" }] }, "readers[0].principalType"],
    ["readers without a way to the vault", { allowFrom: [] }, "[secret-store-reach]"],
    [
      "a public address of a private vault",
      { private: { subnetId: "/s", virtualNetworkId: "/n" } },
      "allowFrom is given",
    ],
    ["an endpoint without zone", { allowFrom: [], private: { subnetId: "/s" } }, "[private-dns]"],
    [
      "an endpoint with two zones",
      { allowFrom: [], private: { subnetId: "/s", virtualNetworkId: "/n", privateDnsZoneId: "/z" } },
      "[private-dns]",
    ],
    ["an endpoint without subnet", { allowFrom: [], private: { virtualNetworkId: "/n" } }, "private.subnetId"],
    ["a private address", { allowFrom: ["10.0.0.0/8"] }, "allowFrom[0]"],
    ["the whole internet", { allowFrom: ["0.0.0.0/0"] }, "allowFrom[0]"],
    ["no address", { allowFrom: ["everywhere"] }, "allowFrom[0]"],
    ["six days", { softDeleteRetentionDays: 6 }, "softDeleteRetentionDays is 6 [range]"],
    ["91 days", { softDeleteRetentionDays: 91 }, "softDeleteRetentionDays is 91 [range]"],
  ];
  for (const [title, changes, expected] of WRONG) {
    it(`name ${title}`, () => {
      expect(messageFor(changes)).to.contain(expected);
    });
  }

  it("are none about what is known only during the deployment", () => {
    const later = { __pulumiOutput: true };
    const reader = { name: "machines", principalId: later };
    const { spec } = resolveSecretStore({ ...ARGS, secrets: { token: later }, readers: [reader], allowFrom: [later] });
    expect(spec!.secretNames).to.deep.equal(["token"]);
  });

  it("ask for plain names and readers", () => {
    expect(messageFor({ secrets: { __pulumiOutput: true } })).to.contain(
      "secrets is an Output or a promise [not-plain]",
    );
  });

  it("never show a value", () => {
    for (const secrets of [{ token: SECRET.repeat(2000) }, { token: [SECRET] }, SECRET, [SECRET]]) {
      expect(messageFor({ secrets })).not.to.contain(SECRET);
    }
  });
});

describe("the name of a vault", () => {
  const suffix = fc.stringMatching(/^[0-9a-f]{10}$/);
  const reserved = fc
    .array(fc.constantFrom("login", "windows", "micro", "soft", "win", "dows", "-", "1", "a"), { maxLength: 8 })
    .map((parts) => parts.join(""));

  it("is legal whatever the component is called", () => {
    fc.assert(
      fc.property(
        fc.oneof(reserved, fc.string({ maxLength: 60 }), fc.string({ unit: "grapheme", maxLength: 40 })),
        suffix,
        (name, hex) => {
          const vault = vaultName(name, hex);
          expect(vault).to.match(/^[a-z][a-z0-9-]{1,22}[a-z0-9]$/);
          expect(vault).not.to.contain("--");
          expect(vault).not.to.match(/microsoft|windows|^login/);
          expect(vault.endsWith(`-${hex}`), "unique").to.equal(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  const NAMES: [string, string][] = [
    ["orders", "orders-0a1b2c3d4e"],
    ["Orders_Production", "orders-produc-0a1b2c3d4e"],
    ["orders-in-our-shop", "orders-in-our-0a1b2c3d4e"],
    ["orders-shop--a-b", "orders-shop-a-0a1b2c3d4e"],
    ["orders-store-x-y", "orders-store-0a1b2c3d4e"],
    ["1st", "kv-1st-0a1b2c3d4e"],
    ["my-windows-app", "my-app-0a1b2c3d4e"],
    ["Login-Service", "service-0a1b2c3d4e"],
    ["loginwinwindowsdows", "kv-0a1b2c3d4e"],
    ["my-login", "my-login-0a1b2c3d4e"],
    ["", "kv-0a1b2c3d4e"],
  ];
  for (const [name, vault] of NAMES) {
    it(`of ${JSON.stringify(name)} is ${vault}`, () => {
      expect(vaultName(name, "0a1b2c3d4e")).to.equal(vault);
    });
  }
});
