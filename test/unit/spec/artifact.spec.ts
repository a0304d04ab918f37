import { expect } from "chai";
import { blobName, checkArtifactSource, checkPublishedSource } from "@windows-ha/spec";

const URL = "https://files.example.com/orders.exe";
const SHA256 = "ab".repeat(32);
const CLIENT = "11111111-2222-3333-4444-555555555555";

describe("where a program comes from", () => {
  for (const source of [
    undefined,
    { path: "dist/orders.exe" },
    { url: URL, sha256: SHA256 },
    { url: URL, sha256: SHA256, identityClientId: CLIENT },
  ]) {
    it(`may be ${JSON.stringify(source ?? "nothing at all")}`, () => {
      expect(checkArtifactSource(source, "agent")).to.deep.equal([]);
    });
  }

  const WRONG = [
    {
      source: {},
      seen: "without path, url and sha256",
      fix: "Give agent.path, or both of agent.url and agent.sha256.",
    },
    { source: { url: URL }, seen: "given by url", fix: "Give agent.path, or both of agent.url and agent.sha256." },
    { source: { path: "a.exe", url: URL, sha256: SHA256 }, seen: "given by path and url and sha256" },
    {
      source: { path: "a.exe", identityClientId: CLIENT },
      fix: "Remove agent.identityClientId, or remove agent.path.",
    },
  ];
  for (const { source, ...shows } of WRONG) {
    it(`may not be ${JSON.stringify(source)}`, () => {
      const findings = checkArtifactSource(source, "agent");
      expect(findings).to.have.lengthOf(1);
      expect(findings[0]).to.include({ rule: "artifact-source", path: "agent", ...shows });
    });
  }

  it("may not be a file where nothing is uploaded", () => {
    expect(checkPublishedSource({ path: "a.exe" }, "agent")[0]).to.include({ rule: "artifact-source" });
    expect(checkPublishedSource({ url: URL, sha256: SHA256 }, "agent")).to.deep.equal([]);
    expect(checkPublishedSource({ url: URL }, "agent")).to.have.lengthOf(1);
  });
});

describe("a program that is uploaded", () => {
  it("lies under a name that says the release and changes with the content", () => {
    const file = { name: "orders", version: "1.4.2", sha256: SHA256, fileName: "orders.exe" };
    expect(blobName(file)).to.equal("orders/1.4.2/abababab/orders.exe");
    expect(blobName({ ...file, sha256: "cd".repeat(32) })).to.equal("orders/1.4.2/cdcdcdcd/orders.exe");
  });

  it("has no plus sign in its name, which addresses would need to escape", () => {
    expect(blobName({ name: "orders", version: "1.4.2+build.7", sha256: SHA256, fileName: "o.exe" })).to.equal(
      "orders/1.4.2_build.7/abababab/o.exe",
    );
  });
});
