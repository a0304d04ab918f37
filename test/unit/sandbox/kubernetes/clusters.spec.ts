import { expect } from "chai";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterModel, PoolModel } from "../../../../packages/sandbox/src/kubernetes/clusters/cluster-model";
import { declaredNodes } from "../../../../packages/sandbox/src/kubernetes/clusters/declared-nodes";
import { nodeRoom } from "../../../../packages/sandbox/src/kubernetes/clusters/node-room";
import { SubnetAddresses } from "../../../../packages/sandbox/src/kubernetes/clusters/subnet-addresses";
import { findPrograms } from "../../../../packages/sandbox/src/kubernetes/control-plane/programs";
import { temporaryFolder } from "../daemon/support";

const CLUSTER: ClusterModel = {
  id: "/subscriptions/0/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/shop",
  region: "westeurope",
  nodeResourceGroup: "MC_g_shop",
  fqdn: "shop.hcp.westeurope.azmk8s.io",
  issuer: "https://issuer/",
  version: "1.35",
  podCidr: "10.244.0.0/16",
  serviceCidr: "10.0.0.0/16",
  hasSecretsDriver: false,
  pools: [],
};

const pool = (changes: Partial<PoolModel>): PoolModel => ({
  id: `${CLUSTER.id}/agentPools/win`,
  name: "win",
  mode: "user",
  os: "windows",
  osSku: "Windows2022",
  size: "Standard_D4ds_v5",
  count: 1,
  zones: ["1", "2", "3"],
  labels: {},
  taints: [],
  maxPods: 30,
  version: undefined,
  subnet: "10.20.0.0/24",
  drainTimeoutMinutes: 30,
  maxSurge: "1",
  ...changes,
});

describe("nodes of AKS in the sandbox", () => {
  const nodes = (changes: Partial<PoolModel>): ReturnType<typeof declaredNodes> =>
    declaredNodes({ ...CLUSTER, pools: [pool(changes)] });

  it("are numbered to base 36, and spread over the zones in their order", () => {
    const names = nodes({ count: 38 }).map(({ name, zone }) => `${name} ${zone}`);
    expect(names.slice(9, 11)).to.deep.equal(["akswin000009 1", "akswin00000a 2"]);
    expect(names.slice(35)).to.deep.equal(["akswin00000z 3", "akswin000010 1", "akswin000011 2"]);
  });

  it("say which Windows they run, which Kubernetes, and what their pool adds", () => {
    const [node] = nodes({ osSku: "Windows2025", labels: { team: "shop" }, version: "1.34.2" });
    expect(node!.labels).to.include({ "node.kubernetes.io/windows-build": "10.0.26100", team: "shop" });
    expect(node!.kubeletVersion).to.equal("v1.34.2");
    expect(nodes({})[0]!.kubeletVersion).to.equal("v1.35.0");
  });

  it("bear their pool's taints, with and without a value", () => {
    const [node] = nodes({ taints: ["os=windows:NoSchedule", "CriticalAddonsOnly:NoExecute"] });
    expect(node!.taints).to.deep.equal([
      { key: "os", value: "windows", effect: "NoSchedule" },
      { key: "CriticalAddonsOnly", effect: "NoExecute" },
    ]);
  });

  const ROOMS: readonly [string, number, string, string, string][] = [
    // 20 MiB for each of 30 pods, 50 MiB in any case, 100 MiB at which eviction begins.
    ["Standard_D4ds_v5", 30, "16384Mi", "3860m", "15634Mi"],
    ["Standard_E8ds_v5", 30, "65536Mi", "7820m", "64786Mi"],
    // At most a quarter of all.
    ["Standard_F2s_v2", 250, "4096Mi", "1900m", "2972Mi"],
  ];
  for (const [size, maxPods, memory, cpu, left] of ROOMS) {
    it(`have the room of a ${size}, less what AKS keeps`, () => {
      const { capacity, allocatable } = nodeRoom(size, maxPods);
      expect(capacity.memory).to.equal(memory);
      expect(allocatable).to.deep.equal({ cpu, memory: left, pods: String(maxPods) });
    });
  }
});

describe("addresses of a cluster's subnet in the sandbox", () => {
  it("are given from the fifth on, each once, and again when they are free", () => {
    const addresses = new SubnetAddresses();
    addresses.adopt("a node that was there", "10.20.0.5");
    expect(["a", "b", "a"].map((owner) => addresses.take(owner, "10.20.0.0/29"))).to.deep.equal([
      "10.20.0.4",
      "10.20.0.6",
      "10.20.0.4",
    ]);
    expect(() => addresses.take("c", "10.20.0.0/29")).to.throw("all addresses of 10.20.0.0/29 are taken");
    addresses.release("a");
    expect(addresses.take("c", "10.20.0.0/29")).to.equal("10.20.0.4");
  });
});

describe("Kubernetes' programs", () => {
  const folder = temporaryFolder();
  const NAMES = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];
  const place = (...path: string[]): void => {
    const file = join(folder(), ...path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "");
    chmodSync(file, 0o755);
  };

  it("are the newest of the tool cache, else those on PATH, and nothing when one is missing", () => {
    const env = { PATH: join(folder(), "bin"), WINDOWS_HA_CACHE: join(folder(), "cache") };
    for (const name of NAMES.slice(0, 4)) place("bin", name);
    expect(findPrograms(env)).to.equal(undefined);
    place("cache/tools/kwok-0.9.0/kwok");
    place("cache/tools/kwok-0.10.0/kwok");
    place("cache/tools/kwok-extras-1.0.0/kwok");
    place("cache/tools/etcd-3.6.8/etcd");
    expect(findPrograms(env)).to.include({
      kwok: join(folder(), "cache/tools/kwok-0.10.0/kwok"),
      etcd: join(folder(), "cache/tools/etcd-3.6.8/etcd"),
      "kube-apiserver": join(folder(), "bin/kube-apiserver"),
    });
  });
});
