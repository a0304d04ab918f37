import { AzureError } from "../azure/azure-error";
import { inProvisioningOrder, runScript, runsScript } from "./extension-handlers";
import { surroundingsOf, type MachineContext } from "./machine-context";
import type { FirstBoot } from "./linux-system";
import type { ExtensionRecord, InstanceRecord } from "./plane-state";
import type { RunResult } from "./run-host-agent";
import { fingerprint, type Extension } from "./scale-set-model";

/** The extensions of one machine that run something. */
export class MachineExtensions {
  constructor(
    private readonly record: InstanceRecord,
    private readonly context: MachineContext,
    private readonly where: {
      /** The machine's folder for the Custom Script Extension. */
      folder: string;
      environment: () => Record<string, string>;
      firstBoot?: () => Promise<FirstBoot>;
    },
  ) {}

  /** Those that have to run, in order: their settings changed, or they haven't succeeded. */
  pending(): Extension[] {
    return inProvisioningOrder(this.record.model.extensions).filter((extension) => {
      const known = this.record.extensions[extension.name];
      return runsScript(extension) && !(known?.state === "succeeded" && known.fingerprint === fingerprint(extension));
    });
  }

  /** Whether the machine's model has any. */
  get declared(): boolean {
    return this.record.model.extensions.some(runsScript);
  }

  get everSucceeded(): boolean {
    return Object.values(this.record.extensions).some(({ everSucceeded }) => everSucceeded);
  }

  /** Why one failed. */
  get failure(): string | undefined {
    return Object.values(this.record.extensions).find(({ state }) => state === "failed")?.message;
  }

  /** Forgets extensions that the model has no longer. What they did to the machine stays, as in Azure. */
  forgetRemoved(): void {
    const { extensions, model } = this.record;
    for (const name of Object.keys(extensions)) {
      if (!model.extensions.some((extension) => extension.name === name)) delete extensions[name];
    }
  }

  /** @throws AzureError when it fails. */
  async run(extension: Extension, signal: AbortSignal): Promise<void> {
    const { record, context } = this;
    const { name, publisher, type } = extension;
    const former = record.extensions[name];
    const run: ExtensionRecord = {
      fingerprint: fingerprint(extension),
      state: "running",
      sequence: (former?.sequence ?? 0) + 1,
      everSucceeded: former?.everSucceeded ?? false,
    };
    this.#note(name, run);
    context.log(`${record.name}: extension ${name} runs (${run.sequence})`);
    const result = await this.#script(extension, run.sequence, signal);
    if (result.succeeded) {
      this.#note(name, { ...run, state: "succeeded", everSucceeded: true });
      context.log(`${record.name}: extension ${name} succeeded`);
      return;
    }
    this.#note(name, { ...run, state: "failed", message: result.message });
    context.log(`${record.name}: extension ${name} failed: ${result.message}`);
    throw new AzureError(
      "VMExtensionProvisioningError",
      `VM '${record.name}' has reported a failure when processing extension '${name}' (publisher '${publisher}' ` +
        `and type '${type}'). Error message: "${result.message}".`,
    );
  }

  #note(name: string, run: ExtensionRecord): void {
    this.record.extensions[name] = run;
    this.context.save();
  }

  async #script(extension: Extension, sequence: number, signal: AbortSignal): Promise<RunResult> {
    const { folder, environment, firstBoot } = this.where;
    try {
      const here = surroundingsOf(this.context, this.record, environment());
      const run = { extension, sequence, folder, ...here, ...(firstBoot ? { firstBoot } : {}), signal };
      const result = await runScript(run);
      return signal.aborted ? { succeeded: false, message: "the machine lost its power" } : result;
    } catch (error) {
      return { succeeded: false, message: signal.aborted ? "the machine lost its power" : (error as Error).message };
    }
  }
}
