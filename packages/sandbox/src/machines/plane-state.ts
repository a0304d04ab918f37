import { readJson, writeJson } from "../files";
import type { MachineModel } from "./scale-set-model";

/** How far an extension has come on one machine. */
export interface ExtensionRecord {
  /** Of the settings that ran last: equal settings don't run again. */
  fingerprint: string;
  state: "running" | "succeeded" | "failed";
  /** Counts the runs, as the folder names under `extensions/` do. */
  sequence: number;
  /** Whether any run succeeded: only then there is something that an upgrade could interrupt. */
  everSucceeded: boolean;
  message?: string;
}

/** A VM Application on one machine. */
export interface ApplicationRecord {
  /** ARM id of the version that was installed last, or tried. */
  version: string;
  /** What ran last. */
  action: "install" | "update" | "remove";
  /** How it is removed, which its machine remembers when the version is gone. */
  removeCommand?: string;
  packageFileName?: string | undefined;
  state: "running" | "succeeded" | "failed";
  /** Which of the machine's runs it was, as the folder names under `extensions/vm-applications/` say. */
  sequence: number;
  everSucceeded: boolean;
  message?: string;
}

/** A machine's instance data, as it survives the daemon. */
export interface InstanceRecord {
  number: number;
  name: string;
  zone?: string;
  address: string;
  /** Powered off on purpose: it isn't booted when the sandbox starts. */
  off: boolean;
  /** The part of the scale set's model that was applied to it. */
  model: MachineModel;
  extensions: Record<string, ExtensionRecord>;
  /** What cloud-init came to, which runs once in a machine's life; Linux only. */
  cloudInit?: { state: "running" | "succeeded" | "failed"; message?: string };
  /** By lower-case ARM id of the application; absent before the first one. */
  applications?: Record<string, ApplicationRecord>;
  /** Counts the runs of applications, of those that are removed, too. */
  applicationRuns?: number;
}

export interface ScaleSetRecord {
  id: string;
  instances: InstanceRecord[];
}

/** `data-plane.json` */
interface StoredState {
  block: number;
  /** Loopback addresses by owner. */
  addresses: Record<string, string>;
  /** By lower-case ARM id. */
  scaleSets: Record<string, ScaleSetRecord>;
}

/** What the data plane has to remember. Whoever changes it calls {@link save}. */
export class PlaneState {
  readonly #stored: StoredState;

  constructor(
    private readonly file: string,
    block: number,
  ) {
    const stored = readJson<StoredState>(file) ?? { block, addresses: {}, scaleSets: {} };
    this.#stored = stored.block === block ? stored : movedTo(block, stored);
  }

  get block(): number {
    return this.#stored.block;
  }

  get addresses(): Record<string, string> {
    return this.#stored.addresses;
  }

  get scaleSets(): ScaleSetRecord[] {
    return Object.values(this.#stored.scaleSets);
  }

  scaleSet(id: string): ScaleSetRecord | undefined {
    return this.#stored.scaleSets[id.toLowerCase()];
  }

  addScaleSet(id: string): ScaleSetRecord {
    return (this.#stored.scaleSets[id.toLowerCase()] ??= { id, instances: [] });
  }

  removeScaleSet(id: string): void {
    delete this.#stored.scaleSets[id.toLowerCase()];
    this.save();
  }

  save(): void {
    writeJson(this.file, this.#stored);
  }
}

/** The same addresses in another block: the former one became another sandbox's. */
function movedTo(block: number, state: StoredState): StoredState {
  const move = (address: string) => address.replace(/^127\.\d+\./, `127.${block}.`);
  const moved = structuredClone(state);
  moved.block = block;
  moved.addresses = Object.fromEntries(
    Object.entries(state.addresses).map(([owner, address]) => [owner, move(address)]),
  );
  for (const { instances } of Object.values(moved.scaleSets)) {
    for (const instance of instances) instance.address = move(instance.address);
  }
  return moved;
}
