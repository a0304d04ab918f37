import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { expect } from "chai";
import fc from "fast-check";
import {
  admissionSeconds,
  agentSpec,
  agentSpecText,
  checkCommandLength,
  drainSeconds,
  installCommand,
  installSeconds,
  MAX_COMMAND_LENGTH,
  parseInstallCommand,
  PRIVILEGES,
  RECOVERY_STRATEGIES,
  RECOVERY_TAILS,
  resolveCluster,
  SID_TYPES,
  START_MODES,
  type AgentSpec,
  type ServiceInputs,
} from "@windows-ha/spec";
import { clusterArguments, SHA256_A, SHA256_B, type Changes } from "./arguments";

const SCHEMA_FILE = join(__dirname, "../../../packages/agent/internal/spec/agent-spec.schema.json");
const INPUTS: ServiceInputs = {
  artifact: { url: "https://files.example.com/orders.exe", sha256: SHA256_A },
  secrets: [],
  arguments: [],
  environment: {},
};

function documentOf(changes: Changes = {}, inputs: Partial<ServiceInputs> = {}): AgentSpec {
  const { spec, findings } = resolveCluster(clusterArguments(changes));
  expect(findings).to.deep.equal([]);
  return agentSpec(spec!.service, { ...INPUTS, ...inputs }, spec!.loadBalancer.probe);
}

describe("agentSpec", () => {
  it("says everything that a machine has to know, with the defaults written out", () => {
    expect(documentOf()).to.deep.equal({
      schemaVersion: 1,
      service: {
        name: "orders",
        displayName: "orders",
        description: "",
        version: "1.4.2",
        port: 8080,
        arguments: [],
        environment: {},
      },
      artifacts: [{ os: "windows", arch: "amd64", url: "https://files.example.com/orders.exe", sha256: SHA256_A }],
      health: {
        path: "/health",
        intervalSeconds: 2,
        timeoutSeconds: 2,
        consecutiveSuccesses: 3,
        deadlineSeconds: 120,
        admission: { path: "/ready", seconds: 10 },
      },
      stop: { drainSeconds: 20, stopSeconds: 60, killSeconds: 10 },
      releasesToKeep: 3,
      hostFirewall: { rules: [{ name: "clients", protocol: "Tcp", port: 8080, sources: [] }] },
      eventSource: "orders",
      resident: {
        watchdog: { enabled: true, intervalSeconds: 1, timeoutSeconds: 1, failures: 5 },
        scheduledEvents: { enabled: true },
        logs: { maxMegabytes: 100, keepDays: 7, totalMegabytes: 2048 },
      },
    });
  });

  it("writes the hash in lower case, as the agent compares it", () => {
    const artifact = { url: "https://files.example.com/orders.exe", sha256: "ABCDEF01".repeat(8) };
    expect(documentOf({}, { artifact }).artifacts[0]!.sha256).to.equal("abcdef01".repeat(8));
  });
});

describe("the agent's JSON Schema", () => {
  const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as object);
  const faults = (document: unknown): string[] =>
    validate(document) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.keyword}`);

  it("accepts the document of the defaults", () => expect(faults(documentOf())).to.deep.equal([]));

  it("accepts every document that the arguments allow, at the edges of their ranges too", () => {
    const between = (min: number, max: number): fc.Arbitrary<number> =>
      fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
    const service = fc.record(
      {
        name: fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?$/),
        displayName: fc.string({ minLength: 1, maxLength: 256 }),
        description: fc.string({ maxLength: 1024 }),
        version: fc.constantFrom("0.0.1", "1.4.2", "1.0.0-rc.1+build.5"),
        port: between(1, 65535).filter((port) => ![19, 21, 25, 70, 110, 119, 143, 220, 993].includes(port)),
        releasesToKeep: between(2, 20),
        watchdog: fc.record(
          { intervalSeconds: between(1, 60), timeoutSeconds: between(1, 60), failures: between(2, 100) },
          { requiredKeys: [] },
        ),
        logs: fc.record(
          {
            maxMegabytes: between(1, 1024),
            keepDays: between(1, 365),
            totalMegabytes: between(10, 1_048_576),
          },
          { requiredKeys: [] },
        ),
        installGate: fc.record(
          {
            intervalSeconds: between(1, 60),
            timeoutSeconds: between(1, 60),
            consecutiveSuccesses: between(1, 100),
            deadlineSeconds: between(1, 3600),
          },
          { requiredKeys: [] },
        ),
        stop: fc.record(
          { drainSeconds: between(0, 300), stopSeconds: between(1, 600), killSeconds: between(1, 60) },
          { requiredKeys: [] },
        ),
        account: fc.record(
          {
            name: fc.constantFrom("NT AUTHORITY\\LocalService", "CORP\\orders$", "a.b-c.example\\a._-9$"),
            sidType: fc.constantFrom(...SID_TYPES),
            requiredPrivileges: fc.uniqueArray(fc.constantFrom(...PRIVILEGES)),
          },
          { requiredKeys: [] },
        ),
        startMode: fc.constantFrom(...START_MODES),
        dependencies: fc.uniqueArray(fc.constantFrom("Tcpip", "RpcSs", "Windows Firewall (x)")),
        recovery: fc.record(
          {
            strategy: fc.constantFrom(...RECOVERY_STRATEGIES),
            maximumRestarts: between(1, 20),
            tail: fc.constantFrom(...RECOVERY_TAILS),
            resetPeriodSeconds: between(1, 2_592_000),
            nonCrashFailures: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    );
    const probe = fc.record({ intervalSeconds: between(5, 200), threshold: between(1, 100) }, { requiredKeys: [] });
    let accepted = 0;
    fc.assert(
      fc.property(service, probe, (changes, timing) => {
        const { spec } = resolveCluster(clusterArguments({ service: changes, loadBalancer: { probe: timing } }));
        if (spec === undefined) return;
        accepted++;
        expect(faults(agentSpec(spec.service, INPUTS, spec.loadBalancer.probe))).to.deep.equal([]);
      }),
      { numRuns: 300 },
    );
    expect(accepted, "documents that were tried").to.be.above(50);
  });

  it("refuses what isn't such a document, so that accepting means something", () => {
    const good = documentOf();
    expect(faults({ ...good, schemaVersion: 2 })).to.deep.equal(["/schemaVersion const"]);
    expect(faults({ ...good, shell: "whoami" })).to.deep.equal([" additionalProperties"]);
    expect(faults({ ...good, artifacts: [] })).to.deep.equal(["/artifacts minItems"]);
    expect(faults({ ...good, stop: { ...good.stop, drainSeconds: 301 } })).to.deep.equal([
      "/stop/drainSeconds maximum",
    ]);
    expect(faults({ ...good, service: { ...good.service, version: "v1" } })).to.deep.equal([
      "/service/version pattern",
    ]);
  });
});

describe("the time that a machine gets", () => {
  const { spec } = resolveCluster(clusterArguments());
  const service = spec!.service;

  it("is, to drain, what the balancer needs to notice and ten seconds more", () => {
    expect(drainSeconds(service, { intervalSeconds: 5, threshold: 2 })).to.equal(20);
    expect(drainSeconds(service, { intervalSeconds: 10, threshold: 3 })).to.equal(40);
  });

  it("is, to drain, what was asked for, nothing included", () => {
    for (const seconds of [0, 30]) {
      expect(
        drainSeconds(
          { ...service, stop: { ...service.stop, drainSeconds: seconds } },
          { intervalSeconds: 5, threshold: 2 },
        ),
      ).to.equal(seconds);
    }
  });

  it("is, to be admitted again, what the balancer needs to notice, and never longer than the drain before it", () => {
    expect(admissionSeconds(service, { intervalSeconds: 5, threshold: 2 })).to.equal(10);
    expect(admissionSeconds(service, { intervalSeconds: 15, threshold: 3 })).to.equal(45);
    const alone = documentOf({ service: { stop: { drainSeconds: 0 } } });
    expect(alone.health).not.to.have.property("admission");
    expect(documentOf({ service: { stop: { drainSeconds: 3 } } }).health.admission).to.deep.equal({
      path: "/ready",
      seconds: 3,
    });
  });

  it("is, to install, drain + stop + kill + health deadline + admission", () => {
    expect(installSeconds(service, { intervalSeconds: 5, threshold: 2 })).to.equal(20 + 60 + 10 + 120 + 10);
    const own = {
      ...service,
      stop: { drainSeconds: 1, stopSeconds: 2, killSeconds: 4 },
      installGate: { ...service.installGate, deadlineSeconds: 8 },
    };
    expect(installSeconds(own, { intervalSeconds: 100, threshold: 100 })).to.equal(1 + 2 + 4 + 8 + 1);
  });

  it("is, to install, at least the stop budget of 100 seconds (S4-39)", () => {
    expect(installSeconds(service, { intervalSeconds: 5, threshold: 1 })).to.be.at.least(100);
  });
});

describe("installCommand", () => {
  it("carries the document and the agent that it is for", () => {
    const specJson = agentSpecText(documentOf());
    const text = installCommand({
      agent: { url: "https://files.example.com/a/b/windows-ha-agent.exe", sha256: SHA256_B },
      specJson,
    });
    expect(parseInstallCommand(text)).to.deep.equal({
      agentFile: "windows-ha-agent.exe",
      agentSha256: SHA256_B,
      specJson,
    });
  });

  it("leaves the defaults most of the command line's length for settings", () => {
    const text = installCommand({
      agent: { url: "https://h/agent.exe", sha256: SHA256_B },
      specJson: agentSpecText(documentOf()),
    });
    expect(text.length).to.be.below(MAX_COMMAND_LENGTH / 4);
  });
});

describe("checkCommandLength", () => {
  it("takes the longest line that cmd.exe takes, and names a longer one without showing it", () => {
    expect(checkCommandLength("c".repeat(MAX_COMMAND_LENGTH))).to.deep.equal([]);
    const [finding] = checkCommandLength("c".repeat(MAX_COMMAND_LENGTH + 1));
    expect(finding).to.include({ rule: "command-length", path: "service", seen: "a command line of 8192 characters" });
    expect(finding!.fix).to.include("service.environment");
  });
});
