import {
  consulClientConfiguration,
  consulServerConfiguration,
  consulServiceDocument,
  type AgentConsul,
  type AgentConsulServerSpec,
  type AgentSecretReference,
} from "@windows-ha/spec";

const CLIENT_ID = "00000000-0000-4000-8000-000000000001";
const secret = (name: string): AgentSecretReference => ({
  url: `https://orders-servers.vault.azure.net/secrets/${name}`,
  clientId: CLIENT_ID,
});
const AGENT = { retryJoin: ["10.20.4.4", "10.20.4.5", "10.20.4.6"], zone: "1" };

/** Consul on a Windows machine, as a cluster declares it. */
export function clientConsul(): AgentConsul {
  const input = { ...AGENT, address: "{{ GetPrivateIP }}", ephemeral: true };
  return {
    version: "1.21.5",
    programs: [{ os: "windows", arch: "amd64", url: "https://files.example.com/consul.zip", sha256: "b".repeat(64) }],
    configuration: consulClientConfiguration(input),
    caCertificate: "-----BEGIN CERTIFICATE-----",
    secrets: {
      gossipKey: secret("gossip"),
      tokens: { agent: secret("machines"), dns: secret("dns"), services: secret("orders") },
    },
    services: [
      consulServiceDocument({ name: "orders", port: 8080, version: "1.4.2", zone: "1", windowsService: "orders" })
        .service,
    ],
  };
}

/** What a server is told. */
export function serverSpec(): AgentConsulServerSpec {
  const input = { ...AGENT, nodeName: "consul-1", address: "10.20.4.4", servers: 3 };
  return {
    schemaVersion: 1,
    consul: {
      ...clientConsul(),
      programs: [{ os: "linux", arch: "amd64", url: "https://files.example.com/linux.zip", sha256: "c".repeat(64) }],
      configuration: consulServerConfiguration(input),
      secrets: {
        gossipKey: secret("gossip"),
        tokens: { agent: secret("servers"), management: secret("management") },
        certificate: secret("certificate"),
      },
      services: [],
    },
    server: {
      declaredData: {
        url: "https://ordersconsul.blob.core.windows.net/declared/orders.json",
        clientId: CLIENT_ID,
        intervalSeconds: 10,
      },
      snapshots: {
        container: { url: "https://ordersconsul.blob.core.windows.net/snapshots", clientId: CLIENT_ID },
        intervalMinutes: 60,
        keep: 24,
      },
    },
  };
}
