import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AGENT_PLATFORMS } from "@windows-ha/agent";
import { expect } from "chai";

const AGENT = join(__dirname, "../../../packages/agent");
const CPU = { amd64: "x64", arm64: "arm64" };

interface Manifest {
  name: string;
  version: string;
  license: string;
  engines: unknown;
  os?: string[];
  cpu?: string[];
  scripts?: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  publishConfig?: { os?: string[]; cpu?: string[]; executableFiles?: string[] };
}

describe("the packages of the agent's platforms", () => {
  const locator = manifestOf(AGENT);

  it("are one for each platform", () => {
    const targets = AGENT_PLATFORMS.map(({ os, arch }) => `${os}-${arch}`);
    expect(readdirSync(join(AGENT, "platforms"))).to.have.members(targets);
    const named = Object.keys({ ...locator.dependencies, ...locator.optionalDependencies });
    expect(named).to.have.members(targets.map((target) => `@windows-ha/agent-${target}`));
  });

  for (const { os, arch } of AGENT_PLATFORMS) {
    const packed = manifestOf(join(AGENT, "platforms", `${os}-${arch}`));

    it(`${packed.name} has the version, licence and engines of the locator, and runs nothing at installation`, () => {
      const { name, version, license, engines } = packed;
      expect({ name, version, license, engines }).to.deep.equal({
        name: `@windows-ha/agent-${os}-${arch}`,
        version: locator.version,
        license: locator.license,
        engines: locator.engines,
      });
      expect(packed.scripts).to.have.all.keys("prepack", "postpack");
    });

    if (os === "windows" || arch === "amd64") {
      it(`${packed.name} is installed everywhere: it is copied to machines from every platform`, () => {
        expect(locator.dependencies).to.have.property(packed.name, "workspace:*");
        expect(packed).to.not.have.any.keys("os", "cpu");
        expect(packed.publishConfig ?? {}).to.not.have.any.keys("os", "cpu");
      });
    } else {
      it(`${packed.name} is installed where it runs, and may be missing elsewhere`, () => {
        expect(locator.optionalDependencies).to.have.property(packed.name, "workspace:*");
        expect(packed.publishConfig).to.deep.equal({
          cpu: [CPU[arch]],
          os: ["linux"],
          executableFiles: ["./bin/windows-ha-agent"],
        });
      });
    }
  }
});

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
