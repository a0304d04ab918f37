import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { succeed } from "../../support/command";
import { REPOSITORY } from "../../support/sandbox-stack";

const agent = { url: "https://releases.example.com/agent.exe", sha256: "a".repeat(64) };
const artifact = { url: "https://releases.example.com/orders.exe", sha256: "b".repeat(64) };
const service = { name: "orders", version: "1.4.2", artifact, port: 8080 };
const CLUSTER = JSON.stringify({ service, agent });

/** In processes of their own: nothing that another test loaded is unloaded again. */
const run = (code: string, ...flags: string[]): Promise<string> =>
  succeed(process.execPath, [...flags, "-e", code], { cwd: REPOSITORY });

describe("the published bundle", function () {
  this.timeout(60_000);

  const folders = { "windows-ha": "components", "@windows-ha/spec": "spec" };
  const bundles = new Map<string, string>();
  /** Text of a program with the bundle of a package. */
  const load = (name: string): string => `require(${JSON.stringify(join(bundles.get(name)!, "bundle.js"))})`;

  before(async () => {
    for (const [name, folder] of Object.entries(folders)) {
      const cwd = join(REPOSITORY, "packages", folder);
      bundles.set(name, mkdtempSync(join(cwd, "dist/bundle-test-")));
      await succeed(process.execPath, [join(REPOSITORY, "tools/bundle.mjs"), bundles.get(name)!], { cwd });
    }
  });

  after(() => bundles.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  for (const [name, use] of [
    ["windows-ha", `record(() => { new bundle.WindowsHaCluster("orders", ${CLUSTER}); })`],
    ["@windows-ha/spec", `Promise.resolve(bundle.clusterFacts(bundle.resolveCluster(${CLUSTER}).spec))`],
  ] as const) {
    it(`of ${name} loads no part and no agent for a cluster without Consul that names its agent`, async () => {
      const printed = await run(`
        const { record } = require("@windows-ha/testing");
        const bundle = ${load(name)};
        const ours = new RegExp(${JSON.stringify(String.raw`bundle-test-|packages.(agent|spec)\b`)});
        ${use}.then(() => console.log(JSON.stringify(Object.keys(require.cache).filter((file) => ours.test(file)))));`);
      expect(JSON.parse(printed)).to.deep.equal([join(bundles.get(name)!, "bundle.js")]);
    });

    it(`of ${name} gives an ES module every name that the package exports`, async () => {
      const exported = Object.entries(createRequire(__filename)(name) as Record<string, unknown>);
      const names = exported.map(([key]) => key).join(", ");
      const file = JSON.stringify(join(bundles.get(name)!, "bundle.js"));
      const program = `import { ${names} } from ${file}; console.log([${names}].map((value) => typeof value).join());`;
      const printed = await run(program, "--input-type=module");
      expect(printed.trim().split(",")).to.deep.equal(exported.map(([, value]) => typeof value));
    });
  }

  it("creates what is in a part", async () => {
    const onKubernetes = { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 };
    const args = JSON.stringify({ kubeconfig: "{}", service: onKubernetes });
    const printed = await run(`
      const { WindowsWorkload } = ${load("windows-ha")};
      require("@windows-ha/testing").record(() => { new WindowsWorkload("orders", ${args}); })
        .then(({ resources }) => console.log(resources[0].type));`);
    expect(printed).to.equal("windows-ha:index:WindowsWorkload\n");
  });
});
