import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as ts from "typescript";
import {
  AUTOSCALE_FIELD,
  DEFAULTS,
  FIREWALL_FIELD,
  HOST_INSTALL_FIELD,
  installCommand,
  DATA_DISKS_FIELD,
  LOAD_BALANCER_FIELD,
  OUTBOUND_FIELD,
  resolveCluster,
  SECRET_STORE_FIELD,
  SERVICE_FIELD,
  withDefaults,
  type FirewallSpec,
  type HostInstallSpec,
  VM_APPLICATION_SETTINGS,
  type LoadBalancerSpec,
  type SecretStoreArguments,
} from "@windows-ha/spec";
import { record, Template, type Values } from "@windows-ha/testing";
import { Network, WindowsMachines, WindowsScaleSet } from "windows-ha";
import { ipConfigurationOf, profileOf } from "./components/support";
import { aksDefaults } from "./spec/aks/documented-defaults";
import { clusterArguments } from "./spec/arguments";
import { consulDefaults } from "./spec/consul-defaults";

const ROOT = join(__dirname, "../../packages/components/src");
const SOURCES = globSync("**/{args,*-args}.ts", { cwd: ROOT }).sort();

interface DocumentedProperty {
  owner: string;
  name: string;
  optional: boolean;
  /** The text behind `@default`, on one line. */
  said: string | undefined;
}

/** Every property of the interfaces in a source text. */
function documentedProperties(text: string): DocumentedProperty[] {
  const source = ts.createSourceFile("args.ts", text, ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isInterfaceDeclaration).flatMap((owner) =>
    owner.members.filter(ts.isPropertySignature).map((member) => {
      const tag = ts.getJSDocTags(member).find((item) => item.tagName.text === "default");
      return {
        owner: owner.name.text,
        name: member.name.getText(),
        optional: member.questionToken !== undefined,
        said: tag && (ts.getTextOfJSDocComment(tag.comment) ?? "").replace(/\s+/g, " "),
      };
    }),
  );
}

/** The literal that a text starts with: `5 (S0-55)` is 5. Text in words, such as `the name`, has none. */
function literalOf(said: string): { value: unknown } | undefined {
  const [literal] = /^(true|false|-?\d+(\.\d+)?|"[^"]*"|\[[^\]]*\]|\{\})(?=$|[\s,;])/.exec(said) ?? [];
  return literal === undefined ? undefined : { value: JSON.parse(literal) as unknown };
}

/** Where the documentation and the code say different things, one line each. */
function drifted(text: string, yields: Record<string, Values>): string[] {
  return documentedProperties(text).flatMap(({ owner, name, optional, said }) => {
    const actual: unknown = yields[owner]?.[name];
    const shown = JSON.stringify(actual);
    if (said === undefined) {
      const isPlain = actual !== undefined && (typeof actual !== "object" || Array.isArray(actual));
      return optional && isPlain ? [`${owner}.${name} is ${shown} by default, and no @default says so`] : [];
    }
    const literal = literalOf(said);
    if (literal === undefined || shown === JSON.stringify(literal.value)) return [];
    return [`${owner}.${name}: @default ${said}, but it is ${shown}`];
  });
}

/** What each interface's optional properties become when only the required ones are given. */
async function yieldedDefaults(): Promise<Record<string, Values>> {
  const {
    compute,
    profile,
    firewall: clusterFirewall,
    service,
    machines,
    network,
    loadBalancer,
    artifactStore,
    secretStore: secretStoreOfCluster,
  } = resolveCluster(clusterArguments()).spec!;
  const ports = [{ name: "http", frontendPort: 80, backendPort: 8080 }];
  const more = resolveCluster(clusterArguments({ loadBalancer: { ports: [{ name: "b", port: 81 }] } })).spec!
    .loadBalancer.ports;
  const logged = resolveCluster(clusterArguments({ network: { flowLogs: { storageAccountId: "/s" } } })).spec!.network;
  const balancer = withDefaults<LoadBalancerSpec>(LOAD_BALANCER_FIELD, { probe: { port: 8080 } });
  const [balanced] = withDefaults<LoadBalancerSpec>(LOAD_BALANCER_FIELD, { ports, probe: { port: 8080 } }).ports;
  const firewall = withDefaults<FirewallSpec>(FIREWALL_FIELD, {
    probePort: 8080,
    rules: [{ name: "a", port: 1, sources: ["10.0.0.0/8"] }],
  });
  const secretStore = withDefaults<SecretStoreArguments>(SECRET_STORE_FIELD, {
    secrets: {},
    readers: [{ name: "a", principalId: "p" }],
  });
  const installed = withDefaults<HostInstallSpec>(HOST_INSTALL_FIELD, { hosts: [{}] });
  return {
    HostArgs: { ...installed.hosts[0]! },
    HostInstallArgs: { atOnce: installed.atOnce },
    ClusterSecretStoreArgs: { ...secretStoreOfCluster },
    ScheduleArgs: { ...withDefaults<{ schedule: Values }>(SERVICE_FIELD, { schedule: {} }).schedule },
    ConfigurationArgs: {
      ...withDefaults<{ configuration: Values }>(SERVICE_FIELD, { configuration: {} }).configuration,
    },
    TlsArgs: { ...withDefaults<{ tls: Values }>(SERVICE_FIELD, { tls: {} }).tls },
    ArtifactStoreSettingsArgs: { ...artifactStore },
    ClusterArtifactStoreArgs: { ...artifactStore },
    BalancedPortArgs: { ...balanced! },
    BalancingArgs: { ...loadBalancer },
    OutboundArgs: withDefaults<Values>(OUTBOUND_FIELD, {}),
    ClusterFirewallArgs: { ...clusterFirewall },
    ClusterLoadBalancerArgs: { ...loadBalancer },
    ClusterPortArgs: { protocol: more[0]!.protocol },
    FirewallArgs: { ...firewall },
    FirewallRuleArgs: { ...firewall.rules[0]! },
    FlowLogsArgs: { ...logged.flowLogs },
    InstallGateArgs: { ...service.installGate },
    LoadBalancerArgs: { ...balancer },
    MachinesArgs: { ...machines },
    NetworkRangesArgs: { ...network },
    ProbeArgs: { ...balancer.probe },
    ProbeTimingArgs: { ...loadBalancer.probe },
    SecretReaderArgs: { ...secretStore.readers[0]! },
    SecretStoreArgs: { softDeleteRetentionDays: secretStore.softDeleteRetentionDays },
    ServiceArgs: { ...service },
    ServiceHealthArgs: { ...service.health },
    StopArgs: { ...service.stop },
    ServiceAccountArgs: { ...service.account },
    RecoveryArgs: { ...service.recovery },
    WatchdogArgs: { ...service.watchdog },
    ScheduledEventsArgs: { ...service.scheduledEvents },
    HostFirewallArgs: { ...service.hostFirewall },
    EventLogArgs: { ...service.eventLog },
    LogsArgs: { ...service.logs },
    MachineArgs: { ...machines },
    DataDiskArgs: { ...withDefaults<Values[]>(DATA_DISKS_FIELD, [{ lun: 0, sizeGb: 8 }])[0] },
    UpgradeArgs: { ...machines.upgrade },
    RepairsArgs: { ...machines.repairs },
    TerminateNotificationArgs: { ...machines.terminateNotification },
    CustomTimeoutsArgs: { ...machines.customTimeouts },
    AutoscaleArgs: withDefaults<Values>(AUTOSCALE_FIELD, { maximum: 5 }),
    ClusterInstallArgs: { ...resolveCluster(clusterArguments({ agent: undefined })).spec!.install },
    VmApplicationArgs: withDefaults<Values>({ kind: "object", fields: VM_APPLICATION_SETTINGS }, {}),
    ClusterMachinesArgs: { ...machines, availability: "zones" },
    WindowsHaClusterArgs: { compute, profile },
    NetworkArgs: await networkDefaults(),
    ...aksDefaults(),
    ...consulDefaults(),
    ...(await singleMachineDefaults()),
    ...(await scaleSetDefaults()),
  };
}

/** Whether a network has a way out of its own, from what Azure gets. */
async function networkDefaults(): Promise<Values> {
  const recording = await record(() => new Network("net", { resourceGroupName: "g", networkSecurityGroupId: "/g" }));
  return { natGateway: Template.of(recording).findResources("azure-native:network:NatGateway").length === 1 };
}

/** Single machines: their number, how they are apart and how long an install may take, from what Azure gets. */
async function singleMachineDefaults(): Promise<Record<string, Values>> {
  const template = Template.of(
    await record(() => {
      const agent = { url: "https://files.example.com/agent.exe", sha256: "a".repeat(64) };
      const install = { fileUris: [agent.url], commandToExecute: installCommand({ agent, specJson: "{}" }) };
      return new WindowsMachines("web", { resourceGroupName: "g", subnetId: "/s", health: { port: 8080 }, install });
    }),
  );
  const all = template.findResources("azure-native:compute:VirtualMachine");
  const [health] = template.findResources("azure-native:compute:VirtualMachineExtension");
  const { gracePeriod } = health!.inputs["settings"] as { gracePeriod: number };
  return {
    WindowsMachinesArgs: {
      count: all.length,
      availability: all.every(({ inputs }) => inputs["zones"] !== undefined) ? "zones" : "availabilitySet",
      installSeconds: gracePeriod - DEFAULTS.repairs.bootSeconds,
      transport:
        template.findResources("azure-native:compute:VirtualMachineRunCommandByVirtualMachine").length === all.length
          ? "runCommand"
          : "customScript",
    },
  };
}

/** The scale set's own defaults show only in the body that Azure gets. */
async function scaleSetDefaults(): Promise<Record<string, Values>> {
  const recording = await record(
    () => new WindowsScaleSet("web", { resourceGroupName: "g", subnetId: "/s", health: { port: 8080 } }),
  );
  const [health] = profileOf(recording).extensionProfile.extensions;
  const { typeHandlerVersion, settings } = health!;
  return {
    MachineHealthArgs: {
      scheme: settings["protocol"],
      path: settings["requestPath"],
      reportsHealthState: typeHandlerVersion === "2.0",
    },
    MachineNetworkArgs: {
      backendPoolIds: ipConfigurationOf(recording)["loadBalancerBackendAddressPools"],
      applicationSecurityGroupIds: ipConfigurationOf(recording)["applicationSecurityGroups"],
    },
    WindowsScaleSetArgs: {
      // The grace covers the boot too.
      installSeconds: Number(settings["gracePeriod"]) - DEFAULTS.repairs.bootSeconds,
    },
  };
}

describe("the @default comments of the arguments", () => {
  let yields: Record<string, Values>;
  before(async () => {
    yields = await yieldedDefaults();
  });

  for (const source of SOURCES) {
    it(`of ${source} are what the code does`, () => {
      expect(drifted(readFileSync(join(ROOT, source), "utf8"), yields)).to.deep.equal([]);
    });
  }

  it("all belong to an interface that this test knows", () => {
    const withLiterals = SOURCES.flatMap((source) => documentedProperties(readFileSync(join(ROOT, source), "utf8")))
      .filter(({ said }) => said !== undefined && literalOf(said) !== undefined)
      .map(({ owner }) => owner);
    expect(withLiterals).to.have.length.above(25);
    expect(Object.keys(yields)).to.include.members(withLiterals);
  });

  it("name the image in the order in which Azure does", () => {
    const image = documentedProperties(readFileSync(join(ROOT, "machine/args.ts"), "utf8")).find(
      ({ name }) => name === "image",
    );
    expect(image!.said).to.equal(Object.values(yields["MachinesArgs"]!["image"] as object).join(" / "));
  });

  const PROBE = (comment: string): string =>
    `export interface ProbeTimingArgs {\n  /** Seconds. ${comment} */\n  intervalSeconds?: number;\n}`;
  const DRIFTS: [string, string, string[]][] = [
    ["the true number", "@default 5 (S0-55)", []],
    ["another number", "@default 6 (S0-55)", ["ProbeTimingArgs.intervalSeconds: @default 6 (S0-55), but it is 5"]],
    ["text instead of a number", '@default "5"', ['ProbeTimingArgs.intervalSeconds: @default "5", but it is 5']],
    ["words, which nobody can compare", "@default the balancer's own", []],
    ["nothing", "", ["ProbeTimingArgs.intervalSeconds is 5 by default, and no @default says so"]],
  ];
  for (const [title, comment, expected] of DRIFTS) {
    it(`are checked: a comment that says ${title} is ${expected.length === 0 ? "fine" : "found"}`, () => {
      expect(drifted(PROBE(comment), yields)).to.deep.equal(expected);
    });
  }
});
