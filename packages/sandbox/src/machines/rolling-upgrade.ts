import { setTimeout as sleep } from "node:timers/promises";
import { AzureError } from "../azure/azure-error";
import type { MachineHealth } from "./health-extension";
import { inParallel, throwFirst } from "./in-parallel";
import type { MachineModel, UpgradePolicy } from "./scale-set-model";

/** What a rolling upgrade has to know of a machine. */
export interface UpgradableMachine {
  name: string;
  record: { zone?: string };
  powered: boolean;
  health: MachineHealth;
  apply(model: MachineModel): Promise<void>;
  freshHealth(signal: AbortSignal): Promise<MachineHealth>;
}

export interface RollingUpgrade<T extends UpgradableMachine = UpgradableMachine> {
  /** All machines of the scale set, also those that come and go meanwhile. */
  all: readonly T[];
  /** Those that haven't the model yet. */
  outdated: readonly T[];
  model: MachineModel;
  policy: UpgradePolicy;
  /** With it machines are replaced instead of changed. */
  surge?: Surge<T>;
  /** Factor on the pause between batches. */
  pauseScale: number;
  signal: AbortSignal;
  log: (message: string) => void;
}

/** How an upgrade replaces a batch. */
export interface Surge<T> {
  /** New machines in place of these, booted and still bare. */
  create(batch: readonly T[]): Promise<T[]>;
  /** Deletes the replaced ones, after their notice. */
  remove(batch: readonly T[]): Promise<void>;
}

/** The order of an upgrade: zone by zone unless the policy crosses zones, unhealthy machines first if it says so. */
export function upgradeBatches<T extends Pick<UpgradableMachine, "record" | "health">>(
  outdated: readonly T[],
  capacity: number,
  policy: Pick<UpgradePolicy, "maxBatchInstancePercent" | "enableCrossZoneUpgrade" | "prioritizeUnhealthyInstances">,
): T[][] {
  const size = Math.max(1, Math.floor((capacity * policy.maxBatchInstancePercent) / 100));
  const zoneOf = ({ record }: T) => (policy.enableCrossZoneUpgrade ? "" : (record.zone ?? ""));
  const rank = ({ health }: T) => (policy.prioritizeUnhealthyInstances && health !== "healthy" ? 0 : 1);
  const inOrder = [...outdated].sort((a, b) => rank(a) - rank(b));
  const zones = [...new Set(inOrder.map(zoneOf))];
  return zones.flatMap((zone) => {
    const members = inOrder.filter((machine) => zoneOf(machine) === zone);
    return Array.from({ length: Math.ceil(members.length / size) }, (_, batch) =>
      members.slice(batch * size, (batch + 1) * size),
    );
  });
}

/**
 * Upgrades batch by batch. The first failure stops it: machines of later batches keep their model.
 * @throws AzureError with Azure's code for what stopped it.
 */
export async function rollingUpgrade<T extends UpgradableMachine>(upgrade: RollingUpgrade<T>): Promise<void> {
  const { all, outdated, model, policy, surge, pauseScale, signal, log } = upgrade;
  for (const { name } of outdated.filter((machine) => !machine.powered)) {
    log(`${name} has no power: it gets the new model when it starts`);
  }
  // A machine that just booted hasn't been asked often enough yet.
  await Promise.all(
    all.filter(({ powered, health }) => powered && health !== "healthy").map((machine) => machine.freshHealth(signal)),
  );
  requireHealth(all, policy.maxUnhealthyInstancePercent, "MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade");

  const batches = upgradeBatches(
    outdated.filter((machine) => machine.powered),
    all.length,
    policy,
  );
  const upgraded: UpgradableMachine[] = [];
  for (const [index, batch] of batches.entries()) {
    if (index > 0) await pause(policy.pauseBetweenBatchesSeconds * pauseScale * 1000, signal);
    if (signal.aborted) throw new AzureError("OperationPreempted", "The rolling upgrade was ended with the sandbox.");
    log(`rolling upgrade: batch ${index + 1} of ${batches.length}: ${batch.map(({ name }) => name).join(", ")}`);
    const renewed = surge ? await surge.create(batch) : batch;
    throwFirst(await inParallel(renewed, renewed.length, (machine) => machine.apply(model)));
    await Promise.all(renewed.map((machine) => machine.freshHealth(signal)));
    upgraded.push(...renewed);
    requireHealth(
      upgraded,
      policy.maxUnhealthyUpgradedInstancePercent,
      "MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade",
    );
    requireHealth(all, policy.maxUnhealthyInstancePercent, "MaxUnhealthyInstancePercentExceededInRollingUpgrade");
    await surge?.remove(batch);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

function requireHealth(machines: readonly UpgradableMachine[], allowedPercent: number, code: string): void {
  const unhealthy = machines.filter(({ health }) => health !== "healthy");
  const percent = (unhealthy.length / machines.length) * 100;
  if (machines.length === 0 || percent <= allowedPercent) return;
  const limit = code.replace(/Exceeded.*$/, "");
  throw new AzureError(
    code,
    `Rolling Upgrade failed after exceeding the ${limit} value defined in the RollingUpgradePolicy. ` +
      `${Math.round(percent)}% of instances are in unhealthy state - more than the threshold of ${allowedPercent}% ` +
      `configured in the RollingUpgradePolicy. The most impactful error is: Instance found to be unhealthy or ` +
      `unreachable (${unhealthy.map(({ name, health }) => `${name}: ${health}`).join(", ")}).`,
  );
}
