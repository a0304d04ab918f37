import { expect } from "chai";
import { catalogSyncManifests, resolveConsulCatalogSync, type KubernetesManifest } from "@windows-ha/spec";
import { aksFindings, aksSpec, found, manifestOf, type Changes } from "./arguments";
import { KUBERNETES_VERSIONS, refusals } from "./kubernetes";
import { syncArguments, syncInputs, syncSpec } from "./sync-arguments";

const LINUX = { url: "https://files.example.com/consul.zip", sha256: "a".repeat(64) };
const PROGRAM = { version: "1.21.5", linux: LINUX };
const EXISTING = {
  addresses: ["10.20.4.4"],
  caCertificate: "-----BEGIN CERTIFICATE-----",
  syncToken: "11111111-2222-3333-4444-555555555555",
};
const manifests = (changes: Changes = {}): KubernetesManifest[] => catalogSyncManifests(syncSpec(changes), syncInputs);
const only = (kind: string, changes: Changes = {}): KubernetesManifest =>
  manifests(changes).find((manifest) => manifest.kind === kind)!;
const pod = (changes: Changes = {}): Record<string, unknown> & { containers: [Record<string, unknown>] } =>
  (only("Deployment", changes)["spec"] as { template: { spec: never } }).template.spec;
const foundInSync = (changes: Changes): string[] =>
  resolveConsulCatalogSync(syncArguments(changes)).findings.map(({ path, rule }) => `${path} [${rule}]`);

describe("a sync of Services into Consul's catalogue", () => {
  for (const version of KUBERNETES_VERSIONS) {
    it(`is taken by the API server of ${version}`, () => {
      for (const manifest of manifests().filter(({ kind }) => kind !== "SecretProviderClass")) {
        expect(refusals(version, manifest), manifest.kind).to.deep.equal([]);
      }
    });
  }

  it("runs on Linux nodes, those of the system among them, with the least that Kubernetes calls restricted", () => {
    const { containers, ...spec } = pod();
    expect(spec).to.deep.include({
      os: { name: "linux" },
      nodeSelector: { "kubernetes.io/os": "linux" },
      securityContext: { runAsNonRoot: true, runAsUser: 100, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect((spec["tolerations"] as Changes[])[0]).to.deep.equal({ key: "CriticalAddonsOnly", operator: "Exists" });
    expect(containers[0]["securityContext"]).to.deep.equal({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("is one pod, which its successor waits for: two would take away each other's entries", () => {
    expect(only("Deployment")["spec"]).to.deep.include({ replicas: 1, strategy: { type: "Recreate" } });
  });

  it("reads Services and their endpoints, and writes nothing in Kubernetes", () => {
    const rules = only("ClusterRole")["rules"] as { resources: string[]; verbs: string[] }[];
    expect(rules.flatMap(({ resources }) => resources)).to.deep.equal(["services", "endpointslices", "ingresses"]);
    for (const { verbs } of rules) expect(verbs).to.deep.equal(["get", "list", "watch"]);
    expect(only("ClusterRole").metadata.name).to.equal("orders-consul-sync");
  });

  it("asks the servers by TLS under the name of their certificate, with a token from a file", () => {
    const environment = Object.fromEntries(
      (pod({ datacenter: "west" }).containers[0]["env"] as { name: string; value: string }[]).map((item) => [
        item.name,
        item.value,
      ]),
    );
    expect(environment).to.deep.equal({
      CONSUL_ADDRESSES: "exec=echo 10.20.4.4 10.20.4.5",
      CONSUL_HTTP_PORT: "8501",
      CONSUL_GRPC_PORT: "8503",
      CONSUL_DATACENTER: "west",
      CONSUL_USE_TLS: "true",
      CONSUL_TLS_SERVER_NAME: "server.west.consul",
      CONSUL_CACERT_FILE: "/consul/authority/ca.pem",
      CONSUL_ACL_TOKEN_FILE: "/consul/token/consul-token",
    });
    expect(JSON.stringify(manifests())).not.to.include('"Secret"');
  });

  it("has a node and a tag of its own, so that two clusters of one datacenter leave each other's entries", () => {
    const of = (namespace: string): string[] => pod({ namespace }).containers[0]["args"] as string[];
    expect(of("orders")).to.include.members(["-consul-node-name=aks-orders", "-consul-k8s-tag=aks-orders"]);
    expect(of("payments")).to.include.members(["-consul-node-name=aks-payments", "-consul-k8s-tag=aks-payments"]);
    expect(of("orders")).to.include.members([
      "-k8s-default-sync=false",
      "-k8s-source-namespace=orders",
      "-to-k8s=false",
    ]);
    expect(foundInSync({ nodeName: "k8s-sync" })).to.deep.equal(["nodeName [consul-node-name]"]);
  });

  it("writes the balancer's address unless it is told that pods can be reached", () => {
    expect(pod().containers[0]["args"]).to.include("-sync-lb-services-endpoints=false");
    expect(pod({ address: "pods" }).containers[0]["args"]).to.include("-sync-lb-services-endpoints=true");
  });

  it("refuses addresses that an agent would have, and those with a port or a scheme", () => {
    const servers = (address: string): Changes => ({ servers: { addresses: [address], caCertificate: "x" } });
    expect(foundInSync(servers("127.0.0.1"))).to.deep.equal(["servers.addresses[0] [consul-agent-address]"]);
    expect(foundInSync(servers("localhost"))).to.deep.equal(["servers.addresses[0] [consul-agent-address]"]);
    expect(foundInSync(servers("https://10.0.0.4:8501"))[0]).to.match(/^servers\.addresses\[0\]/);
  });
});

describe("a Service in Consul's catalogue", () => {
  it("says so in the words of the sync, with its version, and only when it was asked for", () => {
    const { annotations } = manifestOf("Service", {
      workload: { registration: { tags: ["v1", "blue"], meta: { team: "trade" } } },
    }).metadata;
    expect(annotations).to.include({
      "consul.hashicorp.com/service-sync": "true",
      "consul.hashicorp.com/service-name": "orders",
      "consul.hashicorp.com/service-port": "service",
      "consul.hashicorp.com/service-tags": "v1,blue",
      "consul.hashicorp.com/service-meta-team": "trade",
      "consul.hashicorp.com/service-meta-version": "1.4.2",
    });
    expect(JSON.stringify(manifestOf("Service").metadata)).not.to.include("consul");
  });

  it("has what Consul takes, and nobody misses what only an agent could do", () => {
    expect(
      found({
        service: { name: "Orders" },
        workload: { registration: { tags: ["a b"], meta: { "consul-x": "1" } } },
      }),
    ).to.have.members([
      "service.name [consul-service-name]",
      "workload.registration.tags[0] [consul-tag]",
      'workload.registration.meta["consul-x"] [consul-meta]',
    ]);
    const refused = aksFindings({ workload: { registration: { leaderCheck: true, checkIntervalSeconds: 5 } } });
    expect(refused.map(({ path }) => path)).to.have.members([
      "workload.registration.leaderCheck",
      "workload.registration.checkIntervalSeconds",
    ]);
    expect(refused.map(({ fix }) => fix).join()).to.include("Lease");
  });

  it("is refused the address of an agent in its environment: in a pod that is the pod itself", () => {
    expect(found({ service: { environment: { CONSUL_HTTP_ADDR: "127.0.0.1:8500" } } })).to.deep.equal([
      'service.environment["CONSUL_HTTP_ADDR"] [consul-agent-address]',
    ]);
    expect(found({ service: { environment: { CONSUL_HTTP_ADDR: "https://10.20.4.4:8501" } } })).to.deep.equal([]);
  });
});

describe("Consul of a service on AKS", () => {
  it("is nothing unless it is asked for, and everything but the program by default", () => {
    expect(aksSpec()).not.to.have.property("consul");
    expect(aksSpec({ consul: { enabled: false } })).not.to.have.property("consul");
    const { consul, workload } = aksSpec({ consul: { program: PROGRAM } });
    expect(consul!.servers!.count).to.equal(3);
    expect(consul!.sync).to.deep.equal({
      nodeName: "aks-orders",
      address: "balancer",
      intervalSeconds: 5,
      image: "hashicorp/consul-k8s-control-plane:1.8.8",
    });
    expect(workload.registration).to.deep.equal({ tags: [], meta: {} });
  });

  it("takes the sync's version that its vendor supports with Consul's", () => {
    const image = (version: string): unknown =>
      aksSpec({ consul: { program: { ...PROGRAM, version } } }).consul!.sync.image;
    expect(image("1.22.1")).to.equal("hashicorp/consul-k8s-control-plane:1.9.3");
    expect(found({ consul: { program: { ...PROGRAM, version: "1.18.0" } } })).to.deep.equal([
      "consul.sync.image [required]",
    ]);
    const given = (text: string): string[] => found({ consul: { program: PROGRAM, sync: { image: text } } });
    expect(given("mirror.azurecr.io/consul-k8s-control-plane:1.9.3")).to.deep.equal([
      "consul.sync.image [consul-sync-version]",
    ]);
    expect(given("mirror.azurecr.io/consul-k8s-control-plane:1.8.3")).to.deep.equal([]);
    expect(given("mirror.azurecr.io/sync:7")).to.deep.equal([]);
  });

  const existing = { existing: EXISTING, sync: { image: "hashicorp/consul-k8s-control-plane:1.8.8" } };
  /** What can't work, by name. */
  const REFUSED: readonly [string, Changes & { service?: Changes }, string[]][] = [
    [
      "no program and no servers that are there",
      { consul: {} },
      ["consul.program [required]", "consul.sync.image [required]"],
    ],
    [
      "servers that are there beside own ones",
      { consul: { ...existing, program: PROGRAM, servers: { count: 5 } } },
      ["consul.program [consul-parts]", "consul.servers [consul-parts]"],
    ],
    [
      "a service without a balancer",
      { consul: existing, workload: { loadBalancer: { enabled: false } } },
      ["workload.loadBalancer.enabled [consul-address]"],
    ],
    [
      "pods of an overlay as addresses",
      { consul: { ...existing, sync: { ...existing.sync, address: "pods" } } },
      ["consul.sync.address [consul-address]"],
    ],
    [
      "own servers in somebody else's network",
      {
        consul: { program: PROGRAM },
        resourceGroupName: "shared",
        cluster: { existing: { clusterName: "shared" } },
        secretStore: { allowFrom: ["203.0.113.4"] },
      },
      ["consul.existing [consul-network]"],
    ],
    [
      "no way from somebody else's nodes to the token",
      { consul: existing, resourceGroupName: "shared", cluster: { existing: { clusterName: "shared" } } },
      ["secretStore.allowFrom [secret-store-reach]"],
    ],
    [
      "a subnet of the servers among the nodes'",
      { consul: { program: PROGRAM }, network: { consulSubnet: "10.20.1.0/27" } },
      ["network.consulSubnet [subnet-overlap]"],
    ],
    [
      "a node with a name as servers have",
      { consul: { program: PROGRAM, sync: { nodeName: "consul-sync" } } },
      ["consul.sync.nodeName [consul-node-prefix]"],
    ],
    [
      "an agent's address",
      { consul: { ...existing, existing: { ...EXISTING, addresses: ["127.0.0.1"] } } },
      ["consul.existing.addresses[0] [consul-agent-address]"],
    ],
  ];
  for (const [title, changes, expected] of REFUSED) {
    it(`refuses ${title}`, () => expect(found(changes)).to.have.members(expected));
  }

  it("names what belongs to agents, which nodes don't have", () => {
    const findings = aksFindings({
      consul: {
        program: PROGRAM,
        registration: { leaderCheck: true },
        mesh: {},
        existing: { ...EXISTING, retryJoin: ["10.20.4.4"], agentToken: "x" },
      },
    });
    const paths = findings.map(({ path }) => path);
    expect(paths).to.include.members([
      "consul.registration",
      "consul.mesh",
      "consul.existing.retryJoin",
      "consul.existing.agentToken",
    ]);
    expect(JSON.stringify(findings)).to.include("no agent");
    expect(JSON.stringify(findings)).not.to.include(EXISTING.syncToken);
  });

  it("lets pods be addresses where the cluster is somebody else's, whose pods may be in the network itself", () => {
    const changes = {
      consul: { ...existing, sync: { ...existing.sync, address: "pods" } },
      resourceGroupName: "shared",
      cluster: { existing: { clusterName: "shared" } },
      secretStore: { allowFrom: ["203.0.113.4"] },
    };
    expect(found(changes)).to.deep.equal([]);
    expect(found({ ...changes, service: { stop: { drainSeconds: 9 } } })).to.deep.equal([
      "service.stop.drainSeconds [consul-drain]",
    ]);
    expect(found({ ...changes, service: { stop: { drainSeconds: 10 } } })).to.deep.equal([]);
  });
});
