import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../../packages/sandbox/dist/kubernetes/control-plane";
import { drainNode } from "../../packages/sandbox/dist/kubernetes/clusters/drain";
import { ClusterView } from "../support/kubernetes/cluster-view";
import { isAlive, type KubernetesObject } from "../support/kubernetes/control-plane";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";

const SERVICE = "orders";
const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];

describe("the service on AKS, in the sandbox's Kubernetes", function () {
  this.timeout(240_000);
  const stack = new SandboxStack(join(REPOSITORY, "examples/aks"));
  const program = join(stack.project, "index.ts");
  let cluster: ClusterView;

  before(() => stack.create());
  after(() => stack.remove());

  /** By the kubeconfig that the sandbox's documentation names, for kubectl. */
  function connect(): ClusterView {
    const folder = join(stack.sandbox, "kubernetes");
    const file = join(folder, readdirSync(folder)[0]!, "kubeconfig.json");
    const { clusters, users } = JSON.parse(readFileSync(file, "utf8")) as {
      clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
      users: [{ user: { token: string } }];
    };
    const { server, "certificate-authority-data": authority } = clusters[0].cluster;
    const { token } = users[0].user;
    return new ClusterView(
      new ApiClient({ server, token, authority: Buffer.from(authority, "base64").toString("utf8") }),
    );
  }

  async function until(what: string, reached: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 90_000; !(await reached()); await sleep(250)) {
      if (Date.now() > deadline) throw new Error(`not within 90 s: ${what}`);
    }
  }

  /** The least number of pods that got connections while something was done. */
  async function leastInService(work: () => Promise<unknown>): Promise<number> {
    const seen: number[] = [];
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        seen.push((await cluster.endpoints(SERVICE)).length);
        await sleep(100);
      }
    })();
    try {
      await work();
    } finally {
      isOver = true;
      await watching;
    }
    return Math.min(...seen);
  }

  async function placesOf(pods: readonly KubernetesObject[]): Promise<{ os: string[]; zones: string[] }> {
    const nodes = new Map((await cluster.list("/api/v1/nodes")).map((node) => [node.metadata.name, node]));
    const label = (key: string): string[] =>
      pods.map(({ spec }) => nodes.get(spec["nodeName"] as string)!.metadata.labels![key]!).sort();
    return { os: label("kubernetes.io/os"), zones: label("topology.kubernetes.io/zone") };
  }

  it("goes up against a real API server, with its pods on Windows nodes in three zones", async () => {
    await stack.up();
    cluster = connect();
    const pods = await cluster.runningPods(SERVICE);
    expect(await placesOf(pods)).to.deep.equal({
      os: ["windows", "windows", "windows"],
      zones: ["westeurope-1", "westeurope-2", "westeurope-3"],
    });
    expect(await cluster.endpoints(SERVICE)).to.have.length(3);
  });

  it("gives the service the next address of the nodes' subnet", async () => {
    const addresses = (await stack.machines()).map(({ address }) => address);
    expect(addresses).to.deep.equal(Array.from({ length: 6 }, (_, index) => `10.20.0.${4 + index}`));
    expect(await stack.output("url")).to.equal("http://10.20.0.10:8080");
  });

  it("has nothing to change then, also after everything was read back", async () => {
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["refresh", "--yes", "--skip-preview", "--stack", "dev"]);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("keeps two pods in service while a node is drained", async () => {
    const [pod] = await cluster.runningPods(SERVICE);
    const node = pod!.spec["nodeName"] as string;
    expect(await leastInService(() => drainNode(cluster.api, node, 60_000))).to.be.at.least(2);
    expect((await cluster.runningPods(SERVICE)).map(({ spec }) => spec["nodeName"])).to.not.include(node);
    await cluster.api.merge(`/api/v1/nodes/${node}`, { spec: { unschedulable: false } });
    await until("three pods are in service again", async () => (await cluster.endpoints(SERVICE)).length === 3);
  });

  it("never has less than three pods in service while another image and another setting are rolled out", async () => {
    const text = readFileSync(program, "utf8");
    writeFileSync(program, text.replace("  cluster:", "  workload: { notReadySeconds: 2 },\n  cluster:"));
    await stack.set("image", "orders.azurecr.io/orders:1.4.3");
    expect(await leastInService(() => stack.up())).to.be.at.least(3);
    const pods = await cluster.runningPods(SERVICE);
    expect(pods.map(({ spec }) => (spec["containers"] as { image: string }[])[0]!.image)).to.deep.equal(
      Array(3).fill("orders.azurecr.io/orders:1.4.3"),
    );
  });

  it("keeps two pods in service when a zone is lost, gets the third one back in the others, and is itself again after", async () => {
    const least = await leastInService(async () => {
      const lost = (await stack.cli(["sandbox", "stop-zone", "1"])).trim();
      expect(lost).to.match(/^stopped aks-system-\d+-vmss000000, akswin\w{3}000000$/);
      await until("three pods are in service outside of the lost zone", async () => {
        const pods = await cluster.runningPods(SERVICE);
        const { zones } = await placesOf(pods);
        return zones.length === 3 && !zones.includes("westeurope-1") && (await cluster.endpoints(SERVICE)).length === 3;
      });
    });
    expect(least).to.be.at.least(2);
    expect((await stack.machines()).filter(({ health }) => health === "unhealthy")).to.have.length(2);
    await stack.cli(["sandbox", "start-zone", "1"]);
    await until("every node is back", async () =>
      (await stack.machines()).every(({ power, health }) => power === "running" && health === "healthy"),
    );
  });

  it("comes back with its pods after the sandbox was ended", async () => {
    await stack.cli(["sandbox", "down"]);
    expect(stack.processes()).to.deep.equal([]);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await until("three pods are in service", async () => (await cluster.endpoints(SERVICE)).length === 3);
  });

  it("goes down, and leaves neither a program of Kubernetes nor a file", async () => {
    const running = stack.processes().filter((line) => PROGRAMS.some((name) => line.includes(name)));
    expect(running).to.have.length(PROGRAMS.length);
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect((await stack.status()).resources).to.equal(0);
    expect(running.map((line) => Number(line.split(" ")[0])).filter(isAlive)).to.deep.equal([]);
    expect(readdirSync(join(stack.sandbox, "kubernetes"))).to.deep.equal([]);
  });
});
