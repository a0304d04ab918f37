import { expect } from "chai";
import { succeed } from "../../../support/command";
import { REPOSITORY } from "../../../support/sandbox-stack";

/** In a process of its own: nothing that another test loaded is unloaded again. */
describe("Kubernetes' SDK", () => {
  const loaded = async (program: string): Promise<string[]> => {
    const count = `console.log(JSON.stringify(Object.keys(require.cache).filter((file) => /@pulumi.kubernetes/.test(file))));`;
    const printed = await succeed(process.execPath, ["-e", `${program}.then(() => { ${count} });`], {
      cwd: REPOSITORY,
    });
    return JSON.parse(printed) as string[];
  };
  const load = `require("windows-ha"); const { record } = require("@windows-ha/testing");`;

  it("is nothing that a program without pods loads", async () => {
    expect(await loaded(`${load} Promise.resolve()`)).to.deep.equal([]);
  });

  it("is loaded class by class where there are pods, never as a whole", async () => {
    const service = { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 };
    const files = await loaded(
      `${load} record(() => { new (require("windows-ha").WindowsWorkload)("orders", { kubeconfig: "{}", service: ${JSON.stringify(service)} }); })`,
    );
    expect(files.filter((file) => /apps.v1.deployment\.js$/.test(file))).to.have.length(1);
    expect(files.filter((file) => /@pulumi.kubernetes.index\.js$/.test(file))).to.deep.equal([]);
    expect(files).to.have.length.below(25);
  });

  it("is asked for by name where it isn't installed", async () => {
    const service = { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 };
    const program = `
      const { Module } = require("node:module");
      const resolve = Module._resolveFilename;
      Module._resolveFilename = (name, ...rest) => {
        if (!name.startsWith("@pulumi/kubernetes")) return resolve(name, ...rest);
        throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: "MODULE_NOT_FOUND" });
      };
      ${load}
      const { WindowsWorkload } = require("windows-ha");
      record(() => { new WindowsWorkload("orders", { service: ${JSON.stringify(service)} }); }).catch((error) => console.log(error.message));`;
    const printed = await succeed(process.execPath, ["-e", program], { cwd: REPOSITORY });
    expect(printed).to.include("npm install @pulumi/kubernetes");
  });
});
