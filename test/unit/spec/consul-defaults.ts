import {
  CONSUL_CLIENT_FIELD,
  QUERIES_FIELD,
  REGISTRATION_FIELD,
  resolveConsul,
  resolveConsulServers,
  withDefaults,
} from "@windows-ha/spec";

type Values = Record<string, unknown>;

/** What the optional properties of Consul become, by interface, when only the required ones are given. */
export function consulDefaults(): Record<string, Values> {
  const file = { url: "https://files.example.com/consul.zip", sha256: "a".repeat(64) };
  const program = { version: "1.21.5", linux: file, windows: file };
  const place = { resourceGroupName: "g", subnetId: "/subscriptions/s/subnets/c", subnetRange: "10.20.4.0/27" };
  const secretStore = { allowFrom: ["203.0.113.4"] };
  const servers = resolveConsulServers("orders", { ...place, program, secretStore }).spec!;
  const cluster = resolveConsul({ program }).spec!;
  const { zones, count, size, osDiskType, dataDiskType, dataDiskSizeGb, ...others } = servers;
  const { protect, encryptionAtHost, ...datacenter } = others;
  const disks = { osDiskType, dataDiskType, dataDiskSizeGb };
  const { softDeleteRetentionDays } = servers.secretStore as Values;
  // What follows from other values has no literal.
  const { addresses: _, nodePrefix: _prefix, subnetRange: _range, ...plain } = datacenter;
  return {
    ConsulServerMachinesArgs: { zones, count, size, ...disks, protect, encryptionAtHost },
    ConsulSnapshotsArgs: { ...servers.snapshots },
    ConsulQueryArgs: { ...withDefaults<Values[]>(QUERIES_FIELD, [{ service: "orders" }])[0] },
    ConsulSecretStoreArgs: { softDeleteRetentionDays },
    ConsulServersArgs: plain,
    ConsulRegistrationArgs: { dependenciesCheck: true, ...withDefaults<Values>(REGISTRATION_FIELD, {}) },
    ConsulClientArgs: withDefaults<Values>(CONSUL_CLIENT_FIELD, { program }),
    ConsulArgs: { ...cluster },
    ConsulAgentFileArgs: {},
    ConsulClientsArgs: {},
    ConsulFailoverArgs: {},
    ConsulProgramArgs: {},
    ExistingConsulArgs: {},
    ServiceInstallArgs: {},
    NetworkReferenceArgs: {},
  };
}
