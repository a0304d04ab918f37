// A test double of windows-ha-agent: the same commands and the same way of living and dying, but its "service" is an
// HTTP server inside the init process, told what to do by the AgentSpec's environment:
//   FAIL=<exit code>     install fails and leaves what was there
//   INSTALL_MS=<ms>      install takes that long
//   HEALTH=<state>       what /health declares (default Healthy)
//   DRAIN_MS=<ms>        asks for scheduled events; before its deletion it isn't ready for so long, then it approves
// While the file <root>/not-ready exists, /ready answers 503; while <root>/frozen exists, nothing is answered.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  appendFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = process.env.WINDOWS_HA_ROOT;
const address = process.env.WINDOWS_HA_HOST_ADDRESS;
const machine = process.env.COMPUTERNAME;
const stateFile = join(root, "state.json");
const logFile = join(root, "logs", "agent.log");

const readSpec = () => (existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, "utf8")) : undefined);

const commands = {
  async scm() {
    process.stdin.on("end", () => process.exit(0)).resume();
    mkdirSync(join(root, "logs"), { recursive: true });
    let server;
    let serving;
    const follow = () => {
      const changed = existsSync(stateFile) ? statSync(stateFile).mtimeMs : undefined;
      if (changed === serving) return;
      serving = changed;
      server?.close();
      server?.closeAllConnections();
      const spec = readSpec();
      if (!spec) return;
      server = createServer((request, response) => answer(spec.service, request, response));
      server.on("error", (error) => console.log(`service: ${error.message}`));
      server.listen(spec.service.port, address);
    };
    follow();
    setInterval(follow, 10);
    void followEvents();
    console.log("ready");
  },

  async install() {
    const spec = JSON.parse(Buffer.from(process.argv[process.argv.indexOf("--spec-base64") + 1], "base64").toString());
    const { version, port, environment } = spec.service;
    appendFileSync(logFile, `install ${version}\n`);
    console.log(`installing ${version} on ${machine}`);
    const artifact = spec.artifacts.find(({ os }) => os === "linux");
    const program = Buffer.from(await (await fetch(artifact.url)).arrayBuffer());
    if (createHash("sha256").update(program).digest("hex") !== artifact.sha256) process.exit(10);
    await sleep(Number(environment.INSTALL_MS ?? 0));
    if (environment.FAIL) {
      console.error(`the service of ${version} said boom`);
      process.exit(Number(environment.FAIL));
    }
    writeFileSync(`${stateFile}.new`, JSON.stringify(spec));
    renameSync(`${stateFile}.new`, stateFile);
    for (let tries = 0; tries < 200; tries++) {
      const answer = await fetch(`http://${address}:${port}/version`, { headers: { connection: "close" } }).catch(
        () => undefined,
      );
      if ((await answer?.text()) === version) return;
      await sleep(10);
    }
    console.error("the service doesn't answer; is `scm` running?");
    process.exit(22);
  },

  async uninstall() {
    appendFileSync(logFile, `uninstall ${process.argv[process.argv.indexOf("--service") + 1]}\n`);
    rmSync(stateFile, { force: true });
  },

  /** Counts the machines that its data disk has seen; with FAIL as the data center's name it fails. */
  async consul() {
    if (process.argv[3] === "gate") return console.log(`healthy ${readFileSync(join(root, "consul/spec.json"))}`);
    const spec = readFileSync(process.argv[process.argv.indexOf("--spec") + 1], "utf8");
    if (JSON.parse(spec).consul.configuration.datacenter === "fail") {
      console.error("consul said boom");
      process.exit(22);
    }
    appendFileSync(join(root, "consul/data/machines"), `${machine}\n`);
    writeFileSync(join(root, "consul/spec.json"), spec);
  },

  async status() {
    const spec = readSpec();
    console.log(JSON.stringify({ service: spec?.service.name ?? "", version: spec?.service.version ?? "" }));
  },
};

async function followEvents() {
  const events = `${process.env.WINDOWS_HA_METADATA_ADDRESS}/metadata/scheduledevents?api-version=2020-07-01`;
  const ask = (init) => fetch(events, { headers: { Metadata: "true" }, ...init });
  for (; ; await sleep(20)) {
    const drainMs = readSpec()?.service.environment.DRAIN_MS;
    if (drainMs === undefined) continue;
    const { Events } = await (await ask()).json();
    const event = Events.find(({ EventType, EventStatus }) => EventType === "Terminate" && EventStatus === "Scheduled");
    if (!event) continue;
    writeFileSync(join(root, "not-ready"), "");
    await sleep(Number(drainMs));
    await ask({ method: "POST", body: JSON.stringify({ StartRequests: [{ EventId: event.EventId }] }) });
    return;
  }
}

function answer(service, request, response) {
  if (existsSync(join(root, "frozen"))) return;
  const { HEALTH = "Healthy" } = service.environment;
  if (request.url === "/health") response.end(JSON.stringify({ ApplicationHealthState: HEALTH }));
  else if (request.url === "/ready") response.writeHead(existsSync(join(root, "not-ready")) ? 503 : 200).end();
  else if (request.url === "/version") response.end(service.version);
  else response.end(JSON.stringify({ machine, version: service.version, client: request.socket.remoteAddress }));
}

await commands[process.argv[2]]();
