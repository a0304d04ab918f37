import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import {
  CERTIFICATE_PATH,
  checkKubernetesTexts,
  checkShape,
  podArgumentText,
  podEnvironmentText,
  secretClasses,
  secretObjects,
  secretSources,
  SERVICE_FIELD,
  vaultSecretParts,
  workloadNames,
  type NamedSource,
  type SecretClass,
  type WindowsWorkloadSpec,
  type WorkloadInputs,
} from "@windows-ha/spec";
import { InvalidArgumentsError } from "../common/invalid-arguments";
import { onDemand } from "../common/on-demand";
import type { WindowsWorkloadArgs } from "./workload-args";

/** File of a certificate with its key; secrets have other names. */
const CERTIFICATE_FILE = "TLS_CERTIFICATE";

/** What of a workload may come from other resources, as Kubernetes gets it. */
export function workloadInputs(
  name: string,
  args: WindowsWorkloadArgs,
  spec: WindowsWorkloadSpec,
  parent: pulumi.Resource,
): WorkloadInputs {
  const { service, sidecars = [], identity } = args;
  const { port } = spec.service;
  const environment = pulumi.output(service.environment ?? {}).apply((variables) => {
    failOnEnvironment(name, variables, parent);
    return mapValues(variables, (text) => podEnvironmentText(text, port));
  });
  const classes = classesOf(spec);
  const certificate = classes.find(({ files }) => files.includes(CERTIFICATE_FILE));
  return {
    image: service.image,
    sidecarImages: sidecars.map(({ image }) => image),
    arguments: (service.arguments ?? []).map((text) =>
      pulumi.output(text).apply((known) => podArgumentText(known, port)),
    ),
    environment,
    configurationHash: environment.apply(hashOf),
    secretClasses: classes,
    ...(certificate ? { certificate: { secretClass: certificate.name, file: CERTIFICATE_FILE } } : {}),
    ...(identity ? { identity: { clientId: identity.clientId, tenantId: tenantOf(identity, parent) } } : {}),
  };
}

/** What another resource brings is looked at as soon as it is known. */
function failOnEnvironment(name: string, environment: Record<string, string>, resource: pulumi.Resource): void {
  const findings = [
    ...checkShape(SERVICE_FIELD.fields["environment"]!, environment, "service.environment"),
    ...checkKubernetesTexts({ environment }),
  ];
  if (findings.length === 0) return;
  throw new InvalidArgumentsError(`WindowsWorkload "${name}"`, findings, { resource, outcome: "no pod was changed" });
}

function mapValues(values: Record<string, string>, map: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, text]) => [key, map(text)]));
}

/** Pods read their environment when they start: another one has to start others. */
function hashOf(environment: Record<string, string>): string {
  const sorted = Object.entries(environment).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}

function tenantOf(
  { tenantId }: NonNullable<WindowsWorkloadArgs["identity"]>,
  parent: pulumi.Resource,
): pulumi.Input<string> {
  return tenantId ?? onDemand.authorization.getClientConfigOutput({ parent }).tenantId;
}

const fileOf = ({ name, path }: NamedSource): string => (path === CERTIFICATE_PATH ? CERTIFICATE_FILE : name!);

/** Secrets of known vaults by vault; one whose address another resource brings has a class of its own. */
function classesOf(spec: WindowsWorkloadSpec): SecretClass[] {
  const { name } = workloadNames(spec);
  const sources = secretSources(spec.service);
  const known = sources.flatMap((source) =>
    typeof source.source.url === "string" ? [{ file: fileOf(source), url: source.source.url }] : [],
  );
  const later = sources.filter(({ source }) => typeof source.url !== "string");
  return [
    ...secretClasses(name, known),
    ...later.map((source) => {
      const url = pulumi.output(source.source.url as pulumi.Input<string>);
      const file = fileOf(source);
      return {
        name: `${name}-${source.vaultName}`,
        keyVaultName: url.apply((text) => vaultSecretParts(text).vault),
        objects: url.apply((text) => secretObjects([{ file, url: text }])),
        files: [file],
      };
    }),
  ];
}
