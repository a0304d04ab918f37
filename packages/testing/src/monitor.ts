import { computedOutputs, type OutputTable, type RecordMocks } from "./mock-answers";
import { engineUrn, readRequest } from "./read-request";
import type { RecordedCall, RecordedRead, RecordedResource } from "./recording";
import {
  MockMonitor,
  type Callback,
  type InvokeRequest,
  type MockResourceArgs,
  type MockResourceResult,
  type OutputsRequest,
  type ProgramIdentity,
  type ReadRequest,
  type RegisterRequest,
} from "./sdk-internals";
import { decode, encodeUnknowns, isWireSecret, wireSecret, wireUnknown } from "./wire";

const stackType = "pulumi:pulumi:Stack";

/** Plays the engine: writes down every request and answers it as a provider would. */
export class RecordingMonitor extends MockMonitor {
  readonly registrations: RecordedResource[] = [];
  readonly reads: RecordedRead[] = [];
  readonly calls: RecordedCall[] = [];
  /** Counts requests, so that a program that makes progress can be told from one that hangs. */
  requests = 0;
  private stack: RecordedResource | undefined;

  constructor(
    private readonly identity: ProgramIdentity,
    private readonly custom: RecordMocks,
    private readonly outputTable: OutputTable,
  ) {
    super({
      newResource: (args) => this.answerRead(args),
      call: ({ token, inputs }) => {
        if (custom.call !== undefined)
          return custom.call({ token, inputs: decode(inputs as Record<string, unknown>).values });
        throw new Error(`the program called ${token}, and the recording has no answer; give one in mocks.call`);
      },
    });
    // Private in the SDK's typings, and wrong for a resource with more than one ancestor.
    Object.assign(this, {
      newUrn: (parent: string, type: string, name: string) =>
        engineUrn(identity.project, identity.stack, parent, type, name),
    });
  }

  /** What the stack registered as its outputs. */
  get stackOutputs(): Pick<RecordedResource, "outputs" | "outputSecretPaths"> {
    return this.stack ?? { outputs: {}, outputSecretPaths: [] };
  }

  override async registerResource(request: RegisterRequest, callback: Callback): Promise<void> {
    this.requests++;
    const urn = engineUrn(
      this.identity.project,
      this.identity.stack,
      request.getParent(),
      request.getType(),
      request.getName(),
    );
    const resource = readRequest(request, urn);
    if (resource.type === stackType) this.stack = resource;
    else this.registrations.push(resource);
    // The SDK hands its mocks only part of the request; this one answers for exactly this request.
    const answering = Object.create(this, {
      mocks: { value: { ...this.mocks, newResource: () => this.answer(resource, request) } },
    }) as RecordingMonitor;
    await super.registerResource.call(answering, request, (error: unknown, response: unknown) => {
      const known = this.resources.get(urn);
      if (resource.custom && known !== undefined) {
        const { values, secretPaths } = decode(known.state as Record<string, unknown>);
        Object.assign(resource, { outputs: values, outputSecretPaths: secretPaths, id: known.id ?? undefined });
      }
      callback(error, response);
    });
  }

  override async readResource(request: ReadRequest, callback: Callback): Promise<void> {
    this.requests++;
    this.reads.push({
      type: request.getType(),
      name: request.getName(),
      urn: engineUrn(
        this.identity.project,
        this.identity.stack,
        request.getParent(),
        request.getType(),
        request.getName(),
      ),
      id: decode({ id: request.getId() }).values.id,
    });
    await super.readResource(request, callback);
  }

  override async invoke(request: InvokeRequest, callback: Callback): Promise<void> {
    this.requests++;
    const { values: inputs, secretPaths } = decode(request.getArgs().toJavaScript());
    this.calls.push({ token: request.getTok(), inputs, secretPaths });
    // The SDK takes the message from `details`, where gRPC puts it.
    await super.invoke(request, (error, response) =>
      callback(error instanceof Error ? Object.assign(error, { details: error.message }) : error, response),
    );
  }

  override registerResourceOutputs(request: OutputsRequest, callback: Callback): void {
    this.requests++;
    const resource = [this.stack, ...this.registrations].find((known) => known?.urn === request.getUrn());
    if (resource !== undefined) {
      const { values, secretPaths } = decode(request.getOutputs().toJavaScript());
      Object.assign(resource, { outputs: values, outputSecretPaths: secretPaths });
    }
    super.registerResourceOutputs(request, callback);
  }

  /** Hooks are recorded by name on their resource and never run. The SDK's mock monitor lacks these three. */
  registerResourceHook(_request: unknown, callback: Callback): void {
    callback(null, {});
  }

  registerErrorHook(_request: unknown, callback: Callback): void {
    callback(null, {});
  }

  signalAndWaitForShutdown(_request: unknown, callback: Callback): void {
    callback(null, {});
  }

  private async answer(resource: RecordedResource, request: RegisterRequest): Promise<MockResourceResult> {
    const { type, name, custom } = resource;
    if (type === stackType) return { id: undefined, state: {} };
    const { preview } = this.identity;
    const wireInputs = request.getObject().toJavaScript();
    const inputs = decode(wireInputs).values;
    const own = await this.custom.newResource?.({ type, name, inputs, custom, preview, id: resource.importId });
    if (!custom) return { id: undefined, state: {} };

    const computed = preview ? {} : { ...computedOutputs(resource), ...this.outputTable[type]?.(inputs, name) };
    const state = { ...wireInputs, ...withUnknowns({ ...computed, ...own?.state }) };
    // As the engine does: an output is secret if its input is, or if the program said so.
    for (const [key, value] of Object.entries(wireInputs)) {
      if (isWireSecret(value)) state[key] = wireSecret(state[key]);
    }
    for (const key of resource.additionalSecretOutputs) {
      if (key in state || preview) state[key] = wireSecret(state[key] ?? wireUnknown);
    }
    return { id: own?.id ?? (preview ? undefined : (resource.importId ?? `${name}_id`)), state };
  }

  /** An existing resource is read in a preview too, so its outputs are known there. */
  private async answerRead(args: MockResourceArgs): Promise<MockResourceResult> {
    const { type, name, id } = args;
    const { preview } = this.identity;
    const inputs = decode(args.inputs as Record<string, unknown>).values;
    const own = await this.custom.newResource?.({ type, name, inputs, custom: true, preview, id });
    const computed = { ...computedOutputs({ type, name, inputs }), ...this.outputTable[type]?.(inputs, name) };
    return { id: own?.id ?? id, state: { ...inputs, ...withUnknowns({ ...computed, ...own?.state }) } };
  }
}

const withUnknowns = (state: Record<string, unknown>): Record<string, unknown> =>
  encodeUnknowns(state) as Record<string, unknown>;
