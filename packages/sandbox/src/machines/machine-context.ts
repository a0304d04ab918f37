import type { SandboxLayout, SandboxSettings } from "../layout";
import type { AccessTokens } from "../storage";
import type { Vaults } from "../vault";
import type { GalleryVersion } from "./machine-applications";
import type { HostPlatform } from "./host-platform";
import type { InstanceRecord } from "./plane-state";
import type { ConsulHere } from "./render-host-consul";
import type { HostRun } from "./run-host-agent";

/** Settings that a user may change for the data plane, besides what `publish` registers. */
export interface DataPlaneSettings extends SandboxSettings {
  /** Factor on the pause between the batches of a rolling upgrade. @default 1/60 */
  pauseScale?: number;
  /** Whether a probe's answer other than 200 takes a machine out without waiting for the threshold. @default false */
  non200AtOnce?: boolean;
}

/** What every machine gets from the data plane. */
export interface MachineContext {
  layout: SandboxLayout;
  settings: DataPlaneSettings;
  /** What machines get tokens of their identities from. */
  tokens: AccessTokens;
  /** Where machines read secrets. */
  vaults: Pick<Vaults, "localUrl">;
  /** What is different for Consul on a machine. */
  consulHere(record: Pick<InstanceRecord, "address" | "model">): ConsulHere;
  /** A version of a gallery's application, by its ARM id. */
  galleryVersion(id: string): GalleryVersion | undefined;
  /** The longest wait for a machine that lets its deletion begin. */
  terminateNoticeMs(): number;
  /** @throws Error where machines can't run. */
  host: () => HostPlatform;
  /** File of the agent that is the machines' init process. */
  agentFile(): string;
  /** Aborted when the sandbox ends. */
  ending(): AbortSignal;
  log(message: string): void;
  /** The instance data changed. */
  save(): void;
  /** Something changed that the load balancers look at. */
  changed(): void;
}

/** What everything that runs the agent on a machine has to know. @throws Error where machines can't run. */
export function surroundingsOf(
  context: MachineContext,
  record: InstanceRecord,
  env: Record<string, string>,
): Omit<HostRun, "folder" | "sequence" | "signal"> {
  const { layout, settings, vaults, host } = context;
  return { layout, settings, vaults, host: host(), consul: context.consulHere(record), env };
}
