import type { DataPlane } from "../../../../packages/sandbox/src/data-plane";
import type { StoredResource } from "../../../../packages/sandbox/src/azure/resource-store";

/** A data plane without machines that remembers what it was asked for. */
export class FakeDataPlane implements DataPlane {
  /** `put <name>`, `delete <name>`, `release <owner>`, in the order of the calls. */
  readonly calls: string[] = [];
  readonly put: { desired: StoredResource; previous: StoredResource | undefined }[] = [];
  /** What `preflight` was shown last. */
  preflighted: Pick<StoredResource, "name" | "inputs"> | undefined;
  /** What `preflight` answers. */
  preflightFailures: string[] = [];
  /** What the next `putScaleSet` fails with. */
  putError: Error | undefined;
  readonly #addresses = new Map<string, string>();

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

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

  preflight(scaleSet: Pick<StoredResource, "name" | "inputs">): string[] {
    this.preflighted = scaleSet;
    return this.preflightFailures;
  }

  async putScaleSet(desired: StoredResource, previous: StoredResource | undefined): Promise<void> {
    this.calls.push(`put ${desired.name}`);
    this.put.push({ desired, previous });
    const error = this.putError;
    this.putError = undefined;
    if (error) throw error;
  }

  async deleteScaleSet(scaleSet: StoredResource): Promise<void> {
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
