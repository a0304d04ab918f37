import { expect } from "chai";
import { UNKNOWN, type PropertyMap } from "../../../packages/sandbox/src/provider";
import { kubernetesProvider } from "../../../packages/sandbox/src/kubernetes";
import { manifestOf, manifestsOf } from "../spec/aks/arguments";

const TOKENS: Readonly<Record<string, string>> = {
  Deployment: "kubernetes:apps/v1:Deployment",
  HorizontalPodAutoscaler: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  ConfigMap: "kubernetes:core/v1:ConfigMap",
  Namespace: "kubernetes:core/v1:Namespace",
  Service: "kubernetes:core/v1:Service",
  ServiceAccount: "kubernetes:core/v1:ServiceAccount",
  NetworkPolicy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  PodDisruptionBudget: "kubernetes:policy/v1:PodDisruptionBudget",
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
  it("are taken as a workload has them", () => {
    for (const manifest of manifestsOf({ workload: { autoscale: { maximum: 9 }, rights: "reader" } })) {
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

  it("are replaced where an API server changes nothing, the old one first, and updated elsewhere", () => {
    const before = asInputs(manifestOf("Deployment"));
    const diff = (path: string, value: unknown) =>
      provider.diff({
        ...subject("Deployment"),
        id: "orders/orders",
        oldInputs: before,
        news: changed("Deployment", path, value),
      });
    const moved = diff("metadata.namespace", "shop");
    expect([...moved.changes.values()]).to.deep.equal([{ kind: "update", replaces: true }]);
    expect(moved.deleteBeforeReplace).to.equal(true);
    expect(
      [...diff("spec.selector.matchLabels", { app: "x" }).changes.values()].every(({ replaces }) => replaces),
    ).to.equal(true);
    expect([...diff("spec.replicas", 5).changes.values()]).to.deep.equal([{ kind: "update", replaces: false }]);
  });

  it("are previewed with what only an API server knows unknown, and never created", async () => {
    const inputs = asInputs(manifestOf("Service"));
    const request = { ...subject("Service"), inputs, signal: new AbortController().signal };
    const { outputs } = await provider.create({ ...request, preview: true });
    expect(outputs["status"]).to.equal(UNKNOWN);
    expect(outputs["spec"]).to.deep.equal(inputs["spec"]);
    const failure = await provider.create({ ...request, preview: false }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.message).to.include("runs no Kubernetes");
  });

  it("of other kinds are refused by name", () => {
    expect(() => failures("Job", {})).to.throw("does not emulate");
  });
});
