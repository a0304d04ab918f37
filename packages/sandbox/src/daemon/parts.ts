import type { ProfileEffects } from "../azure/profile";
import type { ResourceStore } from "../azure/resource-store";
import type { DataPlane } from "../data-plane";
import type { SandboxLayout, SandboxSettings } from "../layout";
import type { AccessTokens } from "../storage";
import type { Log } from "./daemon-log";

/** What the daemon keeps for its parts. The settings change while it runs: parts look at them when they need them. */
export interface DaemonContext {
  layout: SandboxLayout;
  settings: SandboxSettings;
  store: ResourceStore;
  /** What machines prove their identity with. */
  tokens: AccessTokens;
  /** How slow and how moody the emulated Azure is. */
  profile: ProfileEffects;
  log: Log;
}

/** A provider stand-in that listens. */
export interface RunningProvider {
  port: number;
  close(): Promise<void>;
}

/** What the daemon is put together from. */
export interface DaemonParts {
  createDataPlane(context: DaemonContext): DataPlane;
  /** Starts the provider stand-ins, by Pulumi package. */
  startProviders(context: DaemonContext & { dataPlane: DataPlane }): Promise<Record<string, RunningProvider>>;
}
