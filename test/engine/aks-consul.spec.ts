import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogSyncAddresses, type KubernetesManifest } from "@windows-ha/spec";
import { ApiClient } from "../../packages/sandbox/dist/kubernetes/control-plane";
import { CatalogSync, forOldBuild, type CatalogSyncPlace } from "../support/catalog-sync";
import { ConsulStack } from "../support/consul-stack";
import type { Machine } from "../support/sandbox-stack";
import { eventually } from "../support/traffic";

const NAMESPACE = "orders";
const NODE = "aks-orders";

interface Instance {
  Node: string;
  ServiceAddress: string;
  ServicePort: number;
}

/** Servers as the sandbox's machines, the cluster as its Kubernetes; nothing runs in pods there, so the test runs the sync. */
describe("a service on AKS in Consul's catalogue", function () {
  this.timeout(300_000);
  const stack = new ConsulStack(join(__dirname, "programs/aks-consul"));
  const sync = new CatalogSync();
  let leader: Machine;

  before(() => stack.create());
  after(async () => {
    await sync.remove();
    await stack.remove();
  });

  /** By the kubeconfig that the sandbox's documentation names, for kubectl. */
  function place(): CatalogSyncPlace {
    const folder = join(stack.sandbox, "kubernetes");
    const file = join(folder, readdirSync(folder)[0]!, "kubeconfig.json");
    const { clusters, users } = JSON.parse(readFileSync(file, "utf8")) as {
      clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
      users: [{ user: { token: string } }];
    };
    const { server, "certificate-authority-data": data } = clusters[0].cluster;
    const authority = Buffer.from(data, "base64").toString("utf8");
    const { token } = users[0].user;
    return { api: new ApiClient({ server, token, authority }), server, authority, namespace: NAMESPACE };
  }

  it("goes up with servers beside the nodes, and without a change in the next preview", async () => {
    await stack.up();
    const servers = await stack.withRole("leader", "follower");
    expect(servers.map(({ name }) => name)).to.deep.equal([1, 2, 3].map((index) => `consul-orders-${index}`));
    leader = servers.find(({ consul }) => consul === "leader")!;
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("is written by the declared sync with the declared token, and found by its balancer's address", async () => {
    const kubernetes = place();
    const read = async (path: string): Promise<KubernetesManifest> =>
      (await kubernetes.api.call("GET", path)).body as unknown as KubernetesManifest;
    const role = await read(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${NAMESPACE}-consul-sync`);
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${role.metadata.name}`;
    await kubernetes.api.call("PUT", path, forOldBuild(role));
    const pods = await read(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/consul-sync`);
    const authority = await read(`/api/v1/namespaces/${NAMESPACE}/configmaps/consul-sync`);
    const servers = await stack.withRole("leader", "follower");
    await sync.start(kubernetes, pods, {
      token: stack.secret(`sync-token-${NODE}`),
      caCertificate: (authority["data"] as Record<string, string>)["ca.pem"]!,
      // On this computer each machine has an address of loopback.
      addresses: catalogSyncAddresses(servers.map(({ address }) => address)),
    });

    const token = stack.secret("management-token");
    const found = async (): Promise<Instance[]> =>
      (await stack.ask<Instance[]>(leader, "catalog/service/orders", { token })).body;
    await eventually("the service is in the catalogue", 60, async () => (await found()).length === 1).catch(
      (error: Error) => {
        throw new Error(`${error.message}\n${sync.log}`);
      },
    );
    const address = new URL(await stack.output("url")).hostname;
    const [instance] = await found();
    expect(instance).to.include({ Node: NODE, ServiceAddress: address, ServicePort: 8080 });
  });
});
