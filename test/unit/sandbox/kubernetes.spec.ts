import { expect } from "chai";
import { UNKNOWN, type PropertyMap } from "../../../packages/sandbox/src/provider";
import { kubernetesProvider } from "../../../packages/sandbox/src/kubernetes";
import { catalogSyncManifests } from "@windows-ha/spec";
import { manifestOf, manifestsOf } from "../spec/aks/arguments";
import { syncInputs, syncSpec } from "../spec/aks/sync-arguments";

const TOKENS: Readonly<Record<string, string>> = {
  Deployment: "kubernetes:apps/v1:Deployment",
  HorizontalPodAutoscaler: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  ConfigMap: "kubernetes:core/v1:ConfigMap",
  Namespace: "kubernetes:core/v1:Namespace",
  Service: "kubernetes:core/v1:Service",
  ServiceAccount: "kubernetes:core/v1:ServiceAccount",
  NetworkPolicy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  PodDisruptionBudget: "kubernetes:policy/v1:PodDisruptionBudget",
  ClusterRole: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
  ClusterRoleBinding: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
  SecretProviderClass: "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass",
  Role: "kubernetes:rbac.authorization.k8s.io/v1:Role",
  RoleBinding: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
};

const provider = kubernetesProvider();
const subject = (kind: string) => ({ urn: "", name: "orders", type: TOKENS[kind]!, connection: "" });
const asInputs = (manifest: object): PropertyMap => structuredClone(manifest) as PropertyMap;

function failures(kind: string, inputs: PropertyMap): string {
  const request = { olds: {}, news: inputs, randomSeed: new Uint8Array(), autonaming: undefined };
  return provider.check({ ...subject(kind), ...request }).failures.join("\n");
}

/** The object of a kind with one place changed. */
function changed(kind: string, path: string, value: unknown): PropertyMap {
  const inputs = asInputs(manifestOf(kind));
  const steps = path.split(".");
  const last = steps.pop()!;
  const place = steps.reduce<Record<string, unknown>>((part, step) => part[step] as Record<string, unknown>, inputs);
  if (value === undefined) delete place[last];
  else place[last] = value;
  return inputs;
}

describe("sandbox: objects of Kubernetes", () => {
  it("are taken as a workload and a catalogue's sync have them", () => {
    const workload = manifestsOf({ workload: { autoscale: { maximum: 9 }, rights: "reader" } });
    for (const manifest of [...workload, ...catalogSyncManifests(syncSpec(), syncInputs)]) {
      expect(failures(manifest.kind, asInputs(manifest)), manifest.kind).to.equal("");
    }
  });

  /** What an API server would refuse. */
  const PLANTED: readonly [string, string, string, unknown, string][] = [
    [
      "an unknown field",
      "Deployment",
      "spec.template.spec.nodeSelectors",
      {},
      "there is no such property; did you mean nodeSelector?",
    ],
    ["a text for a number", "Deployment", "spec.minReadySeconds", "10", "spec.minReadySeconds: should be a number"],
    ["nothing where something is needed", "Deployment", "spec.template", undefined, "spec.template: is required"],
    [
      "a selector that finds no pods",
      "Deployment",
      "spec.selector.matchLabels",
      { app: "x" },
      "does not match template",
    ],
    ["a name in capitals", "Service", "metadata.name", "Orders", "metadata.name:"],
    ["a namespace of a namespace", "Namespace", "metadata.namespace", "orders", "there is none of this kind"],
    [
      "a wait that the stand-in doesn't know",
      "ServiceAccount",
      "metadata.annotations",
      { "pulumi.com/waitFor": "condition=Ready" },
      "doesn't know pulumi.com/waitFor",
    ],
    ["local traffic inside alone", "Service", "spec.type", "ClusterIP", "spec.externalTrafficPolicy:"],
    [
      "a budget with both limits",
      "PodDisruptionBudget",
      "spec.maxUnavailable",
      1,
      "one of minAvailable and maxUnavailable",
    ],
  ];
  for (const [title, kind, path, value, expected] of PLANTED) {
    it(`are refused in a preview: ${title}`, () => {
      expect(failures(kind, changed(kind, path, value))).to.include(expected);
    });
  }

  it("are replaced where an API server changes nothing, and updated elsewhere", () => {
    const before = asInputs(manifestOf("Deployment"));
    const diff = (path: string, value: unknown) =>
      provider.diff({
        ...subject("Deployment"),
        id: "orders/orders",
        oldInputs: before,
        news: changed("Deployment", path, value),
      });
    const selected = diff("spec.selector.matchLabels", { app: "x" });
    expect([...selected.changes.values()].every(({ replaces }) => replaces)).to.equal(true);
    expect(selected.deleteBeforeReplace, "the same name").to.equal(true);
    const moved = diff("metadata.namespace", "shop");
    expect([...moved.changes.values()]).to.deep.equal([{ kind: "update", replaces: true }]);
    expect(moved.deleteBeforeReplace, "another place").to.equal(false);
    expect([...diff("spec.replicas", 5).changes.values()]).to.deep.equal([{ kind: "update", replaces: false }]);
  });

  it("of texts are replaced as the plugin does it, unless the provider says that they are mutable", () => {
    const mutable = kubernetesProvider();
    // SDKs send the text of a truth value.
    mutable.configure("", { enableConfigMapMutable: "true" });
    const replaces = (of: typeof provider): boolean[] => {
      const oldInputs = asInputs(manifestOf("ConfigMap"));
      const news = changed("ConfigMap", "data", { MODE: "fast" });
      const { changes } = of.diff({ ...subject("ConfigMap"), id: "orders/orders", oldInputs, news });
      return [...changes.values()].map((change) => change.replaces);
    };
    expect(replaces(provider)).to.deep.equal([true]);
    expect(replaces(mutable)).to.deep.equal([false]);
  });

  it("are previewed with what only an API server knows unknown, and never created without a cluster", async () => {
    const inputs = asInputs(manifestOf("Service"));
    const request = { ...subject("Service"), inputs, signal: new AbortController().signal };
    const { outputs } = await provider.create({ ...request, preview: true });
    expect(outputs["status"]).to.equal(UNKNOWN);
    expect(outputs["spec"]).to.deep.equal({ clusterIP: UNKNOWN, ...(inputs["spec"] as PropertyMap) });
    const failure = await provider.create({ ...request, preview: false }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.message).to.include("needs its kubeconfig in the program");
  });

  it("without a name get one that the preview knew, and keep it", () => {
    const news = changed("ConfigMap", "metadata.name", undefined);
    const named = (olds: PropertyMap, seed: number) => {
      const request = { olds, news, randomSeed: new Uint8Array([seed]), autonaming: undefined };
      const { inputs, failures: found } = provider.check({ ...subject("ConfigMap"), ...request });
      expect(found).to.deep.equal([]);
      return inputs;
    };
    const first = named({}, 1);
    const { name, annotations } = first["metadata"] as PropertyMap;
    expect(name).to.match(/^orders-[0-9a-f]{8}$/);
    expect(annotations).to.include({ "pulumi.com/autonamed": "true" });
    expect(named({}, 1), "the same seed").to.deep.equal(first);
    expect(named(first, 2), "an update").to.deep.equal(first);
    const replaced = { ...first, data: { MODE: "fast" } };
    const { deleteBeforeReplace } = provider.diff({
      ...subject("ConfigMap"),
      id: "",
      oldInputs: first,
      news: replaced,
    });
    expect(deleteBeforeReplace, "another name is free").to.equal(false);
  });

  it("of other kinds are refused by name", () => {
    expect(() => failures("Job", {})).to.throw("does not emulate");
  });
});
