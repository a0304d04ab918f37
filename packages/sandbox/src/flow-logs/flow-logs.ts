import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { armName, holdsId } from "../azure/arm-id";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import type { RefusedFlow } from "../firewall";
import { appendRecord } from "./append-record";
import { blobPath, flowRecord } from "./record";

interface FlowLogInputs {
  targetResourceId: string;
  storageId: string;
  enabled?: boolean;
}

export interface FlowLogsOptions {
  store: ResourceStore;
  /** One folder per storage account, as Azure names the blobs inside of it. */
  folder: string;
  log: (message: string) => void;
  /** @default 1000, where Azure takes a minute */
  writeEveryMs?: number;
}

/** Writes the flows that firewalls refuse to where the declared flow logs of their networks keep them. */
export class FlowLogs {
  #waiting: RefusedFlow[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #onChange = () => this.#removeUndeclared();

  constructor(private readonly options: FlowLogsOptions) {}

  start(): void {
    this.options.store.on("changed", this.#onChange);
  }

  /** Writes what waits. */
  stop(): void {
    this.options.store.off("changed", this.#onChange);
    this.#write();
  }

  refused(flow: RefusedFlow): void {
    if (!this.#logsOf(flow).length) return;
    this.#waiting.push(flow);
    this.#timer ??= setTimeout(() => this.#write(), this.options.writeEveryMs ?? 1_000).unref();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = new Date();
    const batches = new Map<string, { log: StoredResource; flows: RefusedFlow[] }>();
    for (const flow of this.#waiting.splice(0)) {
      for (const log of this.#logsOf(flow)) {
        const key = `${log.id} ${flow.machine}`;
        const batch = batches.get(key) ?? { log, flows: [] };
        batch.flows.push(flow);
        batches.set(key, batch);
      }
    }
    for (const { log, flows } of batches.values()) this.#append(log, flows, now);
  }

  /** A full disk must not end the machines: records get lost then. */
  #append(log: StoredResource, flows: RefusedFlow[], now: Date): void {
    const { storageId, targetResourceId } = inputsOf(log);
    const file = join(
      this.options.folder,
      accountName(this.options.store, storageId),
      blobPath(log.id, flows[0]!, now),
    );
    try {
      appendRecord(file, flowRecord({ id: log.id, targetResourceId }, flows, now));
    } catch (error) {
      this.options.log(`the flow log ${log.id} can't be written: ${(error as Error).message}`);
    }
  }

  #logsOf({ subnet = "" }: RefusedFlow): StoredResource[] {
    return this.options.store.list("azure-native:network:FlowLog").filter((log) => {
      const { enabled, targetResourceId } = inputsOf(log);
      return enabled !== false && holdsId(targetResourceId, subnet);
    });
  }

  /** What an account holds goes with it. */
  #removeUndeclared(): void {
    const { store, folder } = this.options;
    if (!existsSync(folder)) return;
    const declared = store.list("azure-native:storage:StorageAccount").map(({ id }) => accountName(store, id));
    for (const account of readdirSync(folder)) {
      if (!declared.includes(account)) rmSync(join(folder, account), { recursive: true, force: true });
    }
  }
}

function inputsOf(log: StoredResource): FlowLogInputs {
  return log.inputs as unknown as FlowLogInputs;
}

function accountName(store: ResourceStore, storageId: string): string {
  const declared = store.get(storageId)?.inputs["accountName"];
  return typeof declared === "string" ? declared : armName(storageId);
}
