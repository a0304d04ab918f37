import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { agentSpecText, installCommand, RUN_COMMAND_SCRIPT, runCommandParameters } from "@windows-ha/spec";
import type { RunCommandInputs } from "../../../../packages/sandbox/src/azure/types/virtual-machine-run-command";
import { failureOf } from "./asking";
import { TestCluster } from "./cluster";

const PLACE = "/subscriptions/s/resourceGroups/shop/providers";
const MACHINE = `${PLACE}/Microsoft.Compute/virtualMachines/orders-1`;
const TYPE = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";

describe("sandbox run commands", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start();
    cluster.store.put(machine);
    await cluster.plane.putMachines(machine);
  });
  afterEach(() => cluster.end());

  const machine = {
    id: MACHINE,
    type: "azure-native:compute:VirtualMachine",
    name: "orders-1",
    inputs: { osProfile: { computerName: "orders-1" } },
    outputs: {},
  };

  function inputs(shape: { version?: string; environment?: Record<string, string> } = {}): RunCommandInputs {
    const url = cluster.url(cluster.agentSha256);
    const specJson = agentSpecText(cluster.agentSpec(shape));
    const commandToExecute = installCommand({ agent: { url, sha256: cluster.agentSha256 }, specJson });
    return {
      source: { script: RUN_COMMAND_SCRIPT },
      ...runCommandParameters({ fileUris: [url], commandToExecute })!,
      treatFailureAsDeploymentFailure: true,
    };
  }
  const resource = (given: RunCommandInputs & { tags?: Record<string, string> }) => ({
    id: `${MACHINE}/runCommands/install`,
    type: TYPE,
    name: "install",
    inputs: given as Record<string, never>,
    outputs: {},
  });

  /** Puts the command as the control plane does, and the machine has to come to it. */
  async function put(given: RunCommandInputs & { tags?: Record<string, string> }): Promise<void> {
    cluster.store.put(resource(given));
    await cluster.plane.putMachines(machine);
  }
  const installs = (): string[] =>
    readFileSync(join(cluster.root("orders-1"), "logs", "agent.log"), "utf8")
      .trim()
      .split("\n");
  const problems = (given: RunCommandInputs): string[] => cluster.plane.preflight(resource(given));

  it("run once, and again exactly when document or agent changed", async () => {
    await put(inputs());
    await put({ ...inputs(), tags: { team: "orders" } });
    expect(installs()).to.deep.equal(["install 1.0.0"]);
    await put(inputs({ version: "1.1.0" }));
    expect(installs()).to.deep.equal(["install 1.0.0", "install 1.1.0"]);
  });

  it("fail the deployment with what the script printed, and run again at the next try", async () => {
    const broken = inputs({ version: "2.0.0", environment: { FAIL: "20" } });
    const failure = await failureOf(put(broken));
    expect(failure.message).to.contain("exit code 20").and.to.contain("the service of 2.0.0 said boom");
    await failureOf(put(broken));
    expect(installs()).to.deep.equal(["install 2.0.0", "install 2.0.0"]);
  });

  it("fail nothing where they aren't told to, as Azure's default is", async () => {
    const broken = inputs({ version: "2.0.0", environment: { FAIL: "20" } });
    await put({ ...broken, treatFailureAsDeploymentFailure: false });
    expect(installs()).to.deep.equal(["install 2.0.0"]);
  });

  it("don't run an agent that isn't the declared one", async () => {
    const given = inputs();
    const parameters = given.parameters!.map((parameter) =>
      parameter.name === "AgentUri" ? { ...parameter, value: cluster.url(cluster.programSha256) } : parameter,
    );
    const failure = await failureOf(put({ ...given, parameters }));
    expect(failure.message).to.contain("exit code 30").and.to.contain("does not have the declared SHA-256");
  });

  it("are ended after the time that they were given", async () => {
    const slow = inputs({ environment: { INSTALL_MS: "15000" } });
    const failure = await failureOf(put({ ...slow, timeoutInSeconds: 1 }));
    expect(failure.message).to.contain("ended after its timeoutInSeconds, 1");
  });

  it("are refused before anything is created when the sandbox can't run them", () => {
    const given = inputs();
    expect(problems(given)).to.deep.equal([]);
    expect(problems({ ...given, source: { script: "Get-Date" } }).join()).to.contain("has no PowerShell");
    delete cluster.settings.artifacts[cluster.programSha256];
    expect(problems(given).join()).to.contain("the program orders.exe").and.to.contain("isn't published");
  });
});
