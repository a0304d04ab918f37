import { expect } from "chai";
import type { KubernetesManifest } from "@windows-ha/spec";
import { WindowsCluster, ZONES, zoneOf } from "../support/kubernetes/windows-cluster";
import { manifestsOf, type Changes } from "../unit/spec/aks/arguments";

/** A service of its own namespace; a dead node is given up at once, because the order counts here. */
const named = (name: string, changes: Changes & { service?: Changes } = {}): KubernetesManifest[] => {
  const { workload, service, ...others } = changes;
  return manifestsOf({
    ...others,
    service: { name, ...service },
    workload: { notReadySeconds: 2, ...(workload as Changes) },
  });
};

/** The same with one place of its pods changed, as somebody would by mistake. */
function mistaken(
  name: string,
  change: (pod: Record<string, unknown>, deployment: Record<string, unknown>) => void,
): KubernetesManifest[] {
  const manifests = structuredClone(named(name));
  const deployment = manifests.find(({ kind }) => kind === "Deployment")!;
  const spec = deployment["spec"] as { template: { spec: Record<string, unknown> } };
  change(spec.template.spec, spec);
  return manifests;
}

describe("a service on Windows nodes of a real control plane", function () {
  this.timeout(120_000);
  const cluster = new WindowsCluster();
  const { plane } = cluster;
  const running = (namespace: string, count: number): Promise<void> =>
    plane.until(`${count} pods of ${namespace} run`, 60, async () => {
      return (
        (await cluster.runningPods(namespace)).length === count && (await cluster.endpoints(namespace)).length === count
      );
    });

  before(() => cluster.start());
  after(() => cluster.stop());

  it("is taken by the API server, each object with every field, and without a change when it is applied again", async () => {
    const all = named("strict", {
      workload: {
        autoscale: { maximum: 9 },
        rights: "reader",
        loadBalancer: { public: true, allowFrom: ["203.0.113.0/24"] },
      },
    });
    const [namespace, ...others] = all;
    await cluster.applyAll([namespace!]);
    for (const manifest of others) {
      const { status, body } = await cluster.apply(manifest, { dryRun: true });
      expect(status, `${manifest.kind}: ${body.message}`).to.equal(201);
    }
    await cluster.applyAll(others);
    for (const manifest of others) expect((await cluster.apply(manifest)).status, manifest.kind).to.equal(200);
  });

  it("is refused with a field that Kubernetes doesn't know, and with a selector that finds no pods", async () => {
    await cluster.applyAll(named("planted").slice(0, 1));
    const deployment = (manifests: KubernetesManifest[]): KubernetesManifest =>
      manifests.find(({ kind }) => kind === "Deployment")!;
    const unknown = await cluster.apply(deployment(mistaken("planted", (pod) => (pod["nodeSelectors"] = {}))), {
      dryRun: true,
    });
    expect(unknown.body.message).to.match(/nodeSelectors/);
    const lost = mistaken("planted", (_, spec) => (spec["selector"] = { matchLabels: { app: "x" } }));
    expect((await cluster.apply(deployment(lost), { dryRun: true })).body.message).to.include(
      "does not match template",
    );
  });

  it("keeps its pods when an autoscaler is asked for: of a number that is left out Kubernetes makes 1", async () => {
    const replicas = async (): Promise<unknown> => {
      const { body } = await cluster.api.call("GET", "/apis/apps/v1/namespaces/scaled/deployments/scaled");
      return (body as { spec?: { replicas?: number } }).spec?.replicas;
    };
    await cluster.applyAll(named("scaled"));
    await cluster.applyAll(named("scaled", { workload: { autoscale: { maximum: 9 } } }));
    expect(await replicas()).to.equal(3);
    await cluster.applyAll(mistaken("scaled", (_, spec) => delete spec["replicas"]));
    expect(await replicas(), "what would have happened").to.equal(1);
  });

  it("runs on Windows nodes alone, in every zone", async () => {
    await cluster.applyAll(named("orders"));
    await running("orders", 3);
    const pods = await cluster.runningPods("orders");
    expect(pods.map(({ spec }) => spec["nodeName"]).every((node) => /^win-/.test(String(node as string)))).to.equal(
      true,
    );
    expect(new Set(pods.map(zoneOf))).to.deep.equal(new Set(["1", "2", "3"]));
  });

  it("never has fewer pods than it should while a new version is rolled out", async () => {
    const seen: number[] = [];
    const changed = named("orders", { service: { version: "1.4.3", image: "orders.azurecr.io/orders:1.4.3" } }).map(
      (manifest) => {
        // Ten seconds of admission for each pod would be waited for here, too.
        if (manifest.kind === "Deployment") (manifest["spec"] as { minReadySeconds: number }).minReadySeconds = 1;
        return manifest;
      },
    );
    await cluster.applyAll(changed);
    await plane.until("the new version runs everywhere", 60, async () => {
      seen.push((await cluster.endpoints("orders")).length);
      const pods = await cluster.pods("orders");
      return (
        pods.length === 3 && pods.every(({ metadata }) => metadata.labels!["app.kubernetes.io/version"] === "1.4.3")
      );
    });
    expect(Math.min(...seen)).to.be.at.least(3);
    await running("orders", 3);
  });

  it("keeps two pods in a drain, and the third one only until another one runs", async () => {
    await running("orders", 3);
    await plane.until(
      "the budget knows of three pods",
      30,
      async () => (await cluster.disruptionsAllowed("orders")) === 1,
    );
    const [first, second] = await cluster.runningPods("orders");
    // Else a successor is there before the second question is answered.
    await cluster.setSchedulable(false);
    expect(await cluster.evict(first!)).to.equal(201);
    expect(await cluster.evict(second!), "the budget holds").to.equal(429);
    await cluster.setSchedulable(true);
    await running("orders", 3);
    await plane.until("the budget lets the second one go", 30, async () => (await cluster.evict(second!)) === 201);
    await running("orders", 3);
  });

  it("keeps two endpoints when a zone is lost, and gets the third one back in the others", async () => {
    const seen: number[] = [];
    // Not the one before: a drain may have left two of its pods in one zone.
    await cluster.applyAll(named("spread"));
    await running("spread", 3);
    await cluster.loseZone(ZONES[0]);
    await plane.until("three pods run outside of the lost zone", 90, async () => {
      seen.push((await cluster.endpoints("spread")).length);
      const pods = await cluster.runningPods("spread");
      return pods.length === 3 && pods.every((pod) => zoneOf(pod) !== "1");
    });
    expect(Math.min(...seen)).to.be.at.least(2);
    expect(new Set((await cluster.runningPods("spread")).map(zoneOf))).to.deep.equal(new Set(["2", "3"]));
  });

  /** Mistakes that leave pods without a node, and what the scheduler says. */
  const LOST: readonly [string, KubernetesManifest[], RegExp][] = [
    ["no toleration", mistaken("intolerant", (pod) => (pod["tolerations"] = [])), /untolerated taint/],
    [
      "an image for another Windows",
      named("newer", { windowsPool: { osSku: "Windows2025" } }),
      /didn't match Pod's node affinity\/selector/,
    ],
    [
      "a selector for nobody",
      mistaken("lost", (pod) => (pod["nodeSelector"] = { "kubernetes.io/os": "plan9" })),
      /didn't match Pod's node affinity\/selector/,
    ],
  ];
  for (const [title, manifests, reason] of LOST) {
    it(`finds no node with ${title}, and Kubernetes says why`, async () => {
      const { namespace } = manifests.at(-1)!.metadata;
      await cluster.applyAll(manifests);
      await plane.until("the scheduler has looked", 30, async () =>
        reason.test(await cluster.reasonOfPending(namespace!)),
      );
      expect(await cluster.runningPods(namespace!)).to.deep.equal([]);
    });
  }

  it("would run on Linux nodes without its selector and fail there: the negative control of the first test", async () => {
    const anywhere = mistaken("anywhere", (pod) => {
      delete pod["nodeSelector"];
      pod["tolerations"] = [];
    });
    await cluster.applyAll(anywhere);
    await plane.until("a pod runs somewhere", 30, async () => (await cluster.runningPods("anywhere")).length > 0);
    const [pod] = await cluster.runningPods("anywhere");
    expect(pod!.spec["nodeName"]).to.match(/^linux-/);
  });
});
