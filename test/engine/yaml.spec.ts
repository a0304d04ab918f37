import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";
import { answeringMachines, eventually } from "../support/traffic";

const PROGRAMS = join(REPOSITORY, "test/engine/programs");
const CANARY = "canary-of-the-yaml-program";

/** URNs without the project's name, which is each program's own. */
const withoutProject = (urns: readonly string[], project: string): string[] =>
  urns.map((urn) => urn.replace(`::${project}::`, "::").replace(`::${project}-dev`, "::dev")).sort();

describe("the cluster as a YAML program", function () {
  this.timeout(180_000);

  describe("examples/yaml", () => {
    const stack = new SandboxStack(join(REPOSITORY, "examples/yaml"));
    before(async () => {
      await stack.create();
      await stack.setFiles();
    });
    after(() => stack.remove());

    it("is known by the schema that was reviewed, with the package's version", async () => {
      const printed = JSON.parse(
        await stack.pulumi(["package", "get-schema", "./node_modules/windows-ha/plugin"]),
      ) as Record<string, unknown>;
      const folder = join(REPOSITORY, "packages/components");
      const reviewed = JSON.parse(readFileSync(join(folder, "plugin/schema.json"), "utf8")) as { resources: object };
      const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
      expect(printed["version"]).to.equal(version);
      expect(Object.keys(printed["resources"] as object)).to.have.members(Object.keys(reviewed.resources));
    });

    it("comes up with the resources of the same cluster in TypeScript, and answers", async () => {
      await stack.up();
      const typescript = readFileSync(join(REPOSITORY, "test/engine/golden/quickstart.urns"), "utf8")
        .trim()
        .split("\n");
      expect(withoutProject(await stack.urns(), "yaml")).to.deep.equal(withoutProject(typescript, "quickstart"));
      const url = await stack.output("url");
      await eventually("three machines", 30, async () => (await answeringMachines(url)).size === 3);
    });

    it("has nothing to do when nothing changed", async () => {
      await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    });

    it("goes down, and leaves no process of the package behind", async () => {
      await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
      await eventually("no package that runs", 10, () =>
        Promise.resolve(stack.processes().every((line) => !line.includes("run-plugin"))),
      );
    });
  });

  it("takes values that are secret and values that are known later, and prints no secret", async () => {
    const stack = new SandboxStack(join(PROGRAMS, "yaml-values"));
    try {
      await stack.create();
      await stack.setFiles();
      await stack.pulumi(["config", "set", "--secret", "connection", CANARY, "--stack", "dev"]);
      const preview = await stack.pulumi(["preview", "--diff", "--stack", "dev"]);
      expect(preview).to.include("windows-ha:index:WindowsHaCluster").and.not.include(CANARY);
      const printed = await stack.up();
      expect(printed).not.to.include(CANARY);
      expect(await stack.pulumi(["stack", "export", "--stack", "dev"])).not.to.include(CANARY);
      await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    } finally {
      await stack.remove();
    }
  });

  it("hears of all mistakes at once, each with what is allowed, and of no secret", async () => {
    const stack = new SandboxStack(join(PROGRAMS, "yaml-mistakes"));
    try {
      await stack.create();
      const { code, stdout, stderr } = await stack.tryPulumi(["preview", "--stack", "dev"]);
      const printed = stdout + stderr;
      expect(code).not.to.equal(0);
      for (const path of [
        "service.name",
        "service.version",
        "service.artifact.sha256",
        "service.port",
        "machines.count",
      ])
        expect(printed).to.include(path);
      expect(printed).to.include("allowed:").and.include("fix:").and.not.include(CANARY);
    } finally {
      await stack.remove();
    }
  });
});
