/**
 * The only file that reaches into parts of the Pulumi SDK that it does not document. Written against 3.270.
 *
 * The SDK's own `setMocks` lets a test see type, name and inputs, but not parent, options, secrets or component
 * outputs (pulumi/pulumi#14421), and it keeps one process-wide state. Both gaps are closed here.
 */
import type * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";

export { MockMonitor, type MockResourceArgs, type MockResourceResult, type Mocks } from "@pulumi/pulumi/runtime/mocks";

/** A `google.protobuf.Struct`, as far as it is used. */
interface Struct {
  toJavaScript(): Record<string, unknown>;
}

interface UrnList {
  getUrnsList(): string[];
}

/** The getters of `pulumirpc.RegisterResourceRequest` that a recording reads. */
export interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getRemote(): boolean;
  getObject(): Struct;
  getImportid(): string;
  hasProtect(): boolean;
  getProtect(): boolean;
  hasRetainondelete(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { entries(): Iterable<[string, UrnList]> };
  getAliasesList(): {
    getUrn(): string;
    getSpec():
      | {
          getName(): string;
          getType(): string;
          getStack(): string;
          getProject(): string;
          getParenturn(): string;
          getNoparent(): boolean;
        }
      | undefined;
  }[];
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string; getRead(): string } | undefined;
  getHooks():
    | {
        getBeforeCreateList(): string[];
        getAfterCreateList(): string[];
        getBeforeUpdateList(): string[];
        getAfterUpdateList(): string[];
        getBeforeDeleteList(): string[];
        getAfterDeleteList(): string[];
        getOnErrorList(): string[];
      }
    | undefined;
  getProvider(): string;
  getVersion(): string;
}

/** The getters of `pulumirpc.ReadResourceRequest` that a recording reads. */
export interface ReadRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getId(): string;
  getProperties(): Struct;
}

export interface OutputsRequest {
  getUrn(): string;
  getOutputs(): Struct;
}

export interface InvokeRequest {
  getTok(): string;
  getArgs(): Struct;
}

export type Callback = (error: unknown, response: unknown) => void;

/** Per-program state that the SDK keeps in `AsyncLocalStorage` for inline programs of the Automation API. */
interface Store {
  settings: { monitor: unknown; rpcDone: Promise<unknown> };
  config: Record<string, string>;
  logErrorCount: number;
}

const internals = {
  ...(state as unknown as { withLocalStorage<T>(body: () => Promise<T>): Promise<T>; getStore(): Store }),
  ...(settings as unknown as { awaitFeatureSupport(): Promise<void>; waitForRPCs(): Promise<void> }),
  ...(debuggable as unknown as { leakedPromises(): [Set<unknown>, string] }),
};

export interface ProgramIdentity {
  project: string;
  stack: string;
  organization: string;
  preview: boolean;
}

/**
 * Runs `body` with a runtime state of its own: monitor, stack resource, pending calls and configuration belong to it
 * alone, so that whatever a program leaves running can't reach the next one.
 */
export function withOwnRuntime<T>(identity: ProgramIdentity, monitor: unknown, body: () => Promise<T>): Promise<T> {
  const inherited = { ...internals.getStore().config };
  const globals = globalThis as { stackResource?: unknown };
  const outerStack = globals.stackResource;
  return internals.withLocalStorage(async () => {
    // "mock" is the address by which the SDK knows that there is no engine to dial.
    settings.resetOptions(identity.project, identity.stack, -1, "", "mock", identity.preview, identity.organization);
    const store = internals.getStore();
    store.settings.monitor = monitor;
    Object.assign(store.config, inherited);
    // Without it secrets and aliases are flattened.
    await internals.awaitFeatureSupport();
    try {
      return await body();
    } finally {
      settings.disconnectSync();
      globals.stackResource = outerStack;
    }
  });
}

/** Resolves when no registration, output registration or invoke is under way. */
export const waitForRpcs = (): Promise<void> => internals.waitForRPCs();

/** How many `pulumi.log.error` calls the program made; the engine fails a deployment for one. */
export const loggedErrors = (): number => internals.getStore().logErrorCount;

/** The SDK's account of what the program still waits for, such as a cycle between two resources. */
export function pendingWork(): string {
  return internals.leakedPromises()[1] || "A promise that the program awaits never settled.";
}

/**
 * Whether the class itself called `registerOutputs`. The SDK calls it too, a few microtasks after the constructor,
 * so the answer counts only in the microtask right after construction.
 */
export const hasRegisteredOutputs = (resource: pulumi.Resource): boolean =>
  (resource as unknown as { __registered?: unknown }).__registered === true;

/** What `Output` carries besides its value. */
export interface OutputInternals<T> {
  promise(): Promise<T | undefined>;
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
}

export const outputInternals = <T>(output: pulumi.Output<T>): OutputInternals<T> =>
  output as unknown as OutputInternals<T>;
