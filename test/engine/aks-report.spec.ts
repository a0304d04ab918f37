import { readPreview } from "@windows-ha/report";
import { expect } from "chai";
import { join } from "node:path";
import { expectAsRecorded } from "../support/preview-fixtures";
import { SandboxStack } from "../support/sandbox-stack";

const PREVIEW = ["preview", "--json", "--show-sames", "--show-replacement-steps", "--stack", "dev"];
const DEPLOYER = "203.0.113.7";

/** Settings of the program, by the name of the preview that they lead to. */
const CHANGES: Record<string, Record<string, unknown>> = {
  // A new version, asked half as often, on nodes of the next Kubernetes, with one more who may use the API server.
  "aks-change": {
    service: { version: "1.5.0", image: "orders.azurecr.io/orders:1.5.0" },
    workload: { loadBalancer: { probe: { intervalSeconds: 10 } } },
    cluster: { kubernetesVersion: "1.36", apiServer: { allowFrom: [DEPLOYER, "198.51.100.0/24"] } },
  },
  "aks-replace": { windowsPool: { size: "Standard_D8ds_v5" } },
  "aks-public": { workload: { loadBalancer: { public: true, allowFrom: ["0.0.0.0/0"] } } },
};

describe("a report on a service on AKS", function () {
  this.timeout(600_000);
  const stack = new SandboxStack(join(__dirname, "programs/aks-service"));
  before(() => stack.create());
  after(() => stack.remove());

  const service = { version: "1.5.0", image: "orders.azurecr.io/orders:1.5.0" };
  const set = (settings: object): Promise<unknown> =>
    stack.pulumi(["config", "set", "settings", JSON.stringify(settings), "--stack", "dev"]);

  it("reads the first preview of a stack", async () => {
    expectAsRecorded("aks-create", await stack.pulumi(PREVIEW), stack.folder);
    await stack.up();
  });

  for (const [name, settings] of Object.entries(CHANGES)) {
    it(`reads a preview as it was recorded: ${name}`, async () => {
      await set(settings);
      expectAsRecorded(name, await stack.pulumi(PREVIEW), stack.folder);
    });
  }

  it("said the truth: nothing is left to change after the update", async () => {
    await set({ service });
    const { rollouts, interruptions } = readPreview(await stack.pulumi(PREVIEW));
    expect(rollouts.map(({ of, machines, leastInService }) => [of, machines, leastInService])).to.deep.equal([
      ["pods", 3, 3],
    ]);
    expect(interruptions).to.deep.equal([]);
    await stack.up();
    const after = readPreview(await stack.pulumi(PREVIEW));
    expect(after.outcome).to.equal("no changes");
  });

  it("keeps the pods when an autoscaler is asked for, as the report says", async () => {
    await set({ service, workload: { autoscale: { maximum: 9 } } });
    const { counts, rollouts, interruptions } = readPreview(await stack.pulumi(PREVIEW));
    expect(counts).to.include({ create: 1, replace: 0, delete: 0 });
    expect([rollouts, interruptions]).to.deep.equal([[], []]);
    await stack.up();
    const { deployment } = JSON.parse(await stack.pulumi(["stack", "export", "--stack", "dev"])) as {
      deployment: { resources: { type: string; outputs: { spec: object; status: object } }[] };
    };
    const pods = deployment.resources.find(({ type }) => type === "kubernetes:apps/v1:Deployment")!.outputs;
    expect(pods.spec).to.include({ replicas: 3 });
    expect(pods.status).to.include({ readyReplicas: 3 });
  });
});
