import { createHash } from "node:crypto";
import { appendFile, chmod, copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceStore } from "../azure/resource-store";
import { DISK } from "../azure/types/disk";
import type { SandboxLayout } from "../layout";
import { isForThisComputer } from "../publish-checks";
import { blobHeaders, download, reasonOf } from "./download";
import { cloudInitOf, consulProblems, type LinuxModel } from "./linux-model";
import { surroundingsOf, type MachineContext } from "./machine-context";
import type { MachineFolder } from "./machine-folder";
import type { InstanceRecord } from "./plane-state";
import { consulSecretUrls, renderHostServerSpec } from "./render-host-consul";
import { OUTPUT_FILE, refuseUnknownVaults, runFolder, type HostRun } from "./run-host-agent";
import { runProgram, tail } from "./run-program";

/** How cloud-init ended: with the agent that it installed, or with why it didn't. */
export type FirstBoot = { agentFile: string } | { problem: string };

/** The agent's own folder on Linux, which a sandbox machine has elsewhere. */
const AGENT_ROOT = "/var/lib/windows-ha";
/** So long does the script try to download the agent: a role counts after up to ten minutes. */
const DOWNLOAD_SECONDS = 600;
const INSTALL_TIMEOUT_MS = 30 * 60_000;
const KEPT_OUTPUT_BYTES = 4096;

/** What a machine with Linux has besides: its data disk, and what cloud-init does at its first start. */
export class LinuxSystem {
  #firstBoot: Promise<FirstBoot> | undefined;

  constructor(
    private readonly linux: LinuxModel,
    private readonly record: InstanceRecord,
    private readonly context: MachineContext,
    private readonly where: { folder: MachineFolder; environment: () => Record<string, string> },
  ) {}

  get failure(): string | undefined {
    return this.record.cloudInit?.message;
  }

  get isInstalling(): boolean {
    return this.#firstBoot !== undefined && this.record.cloudInit?.state === "running";
  }

  /** Puts the data disk where cloud-init mounts it: the machine's folder goes with the machine, the disk's doesn't. */
  async mount(): Promise<void> {
    const dataDisk = cloudInitOf(this.linux)?.dataDisk;
    const disk = this.linux.disks.find(({ lun }) => lun === dataDisk?.lun);
    if (!dataDisk || disk?.id === undefined) return;
    const content = diskFolder(this.context.layout, disk.id);
    // As on a new file system.
    await mkdir(join(content, "lost+found"), { recursive: true });
    const mountPoint = join(this.where.folder.root, dataDisk.mountPoint.slice(AGENT_ROOT.length));
    await mkdir(dirname(mountPoint), { recursive: true });
    await rm(mountPoint, { force: true });
    await symlink(content, mountPoint, "dir");
  }

  /** Does what cloud-init does at the first start; one that a power cut interrupted is done again. */
  start(signal: AbortSignal): void {
    const { record, context } = this;
    this.#firstBoot = this.#result(signal);
    void this.#firstBoot.then((result) => {
      if (signal.aborted) return;
      record.cloudInit = "problem" in result ? { state: "failed", message: result.problem } : { state: "succeeded" };
      context.save();
      context.log(`${record.name}: cloud-init ${"problem" in result ? `failed: ${result.problem}` : "is done"}`);
    });
  }

  /** Resolves when cloud-init is done. */
  async firstBoot(): Promise<FirstBoot> {
    return this.#firstBoot ?? { problem: "the machine has no power" };
  }

  get #agentFile(): string {
    return join(this.where.folder.path, "bin", "windows-ha-agent");
  }

  async #result(signal: AbortSignal): Promise<FirstBoot> {
    const { record, context, where } = this;
    const { state, message } = record.cloudInit ?? {};
    if (state === "succeeded") return { agentFile: this.#agentFile };
    if (state === "failed") return { problem: message! };
    record.cloudInit = { state: "running" };
    context.save();
    context.log(`${record.name}: cloud-init runs`);
    try {
      const here = surroundingsOf(context, record, where.environment());
      return await this.#install({ folder: where.folder.cloudInit, sequence: 1, ...here, signal });
    } catch (error) {
      return { problem: signal.aborted ? "the machine lost its power" : reasonOf(error) };
    }
  }

  async #install(run: HostRun): Promise<FirstBoot> {
    const cloudInit = cloudInitOf(this.linux);
    if (!cloudInit) return { problem: "osProfile.customData isn't what ConsulServers renders" };
    const folder = runFolder(run);
    const output = join(folder, OUTPUT_FILE);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const problems = consulProblems(run.settings.consul);
    if (problems.length > 0) return { problem: problems.join("; ") };

    const { agent, spec } = cloudInit;
    const downloaded = join(folder, "agent");
    const hash = await downloadAgent(agent, downloaded, run);
    if (hash !== agent.sha256) return { problem: "windows-ha-agent does not have the declared SHA-256" };
    // The build for another processor is the declared one, and can't run here (allowed difference `host-agent`).
    if (!(await isForThisComputer(downloaded))) await copyFile(this.context.agentFile(), downloaded);
    await chmod(downloaded, 0o755);
    await mkdir(dirname(this.#agentFile), { recursive: true });
    await rename(downloaded, this.#agentFile);

    refuseUnknownVaults(consulSecretUrls(spec.consul), run.vaults);
    const specFile = join(folder, "consul-server.json");
    await writeFile(specFile, JSON.stringify(renderHostServerSpec(spec, run.consul)), { mode: 0o600 });
    const exitCode = await runProgram({
      file: this.#agentFile,
      args: ["consul", "install", "--spec", specFile],
      cwd: folder,
      env: run.env,
      output,
      timeoutMs: INSTALL_TIMEOUT_MS,
      signal: run.signal,
    });
    if (exitCode === 0) return { agentFile: this.#agentFile };
    const printed = tail(output, KEPT_OUTPUT_BYTES).trim();
    return { problem: `consul install ended with exit code ${exitCode}; its output: '${printed}'` };
  }
}

/** Tries again as the script does: what it reads may be allowed a moment later. @returns the file's SHA-256 */
async function downloadAgent(
  agent: { url: string; identityClientId?: string },
  file: string,
  run: HostRun,
): Promise<string> {
  const url = run.consul.localUrl(agent.url);
  for (let attempt = 1; ; attempt++) {
    try {
      return await download(url, file, run.signal, await blobHeaders(url, agent.identityClientId, run));
    } catch (error) {
      if (attempt >= DOWNLOAD_SECONDS) throw error;
      await appendFile(join(runFolder(run), OUTPUT_FILE), `${reasonOf(error)}\n`);
      await sleep(1000, undefined, { signal: run.signal });
    }
  }
}

function diskFolder({ disks }: Pick<SandboxLayout, "disks">, id: string): string {
  return join(disks, createHash("sha256").update(id.toLowerCase()).digest("hex").slice(0, 16));
}

/** Removes the contents of disks that aren't declared any more. */
export async function pruneDisks(layout: Pick<SandboxLayout, "disks">, store: ResourceStore): Promise<void> {
  const declared = new Set(store.list(DISK).map(({ id }) => diskFolder(layout, id)));
  for (const name of await readdir(layout.disks).catch(() => [])) {
    const folder = join(layout.disks, name);
    if (!declared.has(folder)) await rm(folder, { recursive: true, force: true });
  }
}
