import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { ProfileEffects } from "../azure/profile";
import { ResourceStore } from "../azure/resource-store";
import type { DataPlane } from "../data-plane";
import { readJson, writeJson } from "../files";
import { ARTIFACT_PORT, artifactUrl, sandboxLayout } from "../layout";
import { withConsulRoles } from "../machines";
import { version } from "../version";
import { AccessTokens, serveBlob } from "../storage";
import { closeServer, startArtifactServer, type RequestHandler } from "./artifact-server";
import { startControlServer } from "./control-server";
import { fileLog, rotateLog } from "./daemon-log";
import { acquireLock } from "./lock";
import type { DaemonParts } from "./parts";
import { ownIdentity } from "./process-identity";
import type { ControlApi, DaemonRecord, SandboxStatus } from "./protocol";
import { readSettings } from "./settings";

const LOOK_FOR_FOLDER_EVERY_MS = 1_000;

/**
 * The sandbox's one lasting process. Everything that it starts it also ends, the last first; what is declared stays
 * on disk, and the next start brings it back.
 */
export class Daemon {
  readonly #closers: { what: string; close: () => unknown }[] = [];
  readonly #startedAt = new Date().toISOString();
  readonly #layout;
  readonly #missing: string[] = [];
  #ending: Promise<void> | undefined;

  constructor(
    folder: string,
    private readonly parts: DaemonParts,
    /** Called when there is nothing left to serve. */
    private readonly onFolderGone: () => void,
  ) {
    this.#layout = sandboxLayout(folder);
  }

  /**
   * @throws LockHeldError when another daemon serves this folder.
   */
  async start(): Promise<void> {
    const layout = this.#layout;
    this.#endsWith("lock", acquireLock(layout.folder));
    rotateLog(layout.daemonLog);
    const log = fileLog(layout.daemonLog);
    log(`starting ${version} as process ${process.pid}`);

    const settings = readSettings(layout);
    const store = new ResourceStore(layout.resources);
    const profile = new ProfileEffects(layout.profile);
    const tokens = new AccessTokens(store, profile);
    const context = { layout, settings, store, tokens, profile, log };
    const later: { dataPlane?: DataPlane } = {};
    const localUrl = (url: string): string | undefined => later.dataPlane?.localUrl(url);
    const serveOthers: RequestHandler = (request, response) => serveBlob({ ...context, localUrl }, request, response);
    settings.block = await this.#serveArtifacts(settings.block, log, serveOthers);
    writeJson(layout.settings, settings);

    const dataPlane = this.parts.createDataPlane(context);
    later.dataPlane = dataPlane;
    this.#endsWith("data plane", () => dataPlane.stop());
    await dataPlane.start();

    const providers = await this.parts.startProviders({ ...context, dataPlane });
    for (const [name, provider] of Object.entries(providers))
      this.#endsWith(`provider ${name}`, () => provider.close());

    const status = async (): Promise<SandboxStatus> => ({
      folder: layout.folder,
      version,
      pid: process.pid,
      startedAt: this.#startedAt,
      block: settings.block,
      resources: store.list().length,
      machines: await withConsulRoles(dataPlane.machines()),
      frontEnds: dataPlane.frontEnds(),
      clusters: dataPlane.clusters.list(),
      missing: this.#missing,
    });
    const api: ControlApi = {
      status,
      register: (artifact) => {
        settings.artifacts[artifact.sha256] = artifact;
        writeJson(layout.settings, settings);
        log(`published ${artifact.fileName} ${artifact.sha256}`);
        return { url: artifactUrl(settings.block, artifact.sha256, artifact.fileName) };
      },
      registerConsul: (consul) => {
        settings.consul = consul;
        writeJson(layout.settings, settings);
        log(`published Consul ${consul.version} ${consul.sha256}`);
      },
      stopMachine: (name) => dataPlane.stopMachine(name),
      startMachine: (name) => dataPlane.startMachine(name),
      machineLogs: (name) => dataPlane.machineLogs(name),
    };
    const token = randomBytes(32).toString("base64url");
    const control = await startControlServer(api, token, log);
    this.#endsWith("control API", () => closeServer(control.server));

    const ports = Object.fromEntries(Object.entries(providers).map(([name, { port }]) => [name, port]));
    const record: DaemonRecord = { ...ownIdentity(), api: control.url, token, providers: ports, version };
    writeJson(layout.daemon, record);
    this.#endsWith("record", () => this.#isOwnRecord(token) && rmSync(layout.daemon));
    const watch = setInterval(() => {
      if (!this.#isOwnRecord(token)) this.onFolderGone();
    }, LOOK_FOR_FOLDER_EVERY_MS);
    this.#endsWith("watch", () => clearInterval(watch));
    log("ready");
  }

  /** False when the folder was removed (`git clean` does), and maybe made again by another daemon. */
  #isOwnRecord(token: string): boolean {
    return readJson<DaemonRecord>(this.#layout.daemon)?.token === token;
  }

  /** Ends everything, whatever of it had started; may be called at any time and more than once. */
  end(): Promise<void> {
    return (this.#ending ??= this.#closeAll());
  }

  async #serveArtifacts(wantedBlock: number, log: (line: string) => void, others: RequestHandler): Promise<number> {
    try {
      const server = await startArtifactServer(this.#layout.artifacts, wantedBlock, ARTIFACT_PORT, others);
      this.#endsWith("artifact server", () => server.close());
      if (server.block !== wantedBlock) {
        log(`the addresses 127.${wantedBlock}.x.y are another sandbox's: using 127.${server.block}.x.y`);
      }
      return server.block;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRNOTAVAIL") throw error;
      this.#missing.push(
        `published files and machines: this system has no addresses 127.${wantedBlock}.x.y (Linux and WSL 2 have); preview and report work`,
      );
      return wantedBlock;
    }
  }

  #endsWith(what: string, close: () => unknown): void {
    this.#closers.push({ what, close });
  }

  async #closeAll(): Promise<void> {
    const log = fileLog(this.#layout.daemonLog);
    for (let closer = this.#closers.pop(); closer; closer = this.#closers.pop()) {
      try {
        await closer.close();
      } catch (error) {
        log(`ending the ${closer.what}: ${(error as Error).message}`);
      }
    }
  }
}
