import type { RecordedAlias, RecordedResource } from "./recording";
import type { RegisterRequest } from "./sdk-internals";
import { decode } from "./wire";

const isStack = (urn: string): boolean => urn.split("::")[2] === "pulumi:pulumi:Stack";

/**
 * The URN as the engine makes it: the types of all ancestors but the stack, then the name. The SDK's mock monitor
 * keeps only the nearest ancestor's type.
 */
export function engineUrn(project: string, stack: string, parent: string, type: string, name: string): string {
  const chain = parent === "" || isStack(parent) ? type : `${parent.split("::")[2]}$${type}`;
  return `urn:pulumi:${stack}::${project}::${chain}::${name}`;
}

/** Everything a registration says, as a record. */
export function readRequest(request: RegisterRequest, urn: string): RecordedResource {
  const { values: inputs, secretPaths } = decode(request.getObject().toJavaScript());
  const parent = request.getParent();
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parentUrn: parent === "" || isStack(parent) ? undefined : parent,
    custom: request.getCustom(),
    remote: request.getRemote(),
    inputs,
    secretPaths,
    outputs: {},
    outputSecretPaths: [],
    outputsRegistered: request.getCustom(),
    id: undefined,
    importId: request.getImportid() || undefined,
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasesList().map(readAlias),
    customTimeouts: readTimeouts(request),
    dependsOn: request.getDependenciesList().toSorted(),
    propertyDependencies: readPropertyDependencies(request),
    hooks: readHooks(request),
    provider: providerUrn(request.getProvider()),
    version: request.getVersion() || undefined,
  };
}

type Alias = ReturnType<RegisterRequest["getAliasesList"]>[number];

function readAlias(alias: Alias): RecordedAlias {
  const spec = alias.getSpec();
  if (spec === undefined) return { urn: alias.getUrn() };
  return withoutEmpty({
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parentUrn: spec.getParenturn(),
    noParent: spec.getNoparent(),
  });
}

function readTimeouts(request: RegisterRequest): RecordedResource["customTimeouts"] {
  const timeouts = request.getCustomtimeouts();
  if (timeouts === undefined) return {};
  return withoutEmpty({
    create: timeouts.getCreate(),
    update: timeouts.getUpdate(),
    delete: timeouts.getDelete(),
    read: timeouts.getRead(),
  });
}

function readPropertyDependencies(request: RegisterRequest): Record<string, string[]> {
  return withoutEmpty(
    Object.fromEntries(
      [...request.getPropertydependenciesMap().entries()].map(([key, list]) => [key, list.getUrnsList().toSorted()]),
    ),
  );
}

function readHooks(request: RegisterRequest): Record<string, string[]> {
  const hooks = request.getHooks();
  if (hooks === undefined) return {};
  return withoutEmpty({
    beforeCreate: hooks.getBeforeCreateList(),
    afterCreate: hooks.getAfterCreateList(),
    beforeUpdate: hooks.getBeforeUpdateList(),
    afterUpdate: hooks.getAfterUpdateList(),
    beforeDelete: hooks.getBeforeDeleteList(),
    afterDelete: hooks.getAfterDeleteList(),
    onError: hooks.getOnErrorList(),
  });
}

/** A provider reference is `<urn>::<id>`. */
function providerUrn(reference: string): string | undefined {
  return reference === "" ? undefined : reference.slice(0, reference.lastIndexOf("::"));
}

/** Protobuf spells "not given" as "", false or an empty list. */
function withoutEmpty<T extends object>(fields: T): Partial<T> & Record<string, never> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value))),
  ) as Partial<T> & Record<string, never>;
}
