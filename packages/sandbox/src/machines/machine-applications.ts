import { armName, parentId, sameId } from "../azure/arm-id";
import { AzureError } from "../azure/azure-error";
import type { VersionInputs } from "../azure/types/gallery-application-version";
import { surroundingsOf, type MachineContext } from "./machine-context";
import type { ApplicationRecord, InstanceRecord } from "./plane-state";
import { runApplication } from "./run-application";
import type { RunResult } from "./run-host-agent";
import type { Application } from "./scale-set-model";

type Action = "install" | "update" | "remove";

/** One change of an application on a machine. */
interface Change {
  /** Lower-case ARM id of the application. */
  application: string;
  action: Action;
  wanted?: Application;
}

/**
 * The VM Applications of one machine. A version that failed is never tried again; another one is an update. What the
 * model names no longer is removed, as the version that was installed last says.
 */
export class MachineApplications {
  constructor(
    private readonly record: InstanceRecord,
    private readonly context: MachineContext,
    private readonly where: { folder: string; environment: () => Record<string, string> },
  ) {}

  /** Whether the machine's model has any. */
  get declared(): boolean {
    return this.#wanted.length > 0;
  }

  get everSucceeded(): boolean {
    return Object.values(this.#records).some(({ everSucceeded }) => everSucceeded);
  }

  /** Why one failed. */
  get failure(): string | undefined {
    return Object.values(this.#records).find(({ state }) => state === "failed")?.message;
  }

  /** Whether the machine hasn't come to its model yet, or can't. */
  get unfinished(): boolean {
    return this.#changes().length > 0 || this.#fatal() !== undefined;
  }

  /** @throws AzureError when one fails, or has failed, whose failure is to be the deployment's. */
  async run(signal: AbortSignal): Promise<void> {
    for (const change of this.#changes()) await this.#change(change, signal);
    const fatal = this.#fatal();
    if (!fatal) return;
    throw new AzureError(
      "VMApplicationProvisioningError",
      `VM '${this.record.name}' has reported a failure of the application ${nameOf(fatal.version)}. A version that ` +
        `failed isn't tried again: declare another one. Error message: "${fatal.message}".`,
    );
  }

  get #wanted(): Application[] {
    return this.record.model.applications ?? [];
  }

  get #records(): Record<string, ApplicationRecord> {
    return this.record.applications ?? {};
  }

  #changes(): Change[] {
    const removed = Object.keys(this.#records)
      .filter((application) => !this.#wanted.some(({ version }) => applicationOf(version) === application))
      .map((application): Change => ({ application, action: "remove" }));
    const changed = this.#wanted.flatMap((wanted): Change[] => {
      const application = applicationOf(wanted.version);
      const known = this.#records[application];
      if (!known) return [{ application, action: "install", wanted }];
      if (!sameId(known.version, wanted.version)) return [{ application, action: "update", wanted }];
      return known.state === "running" ? [{ application, action: known.action, wanted }] : [];
    });
    return [...removed, ...changed];
  }

  #fatal(): ApplicationRecord | undefined {
    return this.#wanted
      .filter(({ treatFailureAsDeploymentFailure }) => treatFailureAsDeploymentFailure)
      .map(({ version }) => this.#records[applicationOf(version)])
      .find((known) => known?.state === "failed");
  }

  async #change({ application, action, wanted }: Change, signal: AbortSignal): Promise<void> {
    const known = this.#records[application];
    if (!wanted) {
      await this.#remove(application, known!, signal);
      return;
    }
    const profile = this.context.galleryVersion(wanted.version);
    if (!profile) {
      throw new AzureError("GalleryApplicationVersionNotFound", `There is no application version ${wanted.version}.`);
    }
    if (known?.state === "running" && profile.settings?.scriptBehaviorAfterReboot !== "Rerun") {
      this.#note(application, { ...known, state: "failed", message: "the machine restarted in the middle of it" });
      return;
    }
    const { manageActions, settings } = profile;
    // Without a command for it Azure removes the former version and installs the new one.
    if (action === "update" && !manageActions?.update) await this.#remove(application, known!, signal);
    const command = (action === "update" ? manageActions?.update : undefined) ?? manageActions?.install ?? "";
    await this.#run(
      application,
      {
        version: wanted.version,
        action,
        ...(manageActions ? { removeCommand: manageActions.remove } : {}),
        ...(settings?.packageFileName === undefined ? {} : { packageFileName: settings.packageFileName }),
      },
      command,
      signal,
    );
  }

  /** A removal that fails leaves the application as failed, and the removal to the next change. */
  async #remove(application: string, known: ApplicationRecord, signal: AbortSignal): Promise<void> {
    const { version, removeCommand = "", packageFileName } = known;
    const removal = { version, action: "remove" as const, removeCommand, packageFileName };
    const succeeded = await this.#run(application, removal, removeCommand, signal);
    if (succeeded) delete this.record.applications![application];
    this.context.save();
  }

  async #run(
    application: string,
    what: Pick<ApplicationRecord, "version" | "action" | "removeCommand" | "packageFileName">,
    command: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { record, context } = this;
    const former = this.#records[application];
    const sequence = (record.applicationRuns ?? 0) + 1;
    record.applicationRuns = sequence;
    const run: ApplicationRecord = {
      ...what,
      state: "running",
      sequence,
      everSucceeded: former?.everSucceeded ?? false,
    };
    this.#note(application, run);
    const title = `${record.name}: application ${nameOf(what.version)}: ${what.action}`;
    context.log(`${title} runs (${sequence})`);
    const result = await this.#result(run, command, signal);
    // What a power cut interrupted goes on at the next start.
    if (signal.aborted) throw new AzureError("OperationPreempted", `${record.name} lost its power.`);
    this.#note(application, {
      ...run,
      ...(result.succeeded
        ? { state: "succeeded", everSucceeded: true }
        : { state: "failed", message: result.message }),
    });
    context.log(`${title} ${result.succeeded ? "succeeded" : `failed: ${result.message}`}`);
    return result.succeeded;
  }

  async #result(run: ApplicationRecord, command: string, signal: AbortSignal): Promise<RunResult> {
    const { folder, environment } = this.where;
    const { version, sequence, packageFileName } = run;
    try {
      const here = surroundingsOf(this.context, this.record, environment());
      return await runApplication({ version, sequence, packageFileName, command, folder, ...here, signal });
    } catch (error) {
      return { succeeded: false, message: (error as Error).message };
    }
  }

  #note(application: string, run: ApplicationRecord): void {
    (this.record.applications ??= {})[application] = run;
    this.context.save();
  }
}

/** What a machine's context knows of a version. */
export type GalleryVersion = VersionInputs["publishingProfile"];

function applicationOf(version: string): string {
  // <application>/versions/<name>
  return parentId(version)!.toLowerCase();
}

function nameOf(version: string): string {
  return `${armName(parentId(version)!)} ${armName(version)}`;
}
