import type { OperationSpec } from "@azure/core-client";
import { SDKS } from "./clients";
import type { Operation } from "./operations";

/** The request that Microsoft's client makes of a model, after all its checks. */
export interface ArmRequest {
  path: string;
  apiVersion: string;
  /** The body in Azure Resource Manager's own, nested shape. */
  body: unknown;
}

type Call = (...args: unknown[]) => Promise<unknown>;

/** Lets Microsoft's client build the request. It throws what the client throws. */
export async function requestOf(operation: Operation, path: unknown[], model: unknown): Promise<ArmRequest> {
  const { client } = SDKS[operation.sdk];
  let sent: { url: string; body?: unknown } | undefined;
  const onResponse = ({ request }: { request: typeof sent }): unknown => (sent = request);
  await call(operation, [
    ...path,
    ...(operation.bodyInOptions ? [{ onResponse, body: model }] : [model, { onResponse }]),
  ]);
  if (!sent) throw new Error(`${client.constructor.name} sent nothing for ${operation.group}`);
  const url = new URL(sent.url);
  return {
    path: url.pathname,
    apiVersion: url.searchParams.get("api-version") ?? "",
    body: JSON.parse(sent.body as string),
  };
}

const specs = new Map<Operation, Promise<OperationSpec>>();

/** What the client knows about an operation: the mapper of its body, and all mappers that this one refers to. */
export function operationSpecOf(operation: Operation): Promise<OperationSpec> {
  const known = specs.get(operation) ?? catchSpec(operation);
  specs.set(operation, known);
  return known;
}

/** The client is handed the specification by `sendOperationRequest`; a stand-in before the client keeps it. */
function catchSpec(operation: Operation): Promise<OperationSpec> {
  const { client } = SDKS[operation.sdk];
  return new Promise<OperationSpec>((resolve, reject) => {
    const sendOperationRequest = (_args: unknown, spec: OperationSpec): Promise<never> => {
      resolve(spec);
      return Promise.reject(new Error("only the specification was wanted"));
    };
    const standIn: unknown = Object.create(client, { sendOperationRequest: { value: sendOperationRequest } });
    const operations = Object.create(groupOf(operation), { client: { value: standIn } }) as object;
    callOn(operations, operation, [...operation.path, {}]).catch(reject);
  });
}

function call(operation: Operation, args: unknown[]): Promise<unknown> {
  return callOn(groupOf(operation), operation, args);
}

function callOn(operations: object, { sdk, group, method }: Operation, args: unknown[]): Promise<unknown> {
  const action = (operations as Record<string, Call | undefined>)[method];
  if (!action) throw new Error(`@azure/arm-${sdk} has no ${group}.${method}; correct its row in operations.ts`);
  return action.apply(operations, args);
}

function groupOf({ sdk, group }: Operation): object {
  const operations = (SDKS[sdk].client as unknown as Record<string, object | undefined>)[group];
  if (!operations) throw new Error(`@azure/arm-${sdk} has no ${group}; correct its row in operations.ts`);
  return operations;
}
