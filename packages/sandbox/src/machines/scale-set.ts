import { availableParallelism } from "node:os";
import { AzureError } from "../azure/azure-error";
import type { AddressBook } from "./address-book";
import { inParallel, throwFirst } from "./in-parallel";
import { instanceName } from "./instance-name";
import { Machine } from "./machine";
import type { MachineContext } from "./machine-context";
import type { InstanceRecord, ScaleSetRecord } from "./plane-state";
import { rollingUpgrade } from "./rolling-upgrade";
import type { MachineModel, ScaleSetModel } from "./scale-set-model";
import { emptiestZone, leavingMachines } from "./zone-balance";

/** Machines that boot or install at the same time. */
const PARALLEL = 2 * availableParallelism();

const PAUSE_SCALE = 1 / 60;

/** The machines of one scale set, or the one of a virtual machine. */
export class ScaleSet {
  readonly #machines: Machine[];

  constructor(
    private readonly record: ScaleSetRecord,
    private readonly addresses: AddressBook,
    private readonly context: MachineContext,
  ) {
    this.#machines = record.instances.map((instance) => new Machine(instance, record.id, context));
  }

  get machines(): readonly Machine[] {
    return this.#machines;
  }

  /** Boots the machines that weren't switched off; what their extensions left unfinished goes on in the background. */
  async start(): Promise<void> {
    const errors = await inParallel(
      this.#machines.filter(({ record }) => !record.off),
      PARALLEL,
      (machine) => machine.boot(),
    );
    for (const error of errors) this.context.log((error as Error).message);
  }

  /** Runs what the machines' extensions left unfinished; with a model, brings the outdated ones to it, too. */
  async finish(machines: readonly Machine[] = this.#machines, model?: MachineModel): Promise<void> {
    const unfinished = machines.filter((machine) => machine.powered && machine.needs(model ?? machine.record.model));
    const errors = await inParallel(unfinished, PARALLEL, (machine) => machine.apply(model ?? machine.record.model));
    for (const error of errors) this.context.log((error as Error).message);
  }

  /** Cuts the power of all machines, as when the computer is switched off. */
  async stop(): Promise<void> {
    await Promise.all(this.#machines.map((machine) => machine.cutPower(false)));
  }

  /** Brings the machines to the model. @throws AzureError for the first machine that fails. */
  async put(model: ScaleSetModel): Promise<void> {
    await this.#scaleIn(model.capacity);
    await this.#scaleOut(model);
    await this.#upgrade(model);
  }

  async remove(): Promise<void> {
    await this.#scaleIn(0);
  }

  async #scaleIn(capacity: number): Promise<void> {
    await this.#remove(leavingMachines(this.#machines, capacity));
  }

  /** Azure deletes none of those that are announced together before all of them are approved, or their time has come. */
  async #remove(leaving: readonly Machine[]): Promise<void> {
    await Promise.all(leaving.map((machine) => machine.announceRemoval()));
    if (this.context.ending().aborted && leaving.length > 0) {
      throw new AzureError("OperationPreempted", "The deletion was ended with the sandbox.");
    }
    throwFirst(await inParallel(leaving, PARALLEL, (machine) => this.#delete(machine)));
  }

  async #delete(machine: Machine): Promise<void> {
    this.#machines.splice(this.#machines.indexOf(machine), 1);
    this.record.instances.splice(this.record.instances.indexOf(machine.record), 1);
    this.context.save();
    this.context.changed();
    await machine.remove();
    // The address of a single machine stays its interface's.
    this.addresses.release(this.#owner(machine.name));
    this.context.log(`${machine.name} is deleted`);
  }

  async #scaleOut(model: ScaleSetModel): Promise<void> {
    const used = new Set(this.#machines.map(({ record }) => record.number));
    const created: Machine[] = [];
    for (let number = 0; this.#machines.length < model.capacity; number++) {
      if (used.has(number)) continue;
      created.push(this.#create(number, model, emptiestZone(model.zones, this.#machines)));
    }
    throwFirst(
      await inParallel(created, PARALLEL, async (machine) => {
        await machine.boot();
        await machine.apply(model.machine);
      }),
    );
  }

  #create(number: number, model: ScaleSetModel, zone: string | undefined): Machine {
    const { single } = model;
    const name = single?.name ?? instanceName(model.computerNamePrefix, this.record.id, number);
    const instance: InstanceRecord = {
      number,
      name,
      ...(zone === undefined ? {} : { zone }),
      address: this.addresses.allocate(single?.addressOwner ?? this.#owner(name)),
      off: false,
      model: model.machine,
      extensions: {},
    };
    const machine = new Machine(instance, this.record.id, this.context);
    this.#machines.push(machine);
    this.record.instances.push(instance);
    this.context.save();
    this.context.changed();
    return machine;
  }

  /** New machines for a batch, in the same zones, under numbers that nobody has had. */
  async #replacements(batch: readonly Machine[], model: ScaleSetModel): Promise<Machine[]> {
    const created = batch.map(({ record: { zone } }) => {
      const highest = Math.max(...this.#machines.map(({ record }) => record.number));
      return this.#create(highest + 1, model, zone);
    });
    throwFirst(await inParallel(created, PARALLEL, (machine) => machine.boot()));
    return created;
  }

  async #upgrade(scaleSet: ScaleSetModel): Promise<void> {
    const { machine: model, upgrade: policy, single } = scaleSet;
    // What never served can't be interrupted, so no policy applies to it.
    const fresh = this.#machines.filter((machine) => machine.neverServed && machine.needs(model));
    throwFirst(
      await inParallel(fresh, PARALLEL, async (machine) => {
        await machine.boot();
        await machine.apply(model);
      }),
    );
    const outdated = this.#machines.filter((machine) => machine.needs(model));
    if (outdated.length === 0 || policy.mode === "Manual") return;
    if (policy.mode === "Automatic") {
      // Extensions of a single machine that is off are refused; a scale set's wait for its next start.
      const powered = single ? outdated : outdated.filter((machine) => machine.powered);
      throwFirst(await inParallel(powered, PARALLEL, (machine) => machine.apply(model)));
      return;
    }
    await rollingUpgrade({
      all: this.#machines,
      outdated,
      model,
      policy,
      ...(policy.maxSurge
        ? {
            surge: {
              create: (batch: readonly Machine[]) => this.#replacements(batch, scaleSet),
              remove: (batch: readonly Machine[]) => this.#remove(batch),
            },
          }
        : {}),
      pauseScale: this.context.settings.pauseScale ?? PAUSE_SCALE,
      signal: this.context.ending(),
      log: (message) => this.context.log(message),
    });
  }

  #owner(machineName: string): string {
    return `${this.record.id.toLowerCase()}/virtualmachines/${machineName}`;
  }
}

/** A name that no machine has, told with those that there are. */
export function noSuchMachine(name: string, machines: readonly Machine[]): AzureError {
  const known = machines.map((machine) => machine.name).join(", ") || "none";
  return new AzureError(
    "ResourceNotFound",
    `There is no machine ${JSON.stringify(name)} in this sandbox; machines: ${known}.`,
  );
}
