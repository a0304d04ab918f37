import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { OutputTable, RecordMocks } from "./mock-answers";
import { RecordingMonitor } from "./monitor";
import type { Recording } from "./recording";
import { gatherUncaught } from "./rejections";
import { hasRegisteredOutputs, loggedErrors, pendingWork, waitForRpcs, withOwnRuntime } from "./sdk-internals";

/** How `record` runs a program. */
export interface RecordOptions {
  /**
   * Run as a preview: ids and computed outputs are unknown, as in the first `pulumi preview`. Finds code that breaks
   * when a value is not known yet.
   * @default false
   */
  preview?: boolean;
  /** @default "project" */
  project?: string;
  /** @default "stack" */
  stack?: string;
  /** @default "organization" */
  organization?: string;
  /** Stack configuration by full key, such as `{ "azure-native:location": "westeurope" }`, over the inherited one. */
  config?: Record<string, string>;
  /** Own answers to registrations and provider functions. @default inputs are echoed, the id is `<name>_id` */
  mocks?: RecordMocks;
  /**
   * Computed outputs by type token; a preview leaves them unknown.
   * @example { "azure-native:network:PublicIPAddress": () => ({ ipAddress: "203.0.113.7" }) }
   */
  outputs?: OutputTable;
  /** Seconds without any progress after which the program counts as hung. @default 5 */
  timeoutSeconds?: number;
}

/** Rejections follow an error within moments; no need to wait the whole time-out for the rest of a failed program. */
const settleAfterErrorSeconds = 0.25;

const insideRecording = new AsyncLocalStorage<true>();
let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs a Pulumi program against a recording engine and returns what it did: every resource with its inputs, options,
 * parent and secrets. No cloud, no Pulumi CLI.
 *
 * Each call has a runtime state of its own; calls that overlap run one after the other. The promise settles when all
 * registrations and outputs did. Resources that a timer creates are seen only if the program awaits them. Hooks and
 * `transforms` are not run.
 *
 * @param program Creates the resources. If it returns a plain object, its values become the stack outputs.
 * @throws the very error that the program threw, that an output or a mock rejected with, or that nobody caught; an
 *   error if the program called `pulumi.log.error`; an error that names the pending resources if the program hangs.
 * @example
 * const recording = await record(() => new WindowsHaCluster("orders", { service }));
 * Template.of(recording).resourceCountIs("azure-native:compute:VirtualMachineScaleSet", 1);
 */
export function record<T>(program: () => T | Promise<T>, options: RecordOptions = {}): Promise<Recording<T>> {
  if (insideRecording.getStore()) {
    return Promise.reject(new Error("record() was called by a program that is being recorded; await it outside"));
  }
  const recording = queue.then(() => insideRecording.run(true, () => runProgram(program, options)));
  queue = recording.catch(() => undefined);
  return recording;
}

/**
 * Records a program twice: as an update, and as a preview with unknown ids and outputs.
 *
 * @throws as {@link record} does for either run.
 */
export async function recordBoth<T>(
  program: () => T | Promise<T>,
  options: Omit<RecordOptions, "preview"> = {},
): Promise<{ update: Recording<T>; preview: Recording<T> }> {
  const update = await record(program, { ...options, preview: false });
  const preview = await record(program, { ...options, preview: true });
  return { update, preview };
}

async function runProgram<T>(program: () => T | Promise<T>, options: RecordOptions): Promise<Recording<T>> {
  const { project = "project", stack = "stack", organization = "organization", preview = false } = options;
  const identity = { project, stack, organization, preview };
  const monitor = new RecordingMonitor(identity, options.mocks ?? {}, options.outputs ?? {});
  const errors = new Set<unknown>();

  const result = await gatherUncaught(errors, () =>
    withOwnRuntime(identity, monitor, async () => {
      pulumi.runtime.setAllConfig({ ...pulumi.runtime.allConfig(), ...options.config });
      const explicit: pulumi.Resource[] = [];
      let returned: T | undefined;
      const run = pulumi.runtime
        .runInPulumiStack(async () => {
          noteRegisteredOutputs(explicit);
          returned = await program();
          return stackOutputs(returned);
        })
        .then(waitForRpcs)
        .catch((error: unknown) => void errors.add(error));
      await settled(run, monitor, errors, options.timeoutSeconds ?? 5);
      if (loggedErrors() > 0 && errors.size === 0) {
        errors.add(new Error(`the program logged ${loggedErrors()} error(s), which fails a deployment`));
      }
      if (errors.size === 0) await markRegisteredOutputs(monitor, explicit);
      return returned as T;
    }),
  );

  // The first error is the cause; the others are what depended on it.
  if (errors.size > 0) throw [...errors][0];
  const { registrations: resources, reads, calls } = monitor;
  return { project, stack, preview, resources, reads, calls, result, ...monitor.stackOutputs };
}

/** Waits for the program; a program without a request for the time-out, or with an error behind it, is given up. */
async function settled(run: Promise<void>, monitor: RecordingMonitor, errors: Set<unknown>, timeoutSeconds: number) {
  let finished = false;
  const done = run.then(() => (finished = true));
  let seen = -1;
  let idleSince = Date.now();
  while (!finished) {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([done, new Promise((resolve) => (timer = setTimeout(resolve, 20)))]);
    clearTimeout(timer); // It would keep a process that has nothing else to do.
    if (monitor.requests !== seen) idleSince = Date.now();
    seen = monitor.requests;
    const idleSeconds = (Date.now() - idleSince) / 1000;
    if (errors.size > 0 && idleSeconds >= settleAfterErrorSeconds) return;
    if (idleSeconds < timeoutSeconds || finished) continue;
    errors.add(
      new Error(
        `the program made no progress for ${timeoutSeconds} s (timeoutSeconds) and has not ended.\n${pendingWork()}`,
      ),
    );
    return;
  }
}

/** A stack transformation is the one place that sees every resource object while it is constructed. */
function noteRegisteredOutputs(explicit: pulumi.Resource[]): void {
  pulumi.runtime.registerStackTransformation(({ resource }) => {
    queueMicrotask(() => {
      if (hasRegisteredOutputs(resource)) explicit.push(resource);
    });
    return undefined;
  });
}

async function markRegisteredOutputs(monitor: RecordingMonitor, explicit: pulumi.Resource[]): Promise<void> {
  const urns = await Promise.all(
    explicit.map((resource) => new Promise<string>((resolve) => resource.urn.apply((urn) => resolve(urn)))),
  );
  for (const resource of monitor.registrations) resource.outputsRegistered ||= urns.includes(resource.urn);
}

function stackOutputs(returned: unknown): Record<string, unknown> {
  if (typeof returned !== "object" || returned === null || Object.getPrototypeOf(returned) !== Object.prototype) {
    return {};
  }
  return Object.fromEntries(Object.entries(returned).filter(([, value]) => !pulumi.Resource.isInstance(value)));
}
