import { expect } from "chai";
import { X509Certificate } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";

describe("certificates by the tls stand-in", function () {
  this.timeout(180_000);
  const stack = new SandboxStack(join(__dirname, "programs/tls"));
  before(async () => {
    cpSync(join(REPOSITORY, "stacks/Pulumi.dev.yaml"), stack.config);
    await stack.pulumi(["stack", "init", "dev"]);
  });
  after(() => stack.remove());

  const up = (...more: string[]): Promise<string> =>
    stack.pulumi(["up", "--yes", "--skip-preview", "--stack", "dev", ...more]);
  const output = async (name: string): Promise<string> =>
    await stack.pulumi(["stack", "output", name, "--show-secrets", "--stack", "dev"]);

  it("are signed, kept, and replaced when they are ready for renewal; no key is stored in the clear", async () => {
    await up();
    const first = new X509Certificate(await output("certPem"));
    expect(first.checkIssued(new X509Certificate(await output("caPem")))).to.equal(true);
    expect(first.publicKey.export({ type: "spki", format: "pem" }).toString().trim()).to.equal(
      (await output("publicKey")).trim(),
    );
    await up("--expect-no-changes");
    await stack.set("earlyRenewalHours", "30");
    await up();
    const second = new X509Certificate(await output("certPem"));
    expect(second.serialNumber).not.to.equal(first.serialNumber);
    const exported = join(stack.folder, "state.json");
    await stack.pulumi(["stack", "export", "--stack", "dev", "--file", exported]);
    expect(readFileSync(exported, "utf8")).to.contain("BEGIN CERTIFICATE").and.not.contain("PRIVATE KEY");
  });
});
