import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { AGENT_PLATFORMS, agentBinary, AgentBinaryMissing, type AgentPlatform } from "@windows-ha/agent";
import { expect } from "chai";

describe("agentBinary", () => {
  for (const platform of AGENT_PLATFORMS) {
    it(`finds the agent for ${platform.os}/${platform.arch} with its hash, or says how to build it`, () => {
      try {
        const { file, sha256 } = agentBinary(platform);
        expect(sha256).to.equal(createHash("sha256").update(readFileSync(file)).digest("hex"));
        expect(file.endsWith(".exe")).to.equal(platform.os === "windows");
      } catch (error) {
        expect(error).to.be.instanceOf(AgentBinaryMissing);
        const missing = error as AgentBinaryMissing;
        expect(existsSync(missing.file), missing.file).to.be.false;
        expect(missing.message)
          .to.include(missing.file)
          .and.include(`node packages/agent/build.mjs ${platform.os}-${platform.arch}`);
      }
    });
  }

  it("names the path and the command when there is no build for a platform", () => {
    const unbuilt = { os: "linux", arch: "riscv64" } as unknown as AgentPlatform;
    expect(() => agentBinary(unbuilt))
      .to.throw(AgentBinaryMissing, /linux-riscv64/)
      .with.property("platform", unbuilt);
  });
});
