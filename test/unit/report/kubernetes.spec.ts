import { expect } from "chai";
import { readPreview, violations, type Effect, type PreviewReport } from "@windows-ha/report";
import { updating } from "./support";

type Inputs = Record<string, unknown>;
const URN = "urn:pulumi:dev::example::";
const BALANCER = "service.beta.kubernetes.io/azure-load-balancer";

interface One {
  type: string;
  name: string;
  before?: Inputs;
  after?: Inputs;
}

/** A preview of these resources: each is created, updated, deleted, or stays. */
function preview(resources: One[]): PreviewReport {
  const steps = resources.map(({ type, name, before, after }) => {
    const urn = `${URN}${type}::${name}`;
    const state = (inputs: Inputs | undefined) => inputs && { urn, type, custom: true, inputs };
    const changes = JSON.stringify(before) !== JSON.stringify(after);
    const op = !before ? "create" : !after ? "delete" : changes ? "update" : "same";
    return { op, urn, oldState: state(before), newState: state(after) };
  });
  const same = steps.filter(({ op }) => op === "same").length;
  return readPreview({ steps, changeSummary: { update: steps.length - same, same } });
}

const stays = (type: string, name: string, inputs: Inputs): One => ({ type, name, before: inputs, after: inputs });
const changes = (type: string, before: Inputs, after: Inputs): PreviewReport =>
  preview([{ type: `kubernetes:${type}`, name: "it", before, after }]);

const POOL = "azure-native:containerservice:AgentPool";
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const pool = (more: Inputs = {}): Inputs => ({
  osType: "Windows",
  count: 3,
  availabilityZones: ["1", "2", "3"],
  upgradeSettings: { maxSurge: "33%" },
  orchestratorVersion: "1.34",
  ...more,
});
const SELECTOR = { "app.kubernetes.io/name": "orders" };
const deployment = (more: Inputs = {}, os = "windows"): One =>
  stays("kubernetes:apps/v1:Deployment", "orders-pods", {
    metadata: { name: "orders", namespace: "orders" },
    spec: {
      replicas: 3,
      template: { metadata: { labels: SELECTOR }, spec: { nodeSelector: { "kubernetes.io/os": os } } },
      ...more,
    },
  });
const budget = (spec: Inputs, namespace = "orders"): One =>
  stays("kubernetes:policy/v1:PodDisruptionBudget", "orders-disruptions", {
    metadata: { namespace },
    spec: { selector: { matchLabels: SELECTOR }, ...spec },
  });
const upgraded = (more: Inputs = {}): One => ({
  type: POOL,
  name: "orders-windows",
  before: pool(more),
  after: pool({ orchestratorVersion: "1.35", ...more }),
});

describe("what a change of AKS does", () => {
  const CASES: [type: string, before: Inputs, after: Inputs, effect: Effect][] = [
    ["ManagedCluster", { kubernetesVersion: "1.34" }, { kubernetesVersion: "1.35" }, "inPlace"],
    ["ManagedCluster", { kubernetesVersion: "1.34.2" }, { kubernetesVersion: "1.35" }, "inPlace"],
    ["ManagedCluster", { kubernetesVersion: "1.34" }, { kubernetesVersion: "1.36" }, "refused"],
    ["ManagedCluster", { kubernetesVersion: "1.35" }, { kubernetesVersion: "1.34" }, "refused"],
    ["ManagedCluster", { kubernetesVersion: "1.34" }, {}, "inPlace"],
    ["AgentPool", { orchestratorVersion: "1.33" }, { orchestratorVersion: "1.35" }, "rolls"],
    ["AgentPool", { orchestratorVersion: "1.35" }, { orchestratorVersion: "1.34" }, "refused"],
    ["ManagedCluster", { networkProfile: { podCidr: "a" } }, { networkProfile: { podCidr: "b" } }, "refused"],
    [
      "ManagedCluster",
      { agentPoolProfiles: [{ name: "system", count: 3 }] },
      { agentPoolProfiles: [{ name: "system", count: 4 }] },
      "inPlace",
    ],
    ["AgentPool", { orchestratorVersion: "1.34" }, { orchestratorVersion: "1.35" }, "rolls"],
    ["AgentPool", { osSKU: "Windows2022" }, { osSKU: "Windows2025" }, "refused"],
    ["AgentPool", { availabilityZones: ["1"] }, { availabilityZones: ["1", "2"] }, "refused"],
    ["AgentPool", { count: 3 }, { count: 5 }, "inPlace"],
    ["AgentPool", { enableFIPS: false }, { enableFIPS: true }, "unknown"],
  ];
  for (const [type, before, after, effect] of CASES) {
    it(`${effect}: ${type}, ${JSON.stringify(before)} → ${JSON.stringify(after)}`, () => {
      expect(updating(`containerservice:${type}`, before, after).changes[0]!.effect).to.equal(effect);
    });
  }

  const OBJECTS: [type: string, before: Inputs, after: Inputs, effect: Effect][] = [
    ["apps/v1:Deployment", { spec: { selector: "a" } }, { spec: { selector: "b" } }, "refused"],
    ["apps/v1:Deployment", { spec: { replicas: 3 } }, { spec: { replicas: 4 } }, "inPlace"],
    ["rbac.authorization.k8s.io/v1:Role", { metadata: { labels: { a: "1" } } }, { metadata: { labels: {} } }, "none"],
    ["rbac.authorization.k8s.io/v1:Role", { rules: [] }, { rules: [{ verbs: ["get"] }] }, "inPlace"],
    ["core/v1:Namespace", { metadata: { labels: { a: "1" } } }, { metadata: { labels: {} } }, "inPlace"],
    ["core/v1:Service", { spec: { ports: [{ port: 80 }] } }, { spec: { ports: [{ port: 81 }] } }, "interrupts"],
    [
      "core/v1:Service",
      { metadata: { annotations: { [`${BALANCER}-internal`]: "true" } } },
      { metadata: { annotations: { [`${BALANCER}-internal`]: "false" } } },
      "interrupts",
    ],
    [
      "core/v1:Service",
      { metadata: { annotations: { [`${BALANCER}-health-probe-interval`]: "5" } } },
      { metadata: { annotations: { [`${BALANCER}-health-probe-interval`]: "10" } } },
      "inPlace",
    ],
    [
      "core/v1:Service",
      { metadata: { annotations: { "example.com/other": "5" } } },
      { metadata: { annotations: { "example.com/other": "10" } } },
      "unknown",
    ],
  ];
  for (const [type, before, after, effect] of OBJECTS) {
    it(`${effect}: ${type}, ${JSON.stringify(before)} → ${JSON.stringify(after)}`, () => {
      expect(changes(type, before, after).changes[0]!.effect).to.equal(effect);
    });
  }
});

describe("a connection to a cluster", () => {
  it("is no resource that changes, also as part of a component", () => {
    const type = "pulumi:providers:kubernetes";
    const urn = `${URN}windows-ha:index:WindowsWorkload$${type}::orders-kubernetes`;
    const { changes: found } = readPreview({ steps: [{ op: "create", urn, newState: { urn, type, custom: true } }] });
    expect(found).to.deep.equal([]);
  });
});

describe("how nodes roll", () => {
  it("says what their pods' disruption budget leaves in service", () => {
    const { rollouts, interruptions, verdict } = preview([upgraded(), deployment(), budget({ minAvailable: 2 })]);
    expect(rollouts[0]).to.deep.include({
      of: "nodes",
      machines: 3,
      atATime: 1,
      total: 3,
      leastInService: 2,
      serving: "orders-pods",
      zones: ["1", "2", "3"],
    });
    expect(interruptions).to.deep.equal([]);
    expect(verdict).to.equal(
      "1 update: orders-windows rolls 3 nodes, 1 more at a time first (≥ 2 of 3 pods of orders-pods serve, if all are healthy now).",
    );
  });

  const LEAST: [title: string, spec: Inputs, least: number][] = [
    ["a number that may be missing", { maxUnavailable: 1 }, 2],
    ["a part that has to stay, rounded up", { minAvailable: "50%" }, 2],
    ["a part that may be missing, rounded up", { maxUnavailable: "34%" }, 1],
  ];
  for (const [title, spec, least] of LEAST) {
    it(`reads ${title}`, () => {
      expect(preview([upgraded(), deployment(), budget(spec)]).rollouts[0]!.leastInService).to.equal(least);
    });
  }

  const OPEN: [title: string, resources: One[], why: RegExp][] = [
    ["without a budget", [deployment()], /no disruption budget is seen of orders-pods/],
    ["with one of another namespace", [deployment(), budget({ minAvailable: 2 }, "other")], /no disruption budget/],
    ["with one that can't be read", [deployment(), budget({ minAvailable: "[secret]" })], /no disruption budget/],
    ["without pods that are seen", [], /isn't seen here/],
    ["with pods of Linux alone", [deployment({}, "linux"), budget({ minAvailable: 2 })], /isn't seen here/],
  ];
  for (const [title, resources, why] of OPEN) {
    it(`can't rule an interruption out ${title}`, () => {
      const { interruptions } = preview([upgraded(), ...resources]);
      expect(interruptions.map(({ certainty }) => certainty)).to.deep.equal(["possible"]);
      expect(interruptions[0]!.why).to.match(why);
    });
  }

  it("doesn't know how many there are where AKS decides, but what stays in service", () => {
    const scaled = { enableAutoScaling: true };
    const [rollout] = preview([upgraded(scaled), deployment(), budget({ minAvailable: 2 })]).rollouts;
    expect(rollout).to.include({ leastInService: 2 }).and.not.have.any.keys("machines", "atATime");
  });

  it("reads the successor of a pool, too: its predecessor's pods move", () => {
    const urn = `${URN}${POOL}::orders-windows`;
    const state = (inputs: Inputs) => ({ urn, type: POOL, custom: true, inputs });
    const [former, next] = [state(pool({ vmSize: "a" })), state(pool({ vmSize: "b" }))];
    const pods = [deployment(), budget({ minAvailable: 2 })].map(({ type, name, after }) => {
      const one = { urn: `${URN}${type}::${name}`, type, custom: true, inputs: after };
      return { op: "same", urn: one.urn, oldState: one, newState: one };
    });
    const steps = ["create-replacement", "replace", "delete-replaced"].map((op) => ({
      op,
      urn,
      ...(op === "create-replacement" ? {} : { oldState: former }),
      ...(op === "delete-replaced" ? {} : { newState: next }),
      detailedDiff: { vmSize: { kind: "update-replace", inputDiff: true } },
    }));
    const report = readPreview({ steps: [...steps, ...pods], changeSummary: { replace: 1, same: 2 } });
    expect(report.rollouts[0]).to.include({ of: "nodes", leastInService: 2, machines: 3 });
    expect(report.interruptions).to.deep.equal([]);
    const oldFirst = readPreview({ steps: [steps[2]!, steps[1]!, steps[0]!, ...pods] });
    expect(oldFirst.interruptions[0]).to.include({ certainty: "certain" });
  });
});

describe("who gets in to AKS", () => {
  const service = (more: Inputs = {}, annotations: Inputs = {}): Inputs => ({
    metadata: { annotations: { [`${BALANCER}-internal`]: "true", ...annotations } },
    spec: { type: "LoadBalancer", ports: [{ name: "service", port: 8080, protocol: "TCP" }], ...more },
  });
  const SERVICE = "kubernetes:core/v1:Service";
  const opened = (before: Inputs | undefined, after: Inputs, type = SERVICE): string[] =>
    preview([{ type, name: "orders", ...(before ? { before } : {}), after }]).ports.opened.map(
      ({ protocol, port, source }) => `${protocol} ${port} ${source}`,
    );

  it("is the network, by an internal balancer", () => {
    expect(opened(undefined, service())).to.deep.equal(["TCP 8080 VirtualNetwork"]);
    expect(opened(service(), service())).to.deep.equal([]);
  });

  it("is the internet, by a public one without ranges, and that is a finding", () => {
    const after = service({}, { [`${BALANCER}-internal`]: "false" });
    const report = preview([{ type: SERVICE, name: "orders", before: service(), after }]);
    expect(report.ports.opened.map(({ source }) => source)).to.deep.equal(["Internet"]);
    expect(report.findings.map(({ rule }) => rule)).to.include("open-to-everybody");
    expect(violations(report, ["port-opened"])[0]!.message).to.equal("TCP 8080 from Internet (rule service of orders)");
  });

  it("is who is named", () => {
    expect(opened(undefined, service({ loadBalancerSourceRanges: ["203.0.113.0/24"] }))).to.deep.equal([
      "TCP 8080 203.0.113.0/24",
    ]);
    expect(opened(undefined, { spec: { ports: [{ port: 80 }] } }), "an address inside the cluster").to.deep.equal([]);
  });

  const UNREAD: [title: string, inputs: Inputs][] = [
    ["ports of nodes", { spec: { type: "NodePort", ports: [{ port: 80 }] } }],
    [
      "service tags",
      service({}, { "service.beta.kubernetes.io/azure-allowed-service-tags": "AzureFrontDoor.Backend" }),
    ],
    ["ranges that are secret", service({ loadBalancerSourceRanges: ["[secret]"] })],
    ["a port that isn't a number", service({ ports: [{ port: "80" }] })],
  ];
  for (const [title, inputs] of UNREAD) {
    it(`is unknown with ${title}`, () => {
      expect(preview([{ type: SERVICE, name: "orders", after: inputs }]).ports.unknown).to.deep.equal(["orders"]);
    });
  }

  it("is who may use the API server", () => {
    const access = (authorizedIPRanges?: string[], more: Inputs = {}): Inputs => ({
      apiServerAccessProfile: { ...(authorizedIPRanges && { authorizedIPRanges }), ...more },
    });
    const ranges = (before: Inputs | undefined, after: Inputs): string[] => opened(before, after, CLUSTER);
    expect(ranges(undefined, access(["0.0.0.0/32"])), "its own way out").to.deep.equal([]);
    expect(ranges(access(["0.0.0.0/32"]), access(["203.0.113.7/32"]))).to.deep.equal(["TCP 443 203.0.113.7/32"]);
    expect(ranges(access(["203.0.113.7/32"]), {}), "no ranges are all").to.deep.equal(["TCP 443 Internet"]);
    expect(ranges(undefined, access(undefined, { enablePrivateCluster: true }))).to.deep.equal([]);
  });

  const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
  const policy = (port: number): Inputs => ({
    metadata: { namespace: "orders" },
    spec: { ingress: [{ ports: [{ port }] }] },
  });
  const NAMESPACE: One = {
    type: "kubernetes:core/v1:Namespace",
    name: "orders",
    after: { metadata: { name: "orders" } },
  };

  it("is unknown when a network policy changes or goes, or one more comes; the first one lets nobody in", () => {
    const one = (name: string, before: Inputs | undefined, after: Inputs | undefined): One => ({
      type: POLICY,
      name,
      ...(before && { before }),
      ...(after && { after }),
    });
    expect(preview([one("a", policy(80), policy(81))]).ports.unknown).to.deep.equal(["a"]);
    expect(preview([one("a", policy(80), undefined)]).ports.unknown).to.deep.equal(["a"]);
    expect(preview([one("a", undefined, policy(80)), NAMESPACE]).ports.unknown).to.deep.equal([]);
    expect(preview([stays(POLICY, "a", policy(80)), one("b", undefined, policy(81))]).ports.unknown).to.deep.equal([
      "b",
    ]);
  });
});
