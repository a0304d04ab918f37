/**
 * Everything in which a sandbox machine's document, files or network may differ from what Azure would get. A test fails
 * on any other difference.
 */
export interface AllowedDifference {
  id: string;
  /** What is different here. */
  what: string;
  why: string;
  /** Paths of the AgentSpec that it adds to; nothing else of the document may differ. */
  agentSpecPaths: string[];
}

export const ALLOWED_DIFFERENCES: readonly AllowedDifference[] = [
  {
    id: "host-artifact",
    what: "artifacts has one more entry for each Windows build: the same program built for this computer",
    why: "a Windows program doesn't run on Linux; which host build belongs to which Windows build was published by hash",
    agentSpecPaths: ["artifacts"],
  },
  {
    id: "host-agent",
    what: "the host build of windows-ha-agent runs instead of the downloaded one, after that one's hash was checked",
    why: "the same, for the agent; PowerShell isn't needed to start it",
    agentSpecPaths: [],
  },
  {
    id: "metadata-address",
    what: "a machine's metadata service answers at its own loopback address, which WINDOWS_HA_METADATA_ADDRESS names, and blobs by http",
    why: "169.254.169.254 isn't an address of this computer; nobody listens on loopback",
    agentSpecPaths: [],
  },
  {
    id: "vault-address",
    what: "secrets and certificate are read at http://127.<block>.x.y:7401/secrets/<name>, an address per vault, which also stands in text that a program puts into a blob",
    why: "a vault's name leads to Azure; nobody listens on loopback, and the agent takes http there only",
    agentSpecPaths: ["secrets", "certificate", "consul.secrets"],
  },
  {
    id: "vault-network",
    what: "a vault with a public address asks for token and role, not for the address that a question comes from",
    why: "every machine has a loopback address, which no vault's firewall names",
    agentSpecPaths: [],
  },
  {
    id: "loopback-addresses",
    what: "machines and front ends have addresses of 127.<block>.x.y, and health extensions ask there, not on localhost",
    why: "all machines share one computer",
    agentSpecPaths: [],
  },
  {
    id: "client-identity",
    what: "a local client counts as a machine in the front end's subnet (internal) or as 203.0.113.10 (public, and uploads)",
    why: "on one computer every client has a loopback address, which no firewall rule names",
    agentSpecPaths: [],
  },
  {
    id: "firewall-at-the-balancer",
    what: "firewall rules decide about flows through a front end and about probes, not about direct connections",
    why: "filtering direct connections between loopback addresses needs rights that a sandbox doesn't ask for",
    agentSpecPaths: [],
  },
  {
    id: "dropped-flows",
    what: "a flow that a firewall drops is closed without an answer instead of staying unanswered",
    why: "the client learns at once what Azure lets it find out by its time-out; the sandbox's log names the rule",
    agentSpecPaths: [],
  },
  {
    id: "flow-logs",
    what: "a flow log holds the flows that a firewall refused, within a second, and none that it let in",
    why: "the flows of a load test would fill the disk",
    agentSpecPaths: [],
  },
  {
    id: "probe-source",
    what: "probes come from 127.0.0.1; the firewall sees them as AzureLoadBalancer",
    why: "168.63.129.16 isn't an address of this computer",
    agentSpecPaths: [],
  },
  {
    id: "service-tags",
    what: "firewall rules know the tags VirtualNetwork, AzureLoadBalancer and Internet; any other tag matches no flow",
    why: "no client on this computer stands for an Azure service",
    agentSpecPaths: [],
  },
  {
    id: "silence-ends",
    what: "a flow to a machine without power stays unanswered for 21 s, then it is reset",
    why: "the balancer has already accepted the client's connection; 21 s is a Windows client's own connect time-out",
    agentSpecPaths: [],
  },
  {
    id: "ha-ports",
    what: "a balancing rule for all ports forwards the TCP ports that inbound firewall rules name one by one",
    why: "nobody listens on 65,535 ports of an address; other ports don't get through the firewall anyway",
    agentSpecPaths: [],
  },
  {
    id: "service-identity",
    what: "accounts, SID types and required privileges are kept and shown, but every service runs as you; a dependency that isn't installed counts as one of Windows' own services, which runs",
    why: "this computer has neither the accounts nor Windows' services",
    agentSpecPaths: [],
  },
  {
    id: "consul-program",
    what: "this computer's Consul runs, whichever is declared: programs has one more entry, in front, and version is its version",
    why: "nothing is downloaded from the Internet, and Consul comes with no package of ours",
    agentSpecPaths: ["consul.programs", "consul.version"],
  },
  {
    id: "consul-addresses",
    what: "Consul listens on its machine's loopback address, where the service asks it, joins servers and asks checks at theirs, and reads blobs by http",
    why: "all machines share one computer, on which each of them has port 8500",
    agentSpecPaths: [
      "consul.configuration.bind_addr",
      "consul.configuration.client_addr",
      "consul.configuration.retry_join",
      "consul.services",
      "service.environment.CONSUL_HTTP_ADDR",
      "server.declaredData.url",
      "server.snapshots.container.url",
    ],
  },
  {
    id: "consul-dns-port",
    what: "Consul answers by DNS on port 8600 of its machine's address, not on 53",
    why: "a port below 1024 needs rights that a sandbox doesn't ask for",
    agentSpecPaths: ["consul.configuration.ports.dns"],
  },
  {
    id: "consul-windows-service",
    what: "Consul doesn't ask Windows whether the service runs: the os_service check is left out",
    why: "Consul has this check on Windows only",
    agentSpecPaths: ["consul.services"],
  },
  {
    id: "linux-machines",
    what: "a machine with Linux is a process with a folder, too: what ConsulServers tells cloud-init is read and done without a shell, services run without systemd, and the data disk is a folder that outlives the machine",
    why: "a sandbox has no virtual machines; other custom data is refused",
    agentSpecPaths: [],
  },
  {
    id: "scaled-pause",
    what: "the pause between the batches of a rolling upgrade is shortened by the setting pauseScale (1/60)",
    why: "it waits for trouble that shows late, which no laptop run is for",
    agentSpecPaths: [],
  },
  {
    id: "terminate-notice",
    what: "a machine's deletion waits for the machine's approval for terminateNoticeMs of profile.json (60 s) at most",
    why: "the announced 5 to 15 minutes are for machines that don't answer, which no laptop run is for",
    agentSpecPaths: [],
  },
  {
    id: "application-output",
    what: "a VM Application's failure ends with its command's output, and its commands are read instead of run by cmd.exe",
    why: "the deployment's own words for it aren't documented; cmd.exe and tar.exe aren't needed to unpack and start the agent",
    agentSpecPaths: [],
  },
  {
    id: "kubernetes-nodes",
    what: "nodes of Kubernetes are kwok's: pods are placed, run and end by Kubernetes' rules, but no container runs, no probe is asked, and a Service's address answers nobody",
    why: "this computer has no Windows containers",
    agentSpecPaths: [],
  },
  {
    id: "kubernetes-version",
    what: "the Kubernetes that is on this computer runs, whichever version is declared; nodes say the declared one",
    why: "each version would have to be built",
    agentSpecPaths: [],
  },
  {
    id: "kubernetes-sign-in",
    what: "an API server answers at a loopback address and takes the sandbox's own token, not one of Microsoft Entra ID; roles and authorised ranges are not asked about",
    why: "nobody is signed in, and nobody else listens there",
    agentSpecPaths: [],
  },
  {
    id: "kubernetes-webhooks",
    what: "what AKS' own webhooks and drivers add to pods is missing: workload identity's token, mounted secrets, metrics for an autoscaler, the effect of network policies",
    why: "they are programs of AKS, for nodes that exist",
    agentSpecPaths: [],
  },
  {
    id: "kubernetes-times",
    what: "a node is lost 8 s after its last lease instead of 40 s and more, and a minute of a pool's drain takes 2 s",
    why: "the order counts here; no laptop run is for the time",
    agentSpecPaths: [],
  },
];
