import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive as isProcessAlive } from "../../../packages/sandbox/dist/daemon/process-identity";
// The compiled one: it starts a program that lies beside it.
import {
  ControlPlane,
  findPrograms,
  TENDED,
  type ControlPlaneOptions,
} from "../../../packages/sandbox/dist/kubernetes/control-plane";

export { findPrograms, TENDED };
export type { Answer, KubernetesObject } from "../../../packages/sandbox/dist/kubernetes/control-plane";

let count = 0;

/** An address that no sandbox takes, and no other process of the tests. */
export function testAddress(): string {
  count += 1;
  return `127.60.${1 + (process.pid % 250)}.${count}`;
}

export interface TestPlane {
  plane: ControlPlane;
  options: ControlPlaneOptions;
  /** Removes its folder. */
  remove: () => void;
}

/** The sandbox's control plane, in a folder of its own. */
export function testControlPlane(changes: Partial<ControlPlaneOptions> = {}): TestPlane {
  const folder = mkdtempSync(join(tmpdir(), "wha-kubernetes-"));
  const options = {
    folder,
    address: testAddress(),
    name: "test.hcp.westeurope.azmk8s.io",
    issuer: "https://issuer.example.com/",
    podCidr: "10.244.0.0/16",
    serviceCidr: "10.100.0.0/16",
    programs: findPrograms(process.env)!,
    log: () => undefined,
    ...changes,
  };
  return {
    plane: new ControlPlane(options),
    options,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether it runs; one that ended and that nobody asked about doesn't. */
export function isAlive(processId: number): boolean {
  return isProcessAlive({ pid: processId });
}
