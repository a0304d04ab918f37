import type { ClusterSpec } from "./cluster";
import { checkConsul } from "./consul/consul-rules";
import { completeConsul, type ConsulSpec } from "./consul/consul";
import { checkConsulClient } from "./consul/client";
import { checkConsulKubernetes } from "./consul/kubernetes";
import { serverAddresses, checkServerAddresses } from "./consul/server-addresses";
import { checkConsulKeyValues } from "./consul/key-values";
import { configurationValues } from "./configuration";
import { checkConsulSubnet } from "./consul-subnet";
import type { Finding } from "./finding";
import { goesOut } from "./outbound";

/** What a cluster has of Consul: nothing, unless it was asked for. */
export function activeConsul({ consul }: Pick<ClusterSpec, "consul">): ConsulSpec | undefined {
  return consul?.enabled ? consul : undefined;
}

/** Who speaks with the machines' clients: other machines and the servers. */
export function gossipSources({ consul, network }: Pick<ClusterSpec, "consul" | "network">): string[] {
  if (network.existing || !consul?.servers) return ["VirtualNetwork"];
  return [network.machinesSubnet, network.consulSubnet];
}

/** Addresses of a cluster's own servers. */
export function clusterServerAddresses({ consul, network }: Pick<ClusterSpec, "consul" | "network">): string[] {
  const { servers } = consul ?? {};
  if (!servers) return [];
  return servers.addresses ?? serverAddresses({ count: servers.count, subnetRange: network.consulSubnet });
}

export function completeClusterConsul({ consul }: Pick<ClusterSpec, "consul">): Pick<ClusterSpec, "consul"> {
  return consul === undefined ? {} : { consul: completeConsul(consul) };
}

/** Consul of a cluster, and what asks for it. */
export function checkClusterConsul(spec: ClusterSpec): Finding[] {
  const { consul, service } = spec;
  const active = activeConsul(spec);
  return [
    ...(consul ? checkConsul(consul).map((item) => ({ ...item, path: `consul.${item.path}` })) : []),
    ...(active?.program ? checkClient(spec, active) : []),
    ...(active?.servers
      ? [...checkServersPlace(spec), ...checkIdentityName(spec.service.name), ...checkKubernetes(spec, active)]
      : []),
    ...checkStore(spec),
    ...(active ? checkConsulKeyValues(configurationValues(service), "service.configuration") : []),
  ];
}

function checkClient({ service, machines }: ClusterSpec, { program, registration }: ConsulSpec): Finding[] {
  const client = checkConsulClient(
    service,
    { program: { ...program!, windows: program!.windows ?? PRESENT }, registration },
    "consul.",
  );
  const prefix = machines.computerNamePrefix ?? "";
  const plain = prefix.toLowerCase();
  if (!SERVERS_PREFIX.startsWith(plain) && !plain.startsWith(SERVERS_PREFIX)) return client;
  return [
    ...client,
    {
      rule: "consul-node-prefix",
      path: "machines.computerNamePrefix",
      seen: JSON.stringify(prefix),
      allowed:
        "another beginning than that of the servers' names, consul-: the machines' token may write every such name",
      fix: "Give machines.computerNamePrefix.",
    },
  ];
}

/** Nodes of the catalogue that no machine's and no server's token may write. */
function checkKubernetes({ machines }: ClusterSpec, { kubernetes }: ConsulSpec): Finding[] {
  const prefixes = [SERVERS_PREFIX, ...(machines.computerNamePrefix ? [machines.computerNamePrefix] : [])];
  return checkConsulKubernetes(kubernetes, prefixes).map((item) => ({ ...item, path: `consul.${item.path}` }));
}

/** What the names of all servers begin with. */
const SERVERS_PREFIX = "consul-";

/** Whether there is one is `checkConsul`'s business. */
const PRESENT = { url: "", sha256: "" };

/** Consul gives an identity to services with plain names only (acl/validation.go). */
function checkIdentityName(name: string): Finding[] {
  // What no service may be called has its own finding.
  if (name === name.toLowerCase()) return [];
  return [
    {
      rule: "consul-service-name",
      path: "service.name",
      seen: JSON.stringify(name),
      allowed: "lower-case letters, digits and hyphens: the service's token is bound to its name",
      fix: `Call it ${JSON.stringify(name.toLowerCase())}.`,
    },
  ];
}

/** Where the servers are, and how they get out. */
function checkServersPlace(spec: ClusterSpec): Finding[] {
  const { network, consul, loadBalancer } = spec;
  const { count, addresses } = consul!.servers!;
  if (network.existing) {
    const { consulSubnetId } = network.existing as { consulSubnetId?: unknown };
    return [
      ...(consulSubnetId === undefined
        ? [
            {
              rule: "required",
              path: "network.existing.consulSubnetId",
              seen: "missing",
              allowed: "the id of the subnet for Consul's servers",
              fix: "Give network.existing.consulSubnetId, or consul.existing with servers that are there.",
            },
          ]
        : []),
      ...(addresses === undefined
        ? [
            {
              rule: "consul-addresses",
              path: "consul.servers.addresses",
              seen: "missing, with network.existing",
              allowed: `${count} free addresses of the servers' subnet: what is free there only its owner knows`,
              fix: "Give consul.servers.addresses.",
            },
          ]
        : checkServerAddresses({ count, addresses }, "consul.servers.")),
    ];
  }
  return [
    ...checkConsulSubnet(network, "network."),
    ...checkServerAddresses({ count, addresses, subnetRange: network.consulSubnet }, "consul.servers.")
      // A range that is none has its finding above.
      .filter(({ rule }) => rule !== "cidr")
      .map((item) => (item.path === "consul.servers.subnetRange" ? { ...item, path: "network.consulSubnet" } : item)),
    ...(goesOut(loadBalancer)
      ? [
          {
            rule: "consul-outbound",
            path: "loadBalancer.outbound",
            seen: "enabled, with Consul's servers",
            allowed: "the NAT gateway: the balancer takes out its own machines only, and the servers have to download",
            fix: "Leave loadBalancer.outbound out, or take consul.existing.",
          },
        ]
      : []),
  ];
}

/** Settings that nobody would write into the store. */
function checkStore(spec: ClusterSpec): Finding[] {
  if (spec.service.configuration?.store !== "consul" || activeConsul(spec)?.servers) return [];
  return [
    {
      rule: "configuration-store",
      path: "service.configuration.store",
      seen: activeConsul(spec) ? '"consul", with servers of somebody else' : '"consul", in a cluster without Consul',
      allowed: "consul where the cluster has servers of its own, whose agents write the values; else files",
      fix: 'Give consul with its program, or set service.configuration.store to "files".',
    },
  ];
}
