import { expect } from "chai";
import { succeed } from "../../support/command";
import { REPOSITORY } from "../../support/sandbox-stack";

/** In a process of its own: nothing that another test loaded is unloaded again. */
describe("the modules of Pulumi's SDKs", () => {
  const agent = { url: "https://releases.example.com/agent.exe", sha256: "a".repeat(64) };
  const artifact = { url: "https://releases.example.com/orders.exe", sha256: "b".repeat(64) };
  const service = { name: "orders", version: "1.4.2", artifact, port: 8080 };

  it("are loaded only where a cluster has resources of them", async () => {
    const program = `
      const { record } = require("@windows-ha/testing");
      const { WindowsHaCluster } = require("windows-ha");
      record(() => { new WindowsHaCluster("orders", ${JSON.stringify({ service, agent })}); }).then(() => {
        const index = /@pulumi\\/((?!pulumi\\/)[a-z-]+(?:\\/[a-z]+)?)\\/index\\.js$/;
        console.log(JSON.stringify(Object.keys(require.cache).flatMap((file) => index.exec(file)?.[1] ?? []).sort()));
      });`;
    const printed = await succeed(process.execPath, ["-e", program], { cwd: REPOSITORY });
    expect(JSON.parse(printed)).to.deep.equal([
      "azure-native/compute",
      "azure-native/managedidentity",
      "azure-native/network",
      "azure-native/resources",
      "random",
    ]);
  });
});
