import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { collectAnswers } from "./lib/answers.mjs";
import { readOptions } from "./lib/command-line.mjs";
import { Failure } from "./lib/errors.mjs";
import { findTool } from "./lib/install-tool.mjs";
import { withLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { expectSuccess, openLog, steps } from "./lib/progress.mjs";
import { sandboxCommand, writeIfChanged } from "./lib/sandbox.mjs";
import { lockFolder, root } from "./lib/workspace.mjs";
import { searchPath } from "./lib/ways.mjs";
import { setUp, setUpStepCount } from "./setup.mjs";
import { thirdPartyTools } from "./third-party.mjs";

const STACK = "dev";
const SERVICE = "examples/services/orders";
const AGENT = "packages/agent/bin/windows-amd64/windows-ha-agent.exe";
const AGENT_HERE = `packages/agent/bin/linux-${process.arch === "x64" ? "amd64" : process.arch}/windows-ha-agent`;
const RELEASE = join(root, "stacks", "dist", "release.json");
/** A Pulumi in another terminal, or left behind by an interrupted run, ends within this: a rolling upgrade takes minutes. */
const LOCK_WAIT_SECONDS = 300;
const ANSWER_SECONDS = 60;

/** @type {{ title: string, work: (context: any, step: any) => Promise<void> }[]} */
const startSteps = [
  { title: "Publish the service and the agent to the sandbox", work: publish },
  { title: `Deploy stack ${STACK}`, work: deploy },
  { title: "Ask every machine through the load balancer", work: ask },
];

const USAGE = {
  command: "npm start --",
  does: "Deploys the reference stack to the sandbox on this computer, and asks every machine through the load balancer.\nBrings what it needs first; running it again rolls out what changed.",
  options: {
    consul: {
      type: /** @type {const} */ ("boolean"),
      negative: true,
      says: "with Consul, or without (default: as the stack has it, else where Consul is on this computer)",
    },
  },
  examples: ["npm start", "npm start -- --consul", "npx windows-ha sandbox down"],
  more: [`It logs into .windows-ha/logs. Stack: ${STACK}, from stacks/index.ts.`],
};

await main("npm start", async (signal) => {
  const asked = readOptions(USAGE);
  const onWait = ({ pid }) =>
    process.stdout.write(`Another npm start is running here (process ${pid}): waiting for it.\n`);
  await withLock(join(lockFolder, "start.lock"), () => start(asked, signal), { signal, onWait });
});

async function start(asked, signal) {
  const consul = asked.consul ?? (await hasConsul(signal));
  const command = consul ? "start --consul" : "start";
  const log = openLog("start");
  const ui = steps(setUpStepCount(command) + (process.platform === "linux" ? startSteps.length : 0));
  const { env } = await setUp({ for: command, signal, log, ui });
  if (process.platform !== "linux") throw new Failure(notHere());

  /** @type {{ [fact: string]: any }} what one step finds out and a later one uses */
  const context = { sandbox: sandboxCommand({ env, signal, log }), signal, log, consul, env };
  for (const { title, work } of startSteps) await ui.step(title, (step) => work(context, step));
  process.stdout.write(await story(context));
}

/** What a release pipeline does: puts the files where the machines can fetch them, and writes down where and what. */
async function publish({ sandbox, consul, env }, step) {
  const artifact = await sandbox.json("publish", join(SERVICE, "bin", "orders.exe"));
  const agent = await sandbox.json("publish", AGENT, "--host", AGENT_HERE);
  const release = {
    version: readFileSync(join(root, SERVICE, "VERSION"), "utf8").trim(),
    artifact: { url: artifact.url, sha256: artifact.sha256 },
    agent: { url: agent.url, sha256: agent.sha256 },
    ...(consul ? { consul: await sandbox.json("publish", "--consul", searchPath("consul", env)) } : {}),
  };
  writeIfChanged(RELEASE, `${JSON.stringify(release, null, 2)}\n`);
  step.done(`orders ${release.version}${consul ? `, Consul ${release.consul.version}` : ""}`);
}

/** A cluster that has Consul's servers keeps them; another gets them where the program is here: building it takes minutes. */
async function hasConsul(signal) {
  if (existsSync(RELEASE) && JSON.parse(readFileSync(RELEASE, "utf8")).consul) return true;
  const consul = thirdPartyTools.find(({ name }) => name === "consul");
  return (await findTool(consul, { signal })) !== undefined;
}

async function deploy(context, step) {
  const { sandbox, log } = context;
  const selected = await sandbox.pulumi(["stack", "select", STACK, "--create"], notedBy(step));
  expectSuccess("pulumi stack select", selected, log.path);
  await up(context, step);
  // Of the last update, so of this one: the lock keeps other runs away.
  const [{ resourceChanges }] = await sandbox.pulumiJson(
    "stack",
    "history",
    "--stack",
    STACK,
    "--json",
    "--page-size",
    "1",
  );
  context.changes = changed(resourceChanges);
  context.outputs = await sandbox.pulumiJson("stack", "output", "--stack", STACK, "--json");
  step.done(context.changes ?? "already in place, nothing changed");
}

/** What the sandbox says of itself stays to be read, once; Pulumi's lines pass by. */
function notedBy(step) {
  const noted = new Set();
  return (line) => {
    if (!line.startsWith("sandbox: ")) return step.detail(line.trim());
    if (!noted.has(line)) step.note(line);
    noted.add(line);
  };
}

/** Deploys without a preview: that would be the same work twice. */
async function up(context, step) {
  const { sandbox, signal, log } = context;
  const started = performance.now();
  const onLine = notedBy(step);
  for (let waiting = false; ; waiting = true) {
    const args = ["up", "--yes", "--skip-preview", "--suppress-progress", "--stack", STACK];
    const result = await sandbox.pulumi(args, onLine);
    const isLocked = result.code !== 0 && result.tail.some((line) => line.includes("currently locked"));
    if (!isLocked || performance.now() - started > LOCK_WAIT_SECONDS * 1000) {
      return expectSuccess("pulumi up", result, log.path);
    }
    if (!waiting) step.note("another Pulumi works on this stack: waiting for it");
    await delay(5_000, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** "27 created, 1 updated", or undefined when nothing was. */
function changed(resourceChanges) {
  const words = { create: "created", update: "updated", delete: "deleted", replace: "replaced" };
  const parts = Object.entries(words)
    .filter(([operation]) => resourceChanges[operation] > 0)
    .map(([operation, word]) => `${resourceChanges[operation]} ${word}`);
  return parts.length > 0 ? parts.join(", ") : undefined;
}

async function ask(context, step) {
  const { sandbox, outputs, signal, log } = context;
  // Who stopped a machine wants to see the others serve.
  const stopped = (await sandbox.json("machines")).filter(({ power }) => power === "stopped").map(({ name }) => name);
  const expected = outputs.machines - stopped.length;
  const { machines, lastError } = await collectAnswers(new URL("/orders", outputs.url).href, expected, {
    timeoutSeconds: ANSWER_SECONDS,
    signal,
    onProgress: step.detail,
  });
  const answered = [...machines.keys()].sort();
  if (answered.length < expected || expected === 0) {
    const silent = (await sandbox.json("machines")).filter(({ name }) => !answered.includes(name));
    throw new Failure(noAnswer(silent, outputs, lastError), { log: log.path });
  }
  Object.assign(context, { answered, stopped });
  step.done(
    `${answered.length} of ${outputs.machines} answered${stopped.length > 0 ? `, ${stopped.length} stopped` : ""}`,
  );
}

function noAnswer(silent, { url, machines }, lastError) {
  const lines = [`${machines - silent.length} of ${machines} machines answer at ${url}.`];
  for (const { name, power, health, message } of silent) {
    lines.push(`  - ${name} is ${power}, its health ${health}${message ? `: ${message}` : ""}`);
  }
  if (lastError) lines.push(`The last request that failed: ${lastError}.`);
  lines.push(
    "Look into one with `npx windows-ha sandbox logs <name>`; start a stopped one with `… start-machine <name>`.",
  );
  return lines.join("\n");
}

/** @param {{ [fact: string]: any }} context */
async function story({ sandbox, outputs, answered, stopped, changes, consul }) {
  const { deployment } = await sandbox.pulumiJson("stack", "export", "--stack", STACK);
  const leader = (await sandbox.json("machines")).find((machine) => machine.consul === "leader");
  const [first] = answered;
  const facts = [
    ["The cluster serves", outputs.url],
    ["Machines", answered.join(", ")],
    ["Stopped", stopped.join(", ")],
    ["Consul", leader && `${leader.name} leads: http://${leader.address}:8500/v1/status/peers`],
    ["Resources", resourceCounts(deployment.resources)],
    [
      "Predicted",
      `when a machine dies, its clients are with the others within ${outputs.switchoverSeconds["machine-off"]} s`,
    ],
    ["This run", changes ?? "everything was in place already: nothing changed"],
  ];
  const next = [
    [`curl ${outputs.url}/orders`, "which machine answers?"],
    ["npx windows-ha sandbox machines", "how are they?"],
    [`npx windows-ha sandbox stop-machine ${first}`, "cut its power: the others go on"],
    ...(stopped.length > 0 ? [[`npx windows-ha sandbox start-machine ${stopped[0]}`, "bring it back"]] : []),
    ["npx windows-ha sandbox exec -- pulumi config set logLevel debug", "change a setting; npm start rolls it out"],
    consul
      ? ["npm start -- --no-consul", "take Consul away again"]
      : ["npm start -- --consul", "add Consul: three servers, and a client on each machine"],
    ["npx windows-ha sandbox down", "end everything; npm start brings it back"],
  ];
  return ["", ...columns(facts.filter(([, value]) => value)), "", "Try next:", ...columns(next, "  "), ""].join("\n");
}

/** "3 Subnet, LoadBalancer, …" of what the cloud would bill or refuse; components are only names. */
function resourceCounts(resources) {
  const counts = new Map();
  for (const { type, custom } of resources) {
    if (!custom || type.startsWith("pulumi:")) continue;
    const noun = type.split(":").at(-1);
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  return [...counts].map(([noun, count]) => (count > 1 ? `${count} ${noun}` : noun)).join(", ");
}

function columns(rows, indent = "") {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `${indent}${left.padEnd(width)}${right}`);
}

function notHere() {
  return [
    `Set-up is complete, but the sandbox's machines need Linux, and this is ${process.platform}.`,
    "Run `npm start` on Linux or inside WSL 2.",
    "What works here: previews, unit tests (`npm run test:fast`), and the program itself against your own Azure subscription.",
  ].join("\n");
}
