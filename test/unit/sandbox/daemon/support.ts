import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataPlane } from "../../../../packages/sandbox/src/data-plane";
import type { DaemonParts } from "../../../../packages/sandbox/src/daemon/parts";

/** A new folder for each test of the surrounding `describe`, gone after it. */
export function temporaryFolder(): () => string {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "windows-ha-test-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}

/** Parts that start nothing and write down what is asked of them. */
export function recordingParts(overrides: Partial<DataPlane> = {}): { parts: DaemonParts; calls: string[] } {
  const calls: string[] = [];
  const note = (call: string) => void calls.push(call);
  const dataPlane: DataPlane = {
    start: async () => note("data plane starts"),
    stop: async () => note("data plane stops"),
    blobs: {
      localUrl: () => undefined,
      endpoint: (account) => `http://127.64.0.1:7400/blobs/${account}`,
      keep: async () => undefined,
    },
    packages: { keep: async () => undefined },
    secrets: { keep: () => "0".repeat(32), get: () => undefined },
    clusters: { list: () => [], accessOf: () => undefined, credentialOf: () => undefined },
    allocateAddress: () => "127.64.1.1",
    releaseAddress: () => undefined,
    localUrl: () => undefined,
    preflight: () => [],
    putMachines: async () => undefined,
    deleteMachines: async () => undefined,
    machines: () => [],
    frontEnds: () => [],
    stopMachine: async (name) => note(`power of ${name} cut`),
    startMachine: async (name) => note(`${name} boots`),
    machineLogs: (name) => [{ name: "service", file: `/logs/${name}` }],
    ...overrides,
  };
  const parts: DaemonParts = {
    createDataPlane: () => dataPlane,
    startProviders: async () => {
      note("providers start");
      return { "azure-native": { port: 4711, close: async () => note("providers close") } };
    },
  };
  return { parts, calls };
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected a failure, but it succeeded");
}
