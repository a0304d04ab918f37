import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { AgentSpec } from "@windows-ha/spec";
import { expectNoSecretLeak, promiseOf, record, Template, UNKNOWN, type Recording } from "@windows-ha/testing";
import {
  HostInstall,
  InvalidArgumentsError,
  RunMode,
  ScheduleTimeZone,
  type HostArgs,
  type HostInstallArgs,
} from "windows-ha";
import { windowsProgram } from "../../support/windows-program";
import { failureOf, inBothPasses, recordUpdate, SHA256_A } from "./support";

const COMMAND = "command:remote:Command";
const COPY = "command:remote:CopyToRemote";
const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGl2t0pZ0n1mqGXc2Yk7q9o7Q2yq3o0r1u4v5w6x7y8z";
const PRIVATE_KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-4711\n-----END OPENSSH PRIVATE KEY-----\n";

const host = (name: string, address: string, changes: Partial<HostArgs> = {}): HostArgs => ({
  name,
  address,
  user: "deployer",
  privateKey: PRIVATE_KEY,
  hostKey: HOST_KEY,
  ...changes,
});
const FOUR = ["a", "b", "c", "d"].map((name, index) => host(name, `10.0.0.${index + 4}`));

/** What stands in a copied asset. */
interface Copied {
  source: { path?: string; text?: string };
  remotePath: string;
}

describe("HostInstall", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-hosts-"));
  const file = join(folder, "orders.exe");
  const sha256 = createHash("sha256").update(windowsProgram()).digest("hex");

  before(() => writeFileSync(file, windowsProgram()));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const service = { name: "orders", version: "1.4.2", artifact: { path: file }, port: 8080 };
  const create =
    (changes: Partial<HostInstallArgs> = {}) =>
    () =>
      new HostInstall("edge", { hosts: FOUR, service, agentPath: file, ...changes });

  const childOf = (recording: Recording, name: string, type = COMMAND) =>
    recording.resources.find((resource) => resource.type === type && resource.name === name)!;
  const documentOf = (recording: Recording): AgentSpec => {
    const { source } = childOf(recording, "edge-a-document", COPY).inputs as unknown as Copied;
    return JSON.parse(source.text!) as AgentSpec;
  };

  inBothPasses("copies agent, document and program to every host, and runs the agent there", create(), (recording) => {
    expect(recording.resources.map(({ type, name }) => `${type} ${name}`).sort()).to.deep.equal(
      [
        "windows-ha:index:HostInstall edge",
        ...["a", "b", "c", "d"].flatMap((name) => [
          `${COMMAND} edge-${name}`,
          ...["agent", "document", "program"].map((role) => `${COPY} edge-${name}-${role}`),
        ]),
      ].sort(),
    );
    expect(childOf(recording, "edge", "windows-ha:index:HostInstall").inputs).to.deep.equal({
      service: "orders",
      version: "1.4.2",
      hosts: ["a", "b", "c", "d"],
      atOnce: 1,
    });
  });

  inBothPasses("pins the host's key and gives up on a silent host soon", create(), (recording) => {
    for (const { inputs } of recording.resources.filter(({ type }) => type === COMMAND || type === COPY)) {
      expect(inputs.connection).to.deep.include({ port: 22, user: "deployer", hostKey: HOST_KEY, perDialTimeout: 5 });
    }
  });

  inBothPasses("hands the service to the agent, with a program that was copied", create(), (recording) => {
    const { artifacts, service: declared } = documentOf(recording);
    expect(artifacts).to.deep.equal([{ os: "windows", arch: "amd64", url: "file:windows-ha-orders.exe", sha256 }]);
    expect(declared).to.include({ name: "orders", version: "1.4.2", port: 8080 });
    expect(childOf(recording, "edge-a-program", COPY).inputs).to.deep.include({ remotePath: "windows-ha-orders.exe" });
  });

  const published = { artifact: { url: "https://files.example.com/orders.exe", sha256: SHA256_A } };
  inBothPasses(
    "lets the hosts download what is published already",
    create({ service: { ...service, ...published } }),
    (recording) => {
      expect(recording.resources.filter(({ name }) => name.endsWith("-program"))).to.deep.equal([]);
      expect(documentOf(recording).artifacts[0]).to.include(published.artifact);
    },
  );

  inBothPasses(
    "says nothing on a command line but names and hashes, and has the agent check them",
    create(),
    (recording) => {
      const { inputs } = childOf(recording, "edge-a");
      const document = (childOf(recording, "edge-a-document", COPY).inputs as unknown as Copied).source.text!;
      const hash = createHash("sha256").update(document).digest("hex");
      expect(inputs).to.include({
        create: `.\\windows-ha-orders-agent.exe install --spec windows-ha-orders.json --spec-sha256 ${hash} --agent-sha256 ${sha256}`,
        delete: ".\\windows-ha-orders-agent.exe uninstall --service orders",
        logging: "none",
        addPreviousOutputInEnv: false,
      });
      expect(inputs).not.to.have.any.keys("triggers", "update", "environment", "stdin");
    },
  );

  inBothPasses(
    "keeps keys, document and what hosts say as secrets",
    create({
      service: { ...service, environment: { TOKEN: pulumi.secret("canary-0815") }, secretsInEnvironment: ["TOKEN"] },
      hosts: [host("a", "10.0.0.4", { privateKeyPassword: "canary-1147" })],
    }),
    (recording) => {
      const command = Template.of(recording).findResource(COMMAND);
      expect(command.secretPaths).to.include.members(["connection", "create"]);
      expect(command.additionalSecretOutputs).to.include.members(["stdout", "stderr"]);
      expectNoSecretLeak(recording, { key: "canary-4711", setting: "canary-0815", passphrase: "canary-1147" });
    },
  );

  inBothPasses("changes one host after the other", create(), (recording) => {
    expect(dependencies(recording, "edge-c-document")).to.deep.equal(["edge-b"]);
    expect(dependencies(recording, "edge-c")).to.deep.equal([
      "edge-b",
      "edge-c-agent",
      "edge-c-document",
      "edge-c-program",
    ]);
  });

  inBothPasses("changes as many hosts at once as allowed", create({ atOnce: 3 }), (recording) => {
    expect(dependencies(recording, "edge-c-agent")).to.deep.equal([]);
    expect(dependencies(recording, "edge-d-agent")).to.deep.equal(["edge-a", "edge-b", "edge-c"]);
  });

  /** Names of what a resource waits for. */
  function dependencies(recording: Recording, name: string): string[] {
    const { dependsOn } = recording.resources.find((resource) => resource.name === name)!;
    return dependsOn.map((urn) => urn.split("::").at(-1)!).sort();
  }

  inBothPasses(
    "removes a renamed service before the other comes, in the time that it may take",
    create(),
    (recording) => {
      const command = childOf(recording, "edge-a");
      expect(command).to.deep.include({ deleteBeforeReplace: true });
      expect(command.replaceOnChanges).to.include("delete");
      const seconds = `${20 + 60 + 10 + 120 + 10 + 1800}s`;
      expect(command.customTimeouts).to.deep.equal({ create: seconds, update: seconds, delete: seconds });
    },
  );

  inBothPasses("tells what the agent said on each host", create({ hosts: FOUR.slice(0, 2) }), async (recording) => {
    expect(await promiseOf(recording.result.results)).to.deep.equal(
      recording.preview
        ? { value: undefined, known: false, secret: false }
        : { value: { a: "serves at 10.0.0.4", b: "serves at 10.0.0.5" }, known: true, secret: false },
    );
  });

  it("installs a scheduled task, which has no port", async () => {
    const { port: _, ...report } = service;
    const schedule = { dailyAt: "03:30", timeZone: ScheduleTimeZone.Machine, timeLimitSeconds: 3600 };
    const recording = await recordUpdate(create({ service: { ...report, mode: RunMode.ScheduledTask, schedule } }));
    const { service: declared, stop } = documentOf(recording);
    expect(declared).to.deep.include({ mode: "scheduledTask", schedule }).and.not.have.property("port");
    expect(stop.drainSeconds).to.equal(0);
  });

  it("waits in a preview for an address and a setting that are not known yet", async () => {
    const recording = await record(
      () => {
        const elsewhere = new ResourceGroup("elsewhere");
        return create({
          hosts: [host("a", "", { address: elsewhere.id })],
          service: { ...service, environment: { REGION: elsewhere.id } },
        })();
      },
      { preview: true },
    );
    const { inputs } = childOf(recording, "edge-a");
    expect(inputs.connection).to.equal(UNKNOWN);
    expect(inputs.create).to.equal(UNKNOWN);
    expect(inputs.delete).to.equal(".\\windows-ha-orders-agent.exe uninstall --service orders");
  });

  it("names everything that is wrong at once, and shows no key", async () => {
    const failure = (await failureOf(
      create({
        hosts: [
          host("a", "10.0.0.4", { privateKey: "~/.ssh/canary-4711", hostKey: "10.0.0.4 ssh-ed25519 AAAA" }),
          host("A", "10.0.0.4", { port: 70_000 }),
        ],
        service: { ...service, artifact: { path: join(folder, "missing.exe") } },
        atOnce: 0,
      }),
    )) as InvalidArgumentsError;
    expect(failure).to.be.instanceOf(InvalidArgumentsError);
    expect(failure.findings.map(({ rule, path }) => `${path} ${rule}`)).to.have.members([
      "hosts[0].privateKey pattern",
      "hosts[0].hostKey pattern",
      "hosts[1].port range",
      "atOnce range",
      "service.artifact.path artifact-missing",
    ]);
    expect(failure.message).not.to.include("canary-4711");
  });

  const REFUSED: [string, Partial<HostInstallArgs>, string][] = [
    [
      "a name twice, whatever its case",
      { hosts: [host("a", "10.0.0.4"), host("A", "10.0.0.5")] },
      "hosts[1].name host-twice",
    ],
    ["an address twice", { hosts: [host("a", "edge-1"), host("b", "EDGE-1")] }, "hosts[1].address host-twice"],
    ["all hosts at once", { atOnce: 4 }, "atOnce at-once"],
    [
      "a host key that was cut",
      { hosts: [host("a", "10.0.0.4", { hostKey: "ssh-ed25519 AAAA" })] },
      "hosts[0].hostKey pattern",
    ],
    [
      "a key of another kind than it says",
      { hosts: [host("a", "10.0.0.4", { hostKey: HOST_KEY.replace("ssh-ed25519", "ssh-rsa") })] },
      "hosts[0].hostKey pattern",
    ],
    ["no host", { hosts: [] }, "hosts length"],
    ["an agent for another platform", { agentPath: __filename }, "agentPath artifact-platform"],
    [
      "two sources of the program",
      { service: { ...service, artifact: { path: file, url: "https://a/b.exe" } } },
      "service.artifact artifact-source",
    ],
  ];
  for (const [title, changes, expected] of REFUSED) {
    it(`refuses ${title}`, async () => {
      const { findings } = (await failureOf(create(changes))) as InvalidArgumentsError;
      expect(findings.map(({ rule, path }) => `${path} ${rule}`)).to.deep.equal([expected]);
    });
  }

  it("takes two ports of one address for two hosts", async () => {
    const { resources } = await recordUpdate(
      create({ hosts: [host("a", "jump.example.com", { port: 2201 }), host("b", "jump.example.com", { port: 2202 })] }),
    );
    expect(resources.filter(({ type }) => type === COMMAND)).to.have.length(2);
  });
});
