import Ajv from "ajv";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  agentSpec,
  checkService,
  installSeconds,
  resolveCluster,
  SERVICE_FIELD,
  withDefaults,
  PROBE_FIELD,
  type AgentSpec,
  type ProbeSpec,
  type ServiceSpec,
} from "@windows-ha/spec";
import { clusterArguments, SHA256_A } from "./arguments";

const SCHEMA_FILE = join(__dirname, "../../../packages/agent/internal/spec/agent-spec.schema.json");
const PROBE = withDefaults<ProbeSpec>(PROBE_FIELD, {});
const ARTIFACT = { url: "https://files.example.com/report.exe", sha256: SHA256_A };

const task = (changes: Record<string, unknown> = {}): ServiceSpec =>
  withDefaults<ServiceSpec>(SERVICE_FIELD, {
    name: "report",
    version: "1.0.0",
    artifact: ARTIFACT,
    mode: "scheduledTask",
    schedule: { dailyAt: "03:30" },
    ...changes,
  });

const findings = (changes: Record<string, unknown>): string[] =>
  checkService(task(changes), PROBE).map(({ rule, path }) => `${rule} ${path}`);

function documentOf(service: ServiceSpec): AgentSpec {
  return agentSpec(service, { artifact: ARTIFACT, arguments: [], environment: {}, secrets: [] }, PROBE);
}

describe("a scheduled task", () => {
  it("has a schedule, no port, no rules in the host firewall and nobody who waits for a balancer", () => {
    expect(findings({})).to.deep.equal([]);
    const { service, stop, health, hostFirewall } = documentOf(task());
    expect(service).to.include({ mode: "scheduledTask" }).and.not.have.property("port");
    expect(service.schedule).to.deep.equal({ dailyAt: "03:30", timeLimitSeconds: 259_200 });
    expect(stop.drainSeconds).to.equal(0);
    expect(health).not.to.have.property("admission");
    expect(hostFirewall).to.equal(undefined);
  });

  it("is a document that the agent on a machine takes", () => {
    const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as object);
    for (const schedule of [{ dailyAt: "23:59", timeZone: "machine" }, { intervalSeconds: 10 }]) {
      expect(validate(documentOf(task({ schedule }))), JSON.stringify(validate.errors)).to.equal(true);
    }
    expect(validate(documentOf(task({ schedule: { dailyAt: "24:00" } })))).to.equal(false);
  });

  it("may take the end of a run longer to install than a service that is always there", () => {
    const { stop, installGate } = task();
    expect(installSeconds(task(), PROBE)).to.equal(
      2 * stop.stopSeconds + stop.killSeconds + installGate.deadlineSeconds,
    );
  });

  it("can be answered for by the agent, for machines that something asks", () => {
    const health = { provider: "agent", port: 8081 };
    expect(findings({ health })).to.deep.equal([]);
    expect(documentOf(task({ health })).health).to.include({ provider: "agent", port: 8081 });
  });

  const mistakes: [string, Record<string, unknown>, string][] = [
    ["no schedule", { schedule: undefined }, "service.schedule"],
    ["a schedule without times", { schedule: {} }, "service.schedule"],
    ["two kinds of times", { schedule: { intervalSeconds: 60, dailyAt: "03:30" } }, "service.schedule"],
    [
      "a time zone for an interval",
      { schedule: { intervalSeconds: 60, timeZone: "UTC" } },
      "service.schedule.timeZone",
    ],
    ["a port", { port: 8080 }, "service.port"],
    ["a time for a balancer", { stop: { drainSeconds: 10 } }, "service.stop.drainSeconds"],
    ["an address in its arguments", { arguments: ["${WINDOWS_HA_ADDRESS}"] }, "service.arguments[0]"],
    ["a schedule of what is none", { mode: "console", port: 8080 }, "service.schedule"],
    ["no port of what is none", { mode: "console", schedule: undefined }, "service.port"],
  ];
  for (const [what, changes, path] of mistakes) {
    it(`is refused with ${what}`, () => {
      expect(findings(changes)).to.deep.equal([`scheduled-task ${path}`]);
    });
  }

  it("is refused by a cluster, which names what takes it", () => {
    const service = { mode: "scheduledTask", schedule: { intervalSeconds: 60 } };
    const refused = resolveCluster(clusterArguments({ service })).findings;
    expect(refused.map(({ path }) => path).sort()).to.deep.equal(["service.mode", "service.schedule"]);
    for (const { fix } of refused) expect(fix).to.include("HostInstall").and.include("WindowsMachines");
  });

  it("leaves a cluster's port required", () => {
    const { findings: missing } = resolveCluster(clusterArguments({ service: { port: undefined } }));
    expect(missing.map(({ rule, path }) => `${rule} ${path}`)).to.deep.equal(["required service.port"]);
  });
});
