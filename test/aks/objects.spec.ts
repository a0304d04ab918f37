import { expect } from "chai";
import type { KubernetesManifest } from "@windows-ha/spec";
import { PartialFailure, type PropertyMap } from "../../packages/sandbox/src/provider";
import { asInputs, changed, idOf, Program, renamed } from "../support/kubernetes/program";
import { WindowsCluster } from "../support/kubernetes/windows-cluster";
import { manifestsOf } from "../unit/spec/aks/arguments";

describe("objects that the sandbox brings to a real API server", function () {
  this.timeout(120_000);
  const cluster = new WindowsCluster();
  const { api } = cluster.plane;
  let program: Program;
  // Ten seconds of admission for each pod would be waited for here, too; two are enough to be seen.
  const objects = manifestsOf({ workload: { autoscale: { maximum: 9 }, rights: "reader" } }).map((manifest) =>
    manifest.kind === "Deployment" ? changed(manifest, "spec.minReadySeconds", 2) : manifest,
  );
  const objectOf = (kind: string): KubernetesManifest => objects.find((manifest) => manifest.kind === kind)!;

  before(async () => {
    await cluster.start();
    program = new Program(cluster);
  });
  after(() => cluster.stop());

  it("are created one after the other, and known as the API server has them", async () => {
    for (const manifest of objects.filter(({ kind }) => kind !== "Service")) {
      const { id, outputs } = await program.create(manifest);
      expect(id).to.equal(idOf(manifest));
      expect(outputs["metadata"]).to.include.keys("uid", "resourceVersion").and.not.include.keys("managedFields");
    }
  });

  it("are done with their pods, and say what they wait for", async () => {
    expect(await cluster.runningPods("orders")).to.have.length(3);
    expect(program.shown.join("\n")).to.match(/\d of 3 pods are (available|of the new version)/);
    expect(program.shown.at(-1), "nothing stays").to.equal("");
  });

  it("are not done without what the cloud brings, but are there, and are done by the next update", async () => {
    const service = objectOf("Service");
    const failure = await program.create(service, { timeoutSeconds: 2 }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(PartialFailure);
    const { id, reason, outputs } = failure as PartialFailure;
    expect(id).to.equal("orders/orders");
    expect(reason).to.equal(
      'Service "orders/orders": not ready within 2 s: the balancer has no address yet; a cluster without a cloud gives none',
    );
    expect(outputs["metadata"]).to.include.keys("uid");
    const status = { loadBalancer: { ingress: [{ ip: "10.20.0.7" }] } };
    await api.merge("/api/v1/namespaces/orders/services/orders/status", { status });
    const updated = await program.update(service, asInputs(service));
    expect(updated.outputs["status"]).to.deep.equal({
      loadBalancer: { ingress: [{ ip: "10.20.0.7", ipMode: "VIP" }] },
    });
  });

  it("are not done without pods, and say which labels find none", async () => {
    const lonely = changed(changed(renamed(objectOf("Service"), "lonely"), "spec.type", "ClusterIP"), "spec.selector", {
      app: "nobody",
    });
    delete (lonely["spec"] as Record<string, unknown>)["externalTrafficPolicy"];
    const failure = await program.create(lonely, { timeoutSeconds: 1 }).catch((error: unknown) => error);
    expect((failure as PartialFailure).reason).to.include("no pod with app=nobody is ready");
    const skipped = changed(lonely, "metadata.annotations", { "pulumi.com/skipAwait": "true" });
    expect((await program.update(skipped, asInputs(lonely))).outputs["spec"]).to.include.keys("clusterIP");
    await program.delete(lonely);
  });

  it("go to nobody who only has the API server's address", async () => {
    const impostor = new Program(cluster, { authority: "another authority" });
    const failure = await impostor.read(objectOf("Service")).catch((error: unknown) => error);
    expect((failure as Error).message).to.match(/doesn't answer \(\w*(CERT|SIGNED|PEM|VERIFY)\w*\)/);
  });

  it("are found as they were declared, each of them, and as others changed them", async () => {
    for (const manifest of objects) {
      const { inputs } = (await program.read(manifest))!;
      expect(program.differences(manifest, inputs), manifest.kind).to.deep.equal([]);
    }
    const budget = objectOf("PodDisruptionBudget");
    const path = "/apis/policy/v1/namespaces/orders/poddisruptionbudgets/orders";
    await api.merge(path, { spec: { minAvailable: 1 } });
    const drifted = (await program.read(budget))!.inputs;
    expect(drifted["spec"]).to.include({ minAvailable: 1 });
    expect(program.differences(budget, drifted)).to.deep.equal(["spec.minAvailable"]);
  });

  it("say which fields others own, and take them over when they are told to", async () => {
    const budget = objectOf("PodDisruptionBudget");
    const failure = await program.update(budget, asInputs(budget)).catch((error: Error) => error.message);
    expect(failure)
      .to.include('PodDisruptionBudget "orders/orders": others own fields')
      .and.include(".spec.minAvailable");
    const forced = changed(budget, "metadata.annotations", { "pulumi.com/patchForce": "true" });
    const { outputs } = await program.update(forced, asInputs(budget));
    expect(outputs["spec"]).to.include({ minAvailable: 2 });
  });

  it("leave to others what the program ignores", async () => {
    const deployment = objectOf("Deployment");
    const path = "/apis/apps/v1/namespaces/orders/deployments/orders";
    await api.merge(`${path}?fieldManager=autoscaler`, { spec: { replicas: 4 } });
    const later = changed(deployment, "metadata.annotations", { note: "changed" });
    const { outputs } = await program.update(later, asInputs(deployment), { ignoreChanges: ["spec.replicas"] });
    expect(outputs["spec"]).to.include({ replicas: 4 });
    expect(outputs["status"]).to.include({ availableReplicas: 4 });
    expect((outputs["metadata"] as PropertyMap)["annotations"]).to.include({ note: "changed" });
  });

  it("are previewed by a trial that refuses what the API server refuses, and changes nothing", async () => {
    const deployment = objectOf("Deployment");
    const wrong = changed(deployment, "spec.strategy", {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 0, maxUnavailable: 0 },
    });
    const failure = await program
      .update(wrong, asInputs(deployment), { preview: true, ignoreChanges: ["spec.replicas"] })
      .catch((error: Error) => error);
    expect((failure as Error).message).to.match(
      /^Deployment "orders\/orders": https:\S+ refuses it \(Invalid\): .*maxUnavailable/,
    );
    const right = changed(objectOf("ConfigMap"), "data", { MODE: "fast" });
    const { outputs } = await program.update(right, asInputs(objectOf("ConfigMap")), { preview: true });
    expect(outputs["data"]).to.deep.equal({ MODE: "fast" });
    expect((await program.read(objectOf("ConfigMap")))!.outputs["data"]).to.not.deep.equal({ MODE: "fast" });
  });

  it("are previewed before their namespace is there", async () => {
    const elsewhere = changed(objectOf("ConfigMap"), "metadata.namespace", "later");
    const { id, outputs } = await program.create(elsewhere, { preview: true });
    expect(id).to.equal("");
    expect(outputs["data"]).to.deep.equal(objectOf("ConfigMap")["data"]);
  });

  it("are replaced where a trial says that a field is immutable", async () => {
    const fixed = changed(changed(objectOf("ConfigMap"), "immutable", true), "metadata.name", "fixed");
    const mutable = new Program(cluster, { settings: { enableConfigMapMutable: "true" } });
    await mutable.create(fixed);
    const news = changed(fixed, "data", { MODE: "fast" });
    const { changes, deleteBeforeReplace } = await mutable.trial(news, asInputs(fixed));
    expect([...changes.values()].every(({ replaces }) => replaces)).to.equal(true);
    expect(deleteBeforeReplace).to.equal(true);
    const labelled = changed(fixed, "metadata.labels", { part: "new" });
    const { changes: labels } = await mutable.trial(labelled, asInputs(fixed));
    expect([...labels.values()].some(({ replaces }) => replaces)).to.equal(false);
  });

  it("are never taken over by accident, and are adopted by an import", async () => {
    const account = objectOf("ServiceAccount");
    const failure = await new Program(cluster, { stack: "other" }).create(account).catch((error: unknown) => error);
    expect((failure as Error).message)
      .to.include('ServiceAccount "orders/orders" is in the cluster already')
      .and.include("pulumi import kubernetes:core/v1:ServiceAccount orders orders/orders");
    const settings = { upsertExistingObjects: true, enablePatchForce: true };
    const adopted = await new Program(cluster, { stack: "other", settings }).create(account);
    expect((await new Program(cluster).create(account)).id, "what a killed update left").to.equal(adopted.id);
    expect(adopted.id).to.equal("orders/orders");
    const imported = (await program.read(account, {}))!;
    expect(imported.inputs).to.have.all.keys(...Object.keys(account));
    expect(imported.inputs["metadata"]).to.not.include.keys("uid");
  });

  it("fail with the scheduler's reason when no node takes their pods", async () => {
    const lost = changed(
      changed(renamed(objectOf("Deployment"), "lost"), "spec.template.spec.tolerations", []),
      "spec.progressDeadlineSeconds",
      3,
    );
    const failure = await program.create(lost).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(PartialFailure);
    expect((failure as PartialFailure).reason)
      .to.match(/^Deployment "orders\/lost": no progress within its progressDeadlineSeconds/)
      .and.include("pod has no node (Unschedulable)")
      .and.include("untolerated taint")
      .and.match(/\n {2}Pod lost-\S+: FailedScheduling/);
  });

  it("end their wait when the user interrupts", async () => {
    const interrupted = new Program(cluster);
    const endless = changed(renamed(objectOf("Deployment"), "endless"), "spec.template.spec.tolerations", []);
    const waiting = interrupted.create(endless);
    setTimeout(() => interrupted.provider.cancel!("program"), 1500);
    const failure = await waiting.catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(PartialFailure);
    expect((failure as PartialFailure).reason).to.include("interrupted while waiting");
  });

  it("are gone when their deletion is done, which may be asked for twice", async () => {
    for (const manifest of [renamed(objectOf("Deployment"), "lost"), objectOf("Deployment"), objectOf("Namespace")]) {
      await program.delete(manifest);
      expect(await program.read(manifest), manifest.kind).to.equal(undefined);
      await program.delete(manifest);
    }
    expect((await api.call("GET", "/api/v1/namespaces/orders")).status).to.equal(404);
  });
});
