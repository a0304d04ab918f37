import type { ClusterStatus, FrontEndStatus, MachineStatus } from "../data-plane";
import type { PublishedArtifact, PublishedConsul } from "../layout";
import type { ProcessIdentity } from "./process-identity";

/** `daemon.json`: how to reach the running daemon. Readable by its owner only, for the token. */
export interface DaemonRecord extends ProcessIdentity {
  /** Address of the control API. */
  api: string;
  /** What the control API asks for in `Authorization: Bearer …`. */
  token: string;
  /** Ports of the provider stand-ins, by Pulumi package. */
  providers: Record<string, number>;
  version: string;
}

export interface SandboxStatus {
  folder: string;
  version: string;
  pid: number;
  /** ISO 8601 */
  startedAt: string;
  /** Second byte of every address: 127.<block>.x.y. */
  block: number;
  /** Resources that the emulated Azure holds. */
  resources: number;
  machines: MachineStatus[];
  frontEnds: FrontEndStatus[];
  /** Clusters of Kubernetes that run here. */
  clusters: ClusterStatus[];
  /** What can't be had on this computer, each with its reason. */
  missing: string[];
}

export interface MachineLog {
  name: string;
  file: string;
}

/** The control API: what may be asked for, with the type of the answer. */
export interface ControlApi {
  status(): Promise<SandboxStatus>;
  register(artifact: PublishedArtifact): { url: string };
  registerConsul(consul: PublishedConsul): void;
  stopMachine(name: string): Promise<void>;
  startMachine(name: string): Promise<void>;
  machineLogs(name: string): MachineLog[];
}
