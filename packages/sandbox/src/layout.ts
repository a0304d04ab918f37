import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where a sandbox keeps its things: everything below one folder. */
export interface SandboxLayout {
  folder: string;
  /** What `publish` registered, and the address block. */
  settings: string;
  /** The running daemon: process id, API address, token, provider ports. */
  daemon: string;
  daemonLog: string;
  /** The emulated Azure's resources. */
  resources: string;
  /** Values of the emulated key vaults, encrypted, and the key to them. */
  secrets: string;
  secretsKey: string;
  /** How slow and how moody the emulated Azure is, if the user says so. */
  profile: string;
  /** What the emulated Azure writes into storage accounts, one folder per account. */
  storage: string;
  /** What machines write into storage accounts, one folder per account and container. */
  blobs: string;
  /** Address allocation and machines' instance data. */
  dataPlane: string;
  /** One folder per machine. */
  machines: string;
  /** One folder per cluster of Kubernetes. */
  kubernetes: string;
  /** What data disks hold, one folder per disk: it stays when a machine goes. */
  disks: string;
  /** `<sha256>/<file name>`: files that the sandbox serves on loopback. */
  artifacts: string;
  /** Packages of the galleries' applications. */
  packages: string;
  /** Pulumi's file backend. */
  backend: string;
  pulumiHome: string;
  /** Put first on PATH by `exec`. */
  bin: string;
}

export function sandboxLayout(folder: string): SandboxLayout {
  return {
    folder,
    settings: join(folder, "settings.json"),
    daemon: join(folder, "daemon.json"),
    daemonLog: join(folder, "daemon.log"),
    resources: join(folder, "azure", "resources.json"),
    secrets: join(folder, "azure", "secrets.json"),
    secretsKey: join(folder, "azure", "secrets-key.json"),
    profile: join(folder, "profile.json"),
    storage: join(folder, "storage"),
    blobs: join(folder, "blobs"),
    disks: join(folder, "disks"),
    dataPlane: join(folder, "data-plane.json"),
    machines: join(folder, "machines"),
    kubernetes: join(folder, "kubernetes"),
    artifacts: join(folder, "artifacts"),
    packages: join(folder, "packages"),
    backend: join(folder, "backend"),
    pulumiHome: join(folder, "pulumi-home"),
    bin: join(folder, "bin"),
  };
}

/** A file that the sandbox serves for its Windows build, and runs as its host build. */
export interface PublishedArtifact {
  /** File name of the Windows build, the last segment of its address. */
  fileName: string;
  sha256: string;
  /** The same program built for this computer. */
  host: { fileName: string; sha256: string };
}

/** `settings.json` */
export interface SandboxSettings {
  /** Second byte of every address of this sandbox: 127.<block>.x.y. */
  block: number;
  /** Published files by the Windows build's SHA-256. */
  artifacts: Record<string, PublishedArtifact>;
  /** This computer's Consul, packed as its vendor does, which runs in place of whichever is declared. */
  consul?: PublishedConsul;
}

export interface PublishedConsul {
  version: string;
  fileName: string;
  /** Of the zip file. */
  sha256: string;
}

/** Port of the artifact server on 127.<block>.0.1. */
export const ARTIFACT_PORT = 7400;

/** The address at which the sandbox serves a published file. */
export function artifactUrl(block: number, sha256: string, fileName: string): string {
  return `http://127.${block}.0.1:${ARTIFACT_PORT}/artifacts/${sha256}/${encodeURIComponent(fileName)}`;
}

/** A block that rarely collides with another sandbox's on this computer; the daemon moves on when it does. */
export function preferredBlock(folder: string): number {
  return 64 + (createHash("sha256").update(folder).digest()[0]! % 160);
}
