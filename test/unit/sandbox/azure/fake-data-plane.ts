import type { DataPlane } from "../../../../packages/sandbox/src/data-plane";
import type { BlobSource } from "../../../../packages/sandbox/src/storage/blob-files";
import type { SecretVersion } from "../../../../packages/sandbox/src/vault/secret-versions";
import type { StoredResource } from "../../../../packages/sandbox/src/azure/resource-store";

/** A data plane without machines that remembers what it was asked for. */
export class FakeDataPlane implements DataPlane {
  /** `put <name>`, `delete <name>`, `release <owner>`, in the order of the calls. */
  readonly calls: string[] = [];
  readonly put: { desired: StoredResource }[] = [];
  /** What `preflight` was shown last. */
  preflighted: Pick<StoredResource, "type" | "name" | "inputs"> | undefined;
  /** What `preflight` answers. */
  preflightFailures: string[] = [];
  /** What the next `putMachines` fails with. */
  putError: Error | undefined;
  readonly #addresses = new Map<string, string>();

  /** What was kept of blobs. */
  readonly keptFiles: BlobSource[] = [];
  readonly blobs = {
    endpoint: (account: string): string => `http://127.100.0.1:7400/blobs/${account}`,
    localUrl: (): undefined => undefined,
    keep: async (source: BlobSource): Promise<void> => {
      this.keptFiles.push(source);
    },
  };

  /** What was kept of galleries' packages. */
  readonly keptPackages: { versionId: string; mediaLink: string; principalIds: readonly string[] }[] = [];
  readonly packages = {
    keep: async (versionId: string, mediaLink: string, principalIds: readonly string[]): Promise<void> => {
      this.keptPackages.push({ versionId, mediaLink, principalIds });
    },
  };

  /** What was kept of secrets, by their ids. */
  readonly keptSecrets: { id: string; value: string; version: string }[] = [];
  readonly secrets = {
    keep: (id: string, value: string): string => {
      const version = String(this.keptSecrets.length + 1).padStart(32, "0");
      this.keptSecrets.push({ id, value, version });
      return version;
    },
    get: (id: string): SecretVersion | undefined => {
      const found = this.keptSecrets.findLast((secret) => secret.id === id);
      return found && { ...found, contentType: undefined, createdAt: 0 };
    },
  };

  /** Where API servers answer, by the ids of their clusters. */
  readonly apiServers = new Map<string, { server: string; authority: string }>();
  readonly clusters = {
    list: (): [] => [],
    accessOf: (id: string): { server: string; authority: string } | undefined => this.apiServers.get(id),
    credentialOf: (): undefined => undefined,
  };

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  localUrl(): undefined {}

  allocateAddress(owner: string): string {
    const known = this.#addresses.get(owner);
    if (known) return known;
    const address = `127.100.1.${this.#addresses.size + 1}`;
    this.#addresses.set(owner, address);
    return address;
  }

  releaseAddress(owner: string): void {
    this.calls.push(`release ${owner}`);
    this.#addresses.delete(owner);
  }

  preflight(scaleSet: Pick<StoredResource, "type" | "name" | "inputs">): string[] {
    this.preflighted = scaleSet;
    return this.preflightFailures;
  }

  async putMachines(desired: StoredResource): Promise<void> {
    this.calls.push(`put ${desired.name}`);
    this.put.push({ desired });
    const error = this.putError;
    this.putError = undefined;
    if (error) throw error;
  }

  async deleteMachines(scaleSet: StoredResource): Promise<void> {
    this.calls.push(`delete ${scaleSet.name}`);
  }

  machines(): [] {
    return [];
  }
  frontEnds(): [] {
    return [];
  }
  async stopMachine(): Promise<void> {}
  async startMachine(): Promise<void> {}
  machineLogs(): [] {
    return [];
  }
}
