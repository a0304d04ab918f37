import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseInstallCommand, type AgentSpec } from "@windows-ha/spec";
import { promiseOf, record, Template, type Recording } from "@windows-ha/testing";
import {
  InvalidArgumentsError,
  ServiceInstall,
  type ServiceArgs,
  type ServiceInstallArgs,
  type PublishedFileArgs,
} from "windows-ha";
import { clusterArgs, failureOf, inBothPasses, SHA256_A, SHA256_B } from "./support";

const { service } = clusterArgs();
const agent = clusterArgs().agent as PublishedFileArgs;
const create =
  (changes: Partial<ServiceArgs> = {}, others: Partial<ServiceInstallArgs> = {}) =>
  () =>
    new ServiceInstall("svc", { service: { ...service, ...changes }, agent, ...others });

async function documentOf({ result }: Recording<ServiceInstall>): Promise<AgentSpec> {
  const { value } = await promiseOf(result.commandToExecute);
  const command = parseInstallCommand(value!);
  expect(command, "a command that the sandbox and the agent can read").to.not.equal(undefined);
  return JSON.parse(command!.specJson) as AgentSpec;
}

describe("ServiceInstall", () => {
  inBothPasses("creates nothing by itself", create(), (recording) => {
    expect(recording.resources.map(({ type }) => type)).to.deep.equal(["windows-ha:index:ServiceInstall"]);
    expect(recording.resources[0]!.inputs).to.deep.equal({ service: "orders", version: "1.4.2" });
  });

  inBothPasses("lets a machine download the agent, and only the agent", create(), async ({ result }) => {
    expect(await promiseOf(result.fileUris)).to.deep.equal({ value: [agent.url], known: true, secret: false });
  });

  inBothPasses("hands the whole service to the agent, whose hash is checked before", create(), async (recording) => {
    const { value } = await promiseOf(recording.result.commandToExecute);
    expect(parseInstallCommand(value!)).to.include({ agentFile: "windows-ha-agent.exe", agentSha256: SHA256_B });
    expect(await documentOf(recording)).to.deep.equal({
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
      artifacts: [
        { os: "windows", arch: "amd64", url: "https://files.example.com/orders-1.4.2.exe", sha256: SHA256_A },
      ],
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

  inBothPasses(
    "gives a machine as long to drain as the balancer's probe needs to notice",
    create({}, { probe: { intervalSeconds: 10, threshold: 4 } }),
    async (recording) => {
      expect((await documentOf(recording)).stop.drainSeconds).to.equal(50);
      expect((await promiseOf(recording.result.installSeconds)).value).to.equal(50 + 60 + 10 + 120 + 40);
    },
  );

  inBothPasses(
    "keeps the command as a secret, in its outputs too",
    create({ environment: { TOKEN: pulumi.secret("canary-4711") }, secretsInEnvironment: ["TOKEN"] }),
    async (recording) => {
      expect((await promiseOf(recording.result.commandToExecute)).secret).to.equal(true);
      expect(Template.of(recording).findResource("windows-ha:index:ServiceInstall").outputSecretPaths).to.deep.equal([
        "commandToExecute",
      ]);
      expect((await documentOf(recording)).service.environment).to.deep.equal({ TOKEN: "canary-4711" });
    },
  );

  const fromElsewhere: Partial<ServiceArgs> = {
    artifact: {
      url: pulumi.output("https://store.example.com/orders.exe"),
      sha256: Promise.resolve(SHA256_B.toUpperCase()),
    },
    arguments: [pulumi.output("--verbose"), "${WINDOWS_HA_ADDRESS}"],
    environment: pulumi.output({ REGION: "westeurope" }),
  };
  inBothPasses("takes what other resources bring", create(fromElsewhere), async (recording) => {
    const { artifacts, service: seen } = await documentOf(recording);
    expect(artifacts).to.deep.equal([
      { os: "windows", arch: "amd64", url: "https://store.example.com/orders.exe", sha256: SHA256_B },
    ]);
    expect(seen.arguments).to.deep.equal(["--verbose", "${WINDOWS_HA_ADDRESS}"]);
    expect(seen.environment).to.deep.equal({ REGION: "westeurope" });
  });

  it("waits in a preview for what is not known yet, instead of checking it", async () => {
    const { result } = await record(
      () => {
        const store = new ResourceGroup("store");
        return create({ artifact: { url: store.id, sha256: store.id } })();
      },
      { preview: true },
    );
    expect((await promiseOf(result.commandToExecute)).known).to.equal(false);
  });

  const LATE: [string, Partial<ServiceArgs>, Partial<ServiceInstallArgs>, string[]][] = [
    [
      "a bad address of the artifact",
      { artifact: { url: pulumi.output("canary-4711"), sha256: SHA256_A } },
      {},
      ["service.artifact.url"],
    ],
    [
      "a bad hash of the artifact",
      { artifact: { url: "https://h/a.exe", sha256: pulumi.output("short") } },
      {},
      ["service.artifact.sha256"],
    ],
    [
      "a missing address of the agent",
      {},
      { agent: { url: pulumi.output(undefined as unknown as string), sha256: pulumi.output("x") } },
      ["agent.url", "agent.sha256"],
    ],
    [
      "a secret address with a signature",
      { artifact: { url: pulumi.secret("https://h/a.exe?sig=canary-4711"), sha256: SHA256_A } },
      {},
      ["service.artifact.url"],
    ],
    [
      "an environment of another kind",
      { environment: pulumi.secret({ A: ["canary-4711"] } as never) },
      {},
      ['service.environment["A"]'],
    ],
    [
      "a variable that the agent sets itself",
      { environment: pulumi.secret({ WINDOWS_HA_ADDRESS: "canary-4711" }) },
      {},
      ['service.environment["WINDOWS_HA_ADDRESS"]'],
    ],
    [
      "an argument that isn't text",
      { arguments: [pulumi.output(["canary-4711"] as never)] },
      {},
      ["service.arguments[0]"],
    ],
    [
      "a command line that is too long",
      { environment: pulumi.output({ A: "canary-4711".repeat(600) }) },
      {},
      ["service"],
    ],
  ];
  for (const [title, changes, others, paths] of LATE) {
    it(`names ${title} as soon as it is known, and doesn't repeat it`, async () => {
      const failure = (await failureOf(create(changes, others))) as InvalidArgumentsError;
      expect(failure).to.be.instanceOf(InvalidArgumentsError);
      expect(failure.findings.map(({ path }) => path)).to.deep.equal(paths);
      expect(failure.message)
        .to.match(/ServiceInstall "svc": \d problems?; no machine was changed\.\n/)
        .and.include("fix: ");
      expect(failure.message).not.to.include("canary-4711");
    });
  }
});
