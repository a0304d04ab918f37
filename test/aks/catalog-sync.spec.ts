import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { expect } from "chai";
import {
  catalogSyncAddresses,
  catalogSyncManifests,
  type CatalogSyncSpec,
  type KubernetesManifest,
} from "@windows-ha/spec";
import { CatalogSync, forOldBuild } from "../support/catalog-sync";
import { ConsulDatacenter } from "../support/consul-datacenter";
import type { KubernetesObject } from "../support/kubernetes/control-plane";
import { WindowsCluster } from "../support/kubernetes/windows-cluster";
import { eventually } from "../support/traffic";
import { manifestsOf } from "../unit/spec/aks/arguments";
import { syncInputs, syncSpec } from "../unit/spec/aks/sync-arguments";

interface Instance {
  ServiceID: string;
  ServiceAddress: string;
  ServicePort: number;
  ServiceTags: string[];
  ServiceMeta: Record<string, string>;
  Node: string;
}

const NAMESPACE = "orders";
const NODE = "aks-orders";
const BALANCER = "10.20.0.7";

/** The vendor's own program with the rendered arguments and rights, between a real control plane and real servers. */
describe("a sync of Services into Consul's catalogue", function () {
  this.timeout(180_000);
  const cluster = new WindowsCluster();
  const datacenter = new ConsulDatacenter({ kubernetes: { nodeName: NODE, ranges: ["127.0.0.0/8"] } });
  const { plane } = cluster;
  const sync = new CatalogSync();

  const instances = async (token: string): Promise<Instance[]> =>
    datacenter.servers[0]!.ask<Instance[]>("catalog/service/orders", { token });

  before(async () => {
    await Promise.all([cluster.start(), datacenter.start(60)]);
    await datacenter.seed();
    await cluster.applyAll(manifestsOf({ consul: { program: PROGRAM }, workload: { registration: { tags: ["v1"] } } }));
    const service = { status: { loadBalancer: { ingress: [{ ip: BALANCER, ipMode: "VIP" }] } } };
    await plane.api.call(
      "PATCH",
      `/api/v1/namespaces/${NAMESPACE}/services/orders/status`,
      service,
      "application/merge-patch+json",
    );
    await plane.until("all pods run", 60, async () => (await cluster.endpoints(NAMESPACE)).length === 3);
  });
  after(async () => {
    await sync.remove();
    await Promise.all([cluster.stop(), datacenter.remove()]);
  });

  async function start(spec: CatalogSyncSpec): Promise<void> {
    const addresses = catalogSyncAddresses(datacenter.servers.map(({ address }) => address));
    const manifests = catalogSyncManifests(spec, { ...syncInputs, addresses });
    const of = (kind: string): KubernetesManifest => manifests.find((manifest) => manifest.kind === kind)!;
    // The driver's kind isn't there.
    await cluster.applyAll(manifests.filter(({ kind }) => kind !== "SecretProviderClass"));
    await cluster.applyAll([forOldBuild(of("ClusterRole"))]);
    await sync.start(
      { api: plane.api, server: plane.server, authority: plane.authority, namespace: NAMESPACE },
      of("Deployment"),
      {
        token: datacenter.tokens.sync.secretId,
        caCertificate: readFileSync(datacenter.caFile, "utf8"),
      },
    );
  }

  it("writes the balancer's address, on a node of this cluster's own, with a token that may do no more", async () => {
    await start(syncSpec());
    const { management } = datacenter;
    await eventually(
      "the service is in the catalogue",
      40,
      async () => (await instances(management)).length === 1,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${sync.log}`);
    });
    const [instance] = await instances(management);
    expect(instance).to.deep.include({
      Node: NODE,
      ServiceAddress: BALANCER,
      ServicePort: 8080,
      ServiceTags: [NODE, "v1"],
    });
    expect(instance!.ServiceMeta).to.include({ version: "1.4.2", "external-k8s-ns": NAMESPACE });
    const { secretId: token } = datacenter.tokens.sync;
    const forbidden = await datacenter.servers[0]!.request("catalog/register", {
      method: "PUT",
      token,
      body: { Node: "web000001", Address: "127.0.0.1" },
    });
    expect(forbidden.status).to.equal(403);
    await sync.end();
  });

  it("writes each pod where pods have addresses of the network, critical as soon as it isn't ready", async () => {
    await start(syncSpec({ address: "pods", intervalSeconds: 1 }));
    const addresses = async (): Promise<string[]> =>
      (await instances(datacenter.management)).map(({ ServiceAddress }) => ServiceAddress).sort();
    const pods = async (): Promise<string[]> =>
      (await podsOf(NAMESPACE)).map(({ status }) => status["podIP"] as string).sort();
    await eventually("every pod is in the catalogue, and nothing else", 40, async () => {
      return JSON.stringify(await addresses()) === JSON.stringify(await pods());
    }).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${String(await addresses())}, not ${String(await pods())}`);
    });
    expect(await passing()).to.have.length(3);
    const [lost] = await podsOf(NAMESPACE);
    const { podIP } = lost!.status as { podIP: string };
    await unready(lost!.metadata.name);
    await eventually("the pod isn't found any more", 20, async () => !(await passing()).includes(podIP));
    expect(await passing()).to.have.length(2);
    await sync.end();
  });

  it("runs on a Linux node, though Windows nodes are in the majority", async () => {
    await plane.until("its pod runs", 30, async () => (await podsOf("consul-sync")).length === 1);
    expect((await podsOf("consul-sync"))[0]!.spec["nodeName"]).to.match(/^linux-/);
  });

  it("leaves the entries when it ends: nobody looks after them then", async () => {
    expect(await instances(datacenter.management)).not.to.deep.equal([]);
  });

  it("finds nobody at the servers' API where it isn't open: the negative control of the first test", async () => {
    const closed = new ConsulDatacenter();
    try {
      await closed.start(60);
      expect(await connects(closed.servers[0]!.address, 8501)).to.equal(false);
      expect(await connects(datacenter.servers[0]!.address, 8501)).to.equal(true);
    } finally {
      await closed.remove();
    }
  });

  async function podsOf(name: string): Promise<KubernetesObject[]> {
    const pods = await cluster.runningPods(NAMESPACE);
    return pods.filter(({ metadata }) => metadata.labels!["app.kubernetes.io/name"] === name);
  }

  async function passing(): Promise<string[]> {
    const found = await datacenter.servers[0]!.ask<{ Service: { Address: string } }[]>(
      "health/service/orders?passing=true",
      { token: datacenter.management },
    );
    return found.map(({ Service }) => Service.Address);
  }

  /** As its kubelet says it when `/ready` answers no more. */
  async function unready(pod: string): Promise<void> {
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}`;
    const { conditions } = (await plane.api.call("GET", path)).body.status as { conditions: { type: string }[] };
    const changed = conditions.map((item) =>
      item.type === "Ready" || item.type === "ContainersReady" ? { ...item, status: "False" } : item,
    );
    await plane.api.call(
      "PATCH",
      `${path}/status`,
      { status: { conditions: changed } },
      "application/merge-patch+json",
    );
  }
});

const PROGRAM = {
  version: "1.21.5",
  linux: { url: "https://files.example.com/consul.zip", sha256: "a".repeat(64) },
};

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}
