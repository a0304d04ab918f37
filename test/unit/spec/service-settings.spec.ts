import { expect } from "chai";
import { agentSpec, predictClusterSwitchover, resolveCluster, type AgentSpec, type Finding } from "@windows-ha/spec";
import { clusterArguments, SHA256_A, type Changes } from "./arguments";

function documentOf(service: Changes["service"]): AgentSpec {
  const { spec, findings } = resolveCluster(clusterArguments({ service }));
  expect(findings).to.deep.equal([]);
  const artifact = { url: "https://files.example.com/orders.exe", sha256: SHA256_A };
  return agentSpec(spec!.service, { artifact, arguments: [], environment: {}, secrets: [] }, spec!.loadBalancer.probe);
}

const findingsOf = (service: Changes["service"]): readonly Finding[] =>
  resolveCluster(clusterArguments({ service })).findings;

const SETTINGS = ["account", "sidType", "requiredPrivileges", "startMode", "dependencies", "recovery"];

describe("a service's settings in Windows", () => {
  it("are not in the document where they are the usual ones, however they were given", () => {
    const given = {
      account: { name: "NT SERVICE\\orders", allowLocalSystem: true, sidType: "unrestricted", requiredPrivileges: [] },
      startMode: "automatic",
      dependencies: [],
      recovery: { strategy: "constant", delaySeconds: 5, maximumRestarts: 5, tail: "none", resetPeriodSeconds: 600 },
    };
    expect(documentOf(given)).to.deep.equal(documentOf({}));
    expect(documentOf({}).service).not.to.have.any.keys(...SETTINGS);
    expect(documentOf({}).stop).not.to.have.property("preShutdownSeconds");
  });

  it("are in the document by Windows' own names where they are others", () => {
    const { service, stop } = documentOf({
      account: { name: "CORP\\orders$", sidType: "restricted", requiredPrivileges: ["SeChangeNotifyPrivilege"] },
      startMode: "delayed",
      dependencies: ["Tcpip", "Windows Firewall"],
      recovery: { strategy: "backoff", maximumRestarts: 2, nonCrashFailures: false },
      stop: { preShutdownSeconds: 180 },
    });
    expect(service).to.deep.include({
      account: "CORP\\orders$",
      sidType: "restricted",
      requiredPrivileges: ["SeChangeNotifyPrivilege"],
      startMode: "delayed",
      dependencies: ["Tcpip", "Windows Firewall"],
      recovery: {
        actions: [
          { action: "restart", delaySeconds: 1 },
          { action: "restart", delaySeconds: 2 },
          { action: "none", delaySeconds: 0 },
        ],
        resetPeriodSeconds: 600,
        nonCrashFailures: false,
      },
    });
    expect(stop.preShutdownSeconds).to.equal(180);
  });

  it("shorten what is predicted of a killed process: a restart at once is back before the balancer notices", () => {
    const killed = (recovery: object): number =>
      predictClusterSwitchover(resolveCluster(clusterArguments({ service: { recovery } })).spec!).find(
        ({ fault }) => fault === "process-killed",
      )!.worstSeconds!;
    expect([killed({}), killed({ strategy: "backoff" }), killed({ strategy: "immediate" })]).to.deep.equal([6, 2, 1]);
  });

  const ACCOUNTS: [string, boolean][] = [
    ["NT SERVICE\\orders", true],
    ["NT AUTHORITY\\LocalService", true],
    ["NT AUTHORITY\\NetworkService", true],
    ["CORP\\orders$", true],
    ["corp.example.com\\svc-orders_1$", true],
    ["LocalSystem", false],
    ["NT AUTHORITY\\SYSTEM", false],
    ["NT SERVICE\\other", false],
    ["CORP\\jane", false],
    [".\\jane", false],
    ["orders$", false],
    ["NT AUTHORITY\\name$", false],
    ["", false],
  ];
  for (const [name, fine] of ACCOUNTS) {
    it(`${fine ? "take" : "refuse"} the account ${JSON.stringify(name)}`, () => {
      expect(findingsOf({ account: { name } }).map(({ path }) => path)).to.deep.equal(
        fine ? [] : ["service.account.name"],
      );
    });
  }

  const WRONG: [string, Changes["service"], string, string][] = [
    [
      "LocalSystem that nobody said to be meant",
      { account: { name: "LocalSystem" } },
      "local-system",
      "service.account.name",
    ],
    [
      "a virtual account of another service",
      { account: { name: "NT SERVICE\\b" } },
      "virtual-account",
      "service.account.name",
    ],
    [
      "no SID where folders are opened to it alone",
      { account: { name: "NT AUTHORITY\\NetworkService", sidType: "none" } },
      "sid-type",
      "service.account.sidType",
    ],
    [
      "a privilege that there isn't",
      { account: { requiredPrivileges: ["SeChangeNotify"] } },
      "one-of",
      "service.account.requiredPrivileges[0]",
    ],
    [
      "a privilege twice",
      { account: { requiredPrivileges: ["SeDebugPrivilege", "SeDebugPrivilege"] } },
      "unique",
      "service.account.requiredPrivileges",
    ],
    ["a start by the boot loader (S0-20)", { startMode: "boot" }, "one-of", "service.startMode"],
    ["a load-order group", { dependencies: ["+TDI"] }, "pattern", "service.dependencies[0]"],
    ["a service that waits for itself", { dependencies: ["Orders"] }, "dependency", "service.dependencies[0]"],
    [
      "a service that waits for the agent",
      { dependencies: ["windows-ha-agent"] },
      "dependency",
      "service.dependencies[0]",
    ],
    ["a dependency twice", { dependencies: ["Tcpip", "tcpip"] }, "dependency", "service.dependencies[1]"],
    [
      "a delay that immediate doesn't have",
      { recovery: { strategy: "immediate", delaySeconds: 1 } },
      "recovery-delay",
      "service.recovery.delaySeconds",
    ],
    [
      "a back-off of days",
      { recovery: { strategy: "backoff", maximumRestarts: 20, resetPeriodSeconds: 2_592_000 } },
      "recovery-delay",
      "service.recovery.maximumRestarts",
    ],
    [
      "a count that begins anew before the restart",
      { recovery: { delaySeconds: 600 } },
      "recovery-reset",
      "service.recovery.resetPeriodSeconds",
    ],
    [
      "the same with a slow tail",
      { recovery: { tail: "slow", resetPeriodSeconds: 60 } },
      "recovery-reset",
      "service.recovery.resetPeriodSeconds",
    ],
    [
      "less time at a shutdown than at a stop",
      { stop: { preShutdownSeconds: 59 } },
      "pre-shutdown",
      "service.stop.preShutdownSeconds",
    ],
  ];
  for (const [title, service, rule, path] of WRONG) {
    it(`refuse ${title}`, () => {
      const findings = findingsOf(service);
      expect(findings.map((finding) => [finding.rule, finding.path])).to.deep.equal([[rule, path]]);
      expect(findings[0]!.allowed).not.to.equal("");
      expect(findings[0]!.fix).not.to.equal("");
    });
  }

  it("take LocalSystem that is meant, which needs no SID", () => {
    const account = { name: "LocalSystem", allowLocalSystem: true, sidType: "none" };
    const hostFirewall = { enabled: false };
    expect(documentOf({ account, hostFirewall }).service).to.include({ account: "LocalSystem", sidType: "none" });
  });

  it("are refused all at once", () => {
    const findings = findingsOf({
      account: { name: "LocalSystem" },
      dependencies: ["orders"],
      recovery: { delaySeconds: 700 },
      stop: { preShutdownSeconds: 1 },
    });
    expect(findings.map(({ rule }) => rule)).to.have.members([
      "local-system",
      "dependency",
      "recovery-reset",
      "pre-shutdown",
    ]);
  });
});
