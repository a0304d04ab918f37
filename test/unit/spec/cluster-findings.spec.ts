import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { resolveCluster } from "@windows-ha/spec";
import { clusterArguments, type Changes } from "./arguments";

const found = (changes: Changes): string[] =>
  resolveCluster(clusterArguments(changes)).findings.map(({ rule, path }) => `${rule} ${path}`);

/** One row per rule and property: arguments that are wrong in this one way, and exactly what must be found. */
const CASES: [Changes, ...string[]][] = [
  // service
  [{ service: { name: undefined } }, "required service.name"],
  [{ service: { name: "-orders" } }, "pattern service.name"],
  [{ service: { name: "orders." } }, "pattern service.name"],
  [{ service: { name: "o".repeat(81) } }, "pattern service.name"],
  [{ service: { name: "Windows-HA-Agent" } }, "agent-service-name service.name"],
  [{ service: { name: "NUL" } }, "device-name service.name"],
  [{ service: { name: "com1.orders" } }, "device-name service.name"],
  [{ service: { displayName: "" } }, "length service.displayName"],
  [{ service: { description: "d".repeat(1025) } }, "length service.description"],
  [{ service: { version: "v1.4.2" } }, "pattern service.version"],
  [{ service: { version: "1.4" } }, "pattern service.version"],
  [{ service: { port: 0 } }, "range service.port"],
  [{ service: { port: 65536 } }, "range service.port"],
  [{ service: { port: "8080" } }, "type service.port"],
  [{ service: { port: 25 } }, "probe-port service.port"],
  [{ service: { artifact: undefined } }, "required service.artifact"],
  [{ service: { artifact: {} } }, "artifact-source service.artifact"],
  [
    { service: { artifact: { path: "dist/orders.exe", url: "https://h/a.exe", sha256: "a".repeat(64) } } },
    "artifact-source service.artifact",
  ],
  [{ service: { artifact: { file: "dist/orders.exe" } } }, "unknown-property service.artifact.file"],
  [{ service: { arguments: ["a", 5] } }, "type service.arguments[1]"],
  [{ service: { arguments: ["--data=%TEMP%"] } }, "argument-expansion service.arguments[0]"],
  [{ service: { arguments: ["--address=${WINDOWS_HA_ADRESS}"] } }, "placeholder service.arguments[0]"],
  [{ service: { arguments: ["a\0b"] } }, "nul-character service.arguments[0]"],
  [{ service: { environment: { "A B": "x" } } }, 'pattern service.environment["A B"]'],
  [{ service: { environment: { A: 1 } } }, 'type service.environment["A"]'],
  [{ service: { environment: { A: undefined } } }, 'required service.environment["A"]'],
  [
    { service: { environment: { windows_ha_machine: "x" } } },
    'environment-name service.environment["windows_ha_machine"]',
  ],
  [{ service: { environment: { Path: "x", PATH: "y" } } }, 'environment-name service.environment["PATH"]'],
  [{ service: { environment: { A: "${WINDOWS_HA_}" } } }, 'placeholder service.environment["A"]'],
  [{ service: { health: { livenessPath: "health" } } }, "pattern service.health.livenessPath"],
  [{ service: { health: { readinessPath: "/ready?full=1" } } }, "pattern service.health.readinessPath"],
  [{ service: { health: { reportsHealthState: "yes" } } }, "type service.health.reportsHealthState"],
  [{ service: { installGate: { deadlineSeconds: 3601 } } }, "range service.installGate.deadlineSeconds"],
  [{ service: { installGate: { consecutiveSuccesses: 61 } } }, "install-gate service.installGate.deadlineSeconds"],
  [{ service: { stop: { drainSeconds: -1 } } }, "range service.stop.drainSeconds"],
  [
    { service: { stop: { stopSeconds: 0, killSeconds: 61 } } },
    "range service.stop.stopSeconds",
    "range service.stop.killSeconds",
  ],
  [{ service: { releasesToKeep: 1 } }, "range service.releasesToKeep"],
  [{ service: { artefact: {} } }, "unknown-property service.artefact"],
  // agent
  [{ agent: { url: "https://h/a.exe" } }, "artifact-source agent"],
  ...[
    "10.1.2.3",
    "172.31.0.0/24",
    "192.168.1.0/24",
    "2001:db8::1",
    "2001:db8::/32",
    "0.0.0.0/0",
    "198.51.100.8/31",
    "198.51.100.7/24",
    "198.51.100.300",
    "build.example",
    "",
  ].map((range): [Changes, string] => [
    { artifactStore: { uploadFrom: ["198.51.100.7", range] } },
    "upload-from artifactStore.uploadFrom[1]",
  ]),
  [{ artifactStore: { uploadFrom: [] } }, "length artifactStore.uploadFrom"],
  [{ artifactStore: { uploadFrom: ["198.51.100.7", "198.51.100.7"] } }, "unique artifactStore.uploadFrom"],
  [{ artifactStore: { uploadFrom: "198.51.100.7" } }, "type artifactStore.uploadFrom"],
  [{ artifactStore: { fromSubnetIds: ["/subnet"] } }, "artifact-store-reach artifactStore.fromSubnetIds"],
  [{ network: { serviceEndpoints: ["Storage"] } }, "pattern network.serviceEndpoints[0]"],
  [
    { network: { existing: { machinesSubnetId: "/theirs" }, serviceEndpoints: ["Microsoft.Storage"] } },
    "existing-network network.serviceEndpoints",
  ],
  [{ agent: { url: "ftp://h/a.exe", sha256: "a".repeat(64) } }, "pattern agent.url"],
  [{ agent: { url: "https://h/a.exe", sha256: "a".repeat(63) } }, "pattern agent.sha256"],
  // machines
  [{ machines: { count: 1 } }, "range machines.count"],
  [{ machines: { count: 1001 } }, "range machines.count"],
  [{ machines: { count: 2.5 } }, "type machines.count"],
  [{ machines: { count: 3, minimumActive: 3 } }, "minimum-active machines.minimumActive"],
  [{ machines: { minimumActive: 0 } }, "range machines.minimumActive"],
  [{ machines: { zones: [] } }, "length machines.zones"],
  [{ machines: { zones: ["1", "4"] } }, "one-of machines.zones[1]"],
  [{ machines: { zones: ["1", "1"] } }, "unique machines.zones"],
  [{ machines: { size: "D2s" } }, "pattern machines.size"],
  [
    { machines: { image: { sku: "2025-datacenter" } } },
    "required machines.image.publisher",
    "required machines.image.offer",
    "required machines.image.version",
  ],
  [{ machines: { computerNamePrefix: "much-too-long" } }, "pattern machines.computerNamePrefix"],
  [{ machines: { computerNamePrefix: "2024" } }, "pattern machines.computerNamePrefix"],
  [{ machines: { adminUsername: "root" } }, "admin-username machines.adminUsername"],
  [{ machines: { adminUsername: "admin." } }, "pattern machines.adminUsername"],
  [{ machines: { adminPassword: "short" } }, "length machines.adminPassword"],
  [{ machines: { adminPassword: "onlylowercase" } }, "password-complexity machines.adminPassword"],
  [{ machines: { osDiskType: "Premium" } }, "one-of machines.osDiskType"],
  [{ machines: { encryptionAtHost: 1 } }, "type machines.encryptionAtHost"],
  // network
  [{ network: { addressSpace: "10.20.0.1/16" } }, "cidr network.addressSpace"],
  [{ network: { addressSpace: "fd00::/8" } }, "pattern network.addressSpace"],
  [{ network: { machinesSubnet: "10.20.0.0/33" } }, "cidr network.machinesSubnet"],
  [{ network: { machinesSubnet: "10.21.0.0/22" } }, "subnet-in-space network.machinesSubnet"],
  [{ network: { machinesSubnet: "10.20.0.0/29" } }, "subnet-size network.machinesSubnet"],
  [{ machines: { count: 1000 }, network: { machinesSubnet: "10.20.0.0/23" } }, "subnet-size network.machinesSubnet"],
  [
    { network: { addressSpace: "168.63.0.0/16", machinesSubnet: "168.63.0.0/22" } },
    "azure-address network.addressSpace",
  ],
  [{ network: { natIdleTimeoutMinutes: 3 } }, "range network.natIdleTimeoutMinutes"],
  [{ network: { natIdleTimeoutMinutes: 121 } }, "range network.natIdleTimeoutMinutes"],
  // load balancer
  [{ loadBalancer: { public: true } }, "public-source loadBalancer.allowFrom"],
  [{ loadBalancer: { public: true, allowFrom: [] } }, "length loadBalancer.allowFrom"],
  [{ loadBalancer: { allowFrom: ["10.0.0.1/8"] } }, "cidr loadBalancer.allowFrom[0]"],
  [{ loadBalancer: { allowFrom: ["everyone"] } }, "pattern loadBalancer.allowFrom[0]"],
  [{ loadBalancer: { internal: false } }, "front-end loadBalancer.internal"],
  [{ loadBalancer: { sessionAffinity: "leastConnections" } }, "one-of loadBalancer.sessionAffinity"],
  [{ loadBalancer: { weights: [3, 2, 1] } }, "unknown-property loadBalancer.weights"],
  [{ loadBalancer: { ports: [{ name: "admin", port: 0 }] } }, "range loadBalancer.ports[0].port"],
  [{ loadBalancer: { ports: [{ name: "Orders", port: 81 }] } }, "unique loadBalancer.ports[0].name"],
  [
    { loadBalancer: { port: 80, ports: [{ name: "b", port: 80, backendPort: 8080 }] } },
    "unique loadBalancer.ports[0].port",
    "unique loadBalancer.ports[0].backendPort",
  ],
  [
    { loadBalancer: { ports: [{ name: "rdp", port: 13389, backendPort: 3389 }] } },
    "administration-port loadBalancer.allowFrom[0]",
  ],
  // firewall
  [
    { firewall: { rules: [{ name: "a", port: 22, sources: ["10.0.0.0/8"] }] } },
    "administration-port firewall.rules[0].sources[0]",
  ],
  [
    { firewall: { rules: [{ name: "Allow-Clients", port: 9, sources: ["10.0.0.7"] }] } },
    "rule-name firewall.rules[0].name",
  ],
  [{ firewall: { rules: [{ name: "a", port: 9 }] } }, "required firewall.rules[0].sources"],
  [{ firewall: { reviewEveryDays: 0 } }, "range firewall.reviewEveryDays"],
  // existing network
  [{ network: { existing: {} } }, "required network.existing.machinesSubnetId"],
  [
    { network: { existing: { machinesSubnetId: "/s" }, addressSpace: "10.0.0.0/8" } },
    "existing-network network.addressSpace",
  ],
  [{ network: { flowLogs: { storageAccountId: "" } } }, "length network.flowLogs.storageAccountId"],
  [{ network: { flowLogs: { storageAccountId: "/s", retentionDays: 400 } } }, "range network.flowLogs.retentionDays"],
  [
    { service: { port: 3389 }, loadBalancer: { public: true, allowFrom: ["Internet"] } },
    "administration-port loadBalancer.allowFrom[0]",
  ],
  [{ loadBalancer: { port: 70000 } }, "range loadBalancer.port"],
  [{ loadBalancer: { idleTimeoutMinutes: 101 } }, "range loadBalancer.idleTimeoutMinutes"],
  [{ loadBalancer: { probe: { intervalSeconds: 4 } } }, "range loadBalancer.probe.intervalSeconds"],
  [{ loadBalancer: { probe: { threshold: 101 } } }, "range loadBalancer.probe.threshold"],
  [{ loadBalancer: { probe: { intervalSeconds: 60, threshold: 5 } } }, "drain-seconds service.stop.drainSeconds"],
  // placement
  [{ resourceGroupName: "" }, "length resourceGroupName"],
  [{ tags: { team: "t".repeat(257) } }, 'length tags["team"]'],
  [{ tags: ["team"] }, "type tags"],
  [{ loadbalancer: {} }, "unknown-property loadbalancer"],
];

describe("resolveCluster, given wrong arguments", () => {
  for (const [changes, ...expected] of CASES) {
    const title = JSON.stringify(changes, (_key, value: unknown) => (value === undefined ? "<missing>" : value));
    it(`finds ${expected.join(", ")} in ${title.length > 90 ? `${title.slice(0, 87)}...` : title}`, () => {
      expect(found(changes)).to.deep.equal(expected);
    });
  }

  const GOOD: Changes[] = [
    { loadBalancer: { probe: { intervalSeconds: 60, threshold: 5 } }, service: { stop: { drainSeconds: 300 } } },
    { service: { name: "nullable" } },
    { service: { arguments: ["--share=50%", "--address=${WINDOWS_HA_ADDRESS}", "${OTHER}"] } },
    { service: { installGate: { consecutiveSuccesses: 60 } } },
    { network: { machinesSubnet: "10.20.0.0/28" } },
    { machines: { count: 1000 } },
    { loadBalancer: { allowFrom: ["VirtualNetwork", "10.0.0.0/8"] } },
    { loadBalancer: { ports: [{ name: "dns", port: 8080, protocol: "Udp" }] } },
    { loadBalancer: { public: true, internal: true, allowFrom: ["203.0.113.0/24", "VirtualNetwork"] } },
    { network: { existing: { machinesSubnetId: "/s" } } },
    { network: { flowLogs: { storageAccountId: "/s" } } },
    { network: { flowLogs: {} } },
    { firewall: { rules: [{ name: "bastion", port: 3389, sources: ["10.20.9.0/26"] }] } },
  ];
  for (const changes of GOOD) {
    it(`finds nothing in ${JSON.stringify(changes)}`, () => expect(found(changes)).to.deep.equal([]));
  }

  it("finds everything that is wrong with the shape at once", () => {
    const changes = {
      service: { port: 0, version: "1" },
      machines: { count: 1, zones: ["9"] },
      agent: "agent.exe",
      tag: {},
    };
    expect(found(changes)).to.have.members([
      "unknown-property tag",
      "pattern service.version",
      "range service.port",
      "type agent",
      "range machines.count",
      "one-of machines.zones[0]",
    ]);
  });

  it("finds everything that is wrong between values at once", () => {
    const changes = {
      service: { port: 25, name: "aux" },
      machines: { minimumActive: 3, adminUsername: "guest", adminPassword: "onlylowercase" },
      network: { machinesSubnet: "10.21.0.0/29" },
      loadBalancer: { public: true },
    };
    expect(found(changes)).to.have.members([
      "device-name service.name",
      "minimum-active machines.minimumActive",
      "admin-username machines.adminUsername",
      "password-complexity machines.adminPassword",
      "subnet-in-space network.machinesSubnet",
      "subnet-size network.machinesSubnet",
      "public-source loadBalancer.allowFrom",
      "probe-port service.port",
    ]);
  });

  it("says of an Output at a plain place that it must be known, for every such place", () => {
    const later = pulumi.output(3);
    expect(
      found({
        service: { port: later, name: later },
        machines: { count: Promise.resolve(3), zones: later },
        loadBalancer: later,
        network: { addressSpace: later },
      }),
    ).to.have.members([
      "not-plain service.port",
      "not-plain service.name",
      "not-plain machines.count",
      "not-plain machines.zones",
      "not-plain loadBalancer",
      "not-plain network.addressSpace",
    ]);
  });

  for (const args of [undefined, null, "orders", 7, [], pulumi.output({})]) {
    it(`answers ${args === null ? "null" : typeof args} instead of arguments with findings`, () => {
      expect(resolveCluster(args).findings).not.to.deep.equal([]);
    });
  }

  const SECRETS: Changes[] = [
    { service: { environment: { PASSWORD: ["canary-4711"] } } },
    { service: { environment: "PASSWORD=canary-4711" } },
    { service: { environment: ["PASSWORD=canary-4711"] } },
    { service: { environment: { WINDOWS_HA_KEY: "canary-4711\0${WINDOWS_HA_X}" } } },
    { service: { arguments: "--password=canary-4711" } },
    { service: { arguments: ["%canary-4711%"] } },
    { service: ["canary-4711"] as never },
    { machines: { adminPassword: "canary-4711" } },
    { machines: { adminPassword: ["canary-4711"] } },
    { machines: ["canary-4711"] },
    { service: { artifact: { url: "https://h/orders.exe?sig=canary-4711", sha256: "a".repeat(64) } } },
    { agent: { url: "https://user:canary-4711@h/agent.exe", sha256: "a".repeat(64) } },
  ];
  for (const changes of SECRETS) {
    it(`doesn't repeat what may be a secret in ${JSON.stringify(changes)}`, () => {
      const args = Array.isArray(changes.service)
        ? { ...clusterArguments(), service: changes.service }
        : clusterArguments(changes);
      const { findings } = resolveCluster(args);
      expect(findings).not.to.deep.equal([]);
      expect(JSON.stringify(findings)).not.to.include("canary-4711");
    });
  }
});
