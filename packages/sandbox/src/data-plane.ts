import type { StoredResource } from "./azure/resource-store";
import type { BlobFiles, GalleryPackages } from "./storage";
import type { SecretVersions } from "./vault";

/** A machine of the sandbox, as `windows-ha sandbox machines` shows it. */
export interface MachineStatus {
  /** The machine's (computer) name. */
  name: string;
  /** ARM id of the scale set or the virtual machine that it belongs to. */
  owner: string;
  zone: string | undefined;
  /** The loopback address that stands for its private address. */
  address: string;
  /** `starting`: its extension runs · `running` · `failed`: its extension failed · `stopped`: powered off. */
  power: "starting" | "running" | "failed" | "stopped";
  /** The health extension's view. */
  health: "healthy" | "unhealthy" | "unknown";
  /** Version of the service that the agent reports, if any. */
  version: string | undefined;
  /** What Consul on it is, by its own word; absent without Consul. */
  consul?: "leader" | "follower" | "client" | "no leader";
  /** Why it failed, for `failed`. */
  message?: string;
}

/** A front end of a load balancer that listens. */
export interface FrontEndStatus {
  loadBalancer: string;
  rule: string;
  /** Loopback address that stands for the front end's private or public address. */
  address: string;
  port: number;
  /** Set when it can't listen, with the reason. */
  error?: string;
  backEnds: { machine: string; address: string; port: number; state: "up" | "down" | "unknown" }[];
}

/** A cluster of Kubernetes that runs here. */
export interface ClusterStatus {
  /** Its name in Azure. */
  name: string;
  /** Where its API server answers. */
  server: string;
  /** File for kubectl, of its administrator. */
  kubeconfig: string;
}

/** How the clusters of Kubernetes are reached that run here. */
export interface ClusterAccess {
  list(): ClusterStatus[];
  /** Where a cluster's API server answers, and who signed its certificate, in PEM; undefined where none runs. */
  accessOf(id: string): { server: string; authority: string } | undefined;
  /** What proves to the API server at this address that one is who deploys; undefined for any other's. Throws for one that should run here. */
  credentialOf(server: string): { token: string } | undefined;
}

/** The half of the sandbox that turns declared resources into processes and listening sockets. */
export interface DataPlane {
  /** Starts listening and boots the machines that the store declares. */
  start(): Promise<void>;
  /** Ends every process and socket. What is declared stays declared. */
  stop(): Promise<void>;

  /** The contents of the storage accounts' blobs. */
  readonly blobs: BlobFiles;
  /** The packages of the galleries' applications. */
  readonly packages: GalleryPackages;
  /** The values of the key vaults' secrets. */
  readonly secrets: Pick<SecretVersions, "keep" | "get">;
  readonly clusters: ClusterAccess;

  /** The loopback address that stands for a front end's or interface's address; the same owner always gets the same one. */
  allocateAddress(owner: string): string;
  releaseAddress(owner: string): void;
  /** Where an address of a declared vault or storage account leads here; undefined for any other. */
  localUrl(url: string): string | undefined;

  /** What would make this fail here, found before anything is created; empty when nothing. */
  preflight(resource: Pick<StoredResource, "type" | "name" | "inputs">): string[];
  /**
   * Brings the machines to what the scale set declares, one batch after the other as its upgrade policy says; or the one
   * machine to what the virtual machine, its interfaces and its extensions declare; or a cluster of Kubernetes to what it
   * and its pools declare.
   * @throws AzureError when a machine's extension fails, with Azure's code and the agent's reason.
   */
  putMachines(owner: StoredResource): Promise<void>;
  deleteMachines(owner: StoredResource): Promise<void>;

  machines(): MachineStatus[];
  frontEnds(): FrontEndStatus[];
  /** Cuts the machine's power: every process of it ends at once. */
  stopMachine(name: string): Promise<void>;
  /** Boots a stopped machine: its services start as after a reboot. */
  startMachine(name: string): Promise<void>;
  /** Log files of a machine: the service's output and the agent's. */
  machineLogs(name: string): { name: string; file: string }[];
}
