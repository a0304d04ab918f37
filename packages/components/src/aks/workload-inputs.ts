import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import {
  CERTIFICATE_PATH,
  checkKubernetesTexts,
  checkShape,
  isDeferred,
  podArgumentText,
  podEnvironmentText,
  secretClasses,
  secretObjects,
  secretSources,
  SERVICE_FIELD,
  vaultSecretParts,
  workloadNames,
  type Finding,
  type NamedSource,
  type SecretClass,
  type WindowsWorkloadSpec,
  type WorkloadInputs,
} from "@windows-ha/spec";
import { InvalidArgumentsError } from "../common/invalid-arguments";
import type { ServiceArgs } from "../service-install/args";
import { tenantOf } from "./federation";
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
  const plain = plainTexts(name, service, parent);
  const environment = pulumi.all([service.environment ?? {}, plain]).apply(([variables]) => {
    failOnEnvironment(name, variables, parent);
    return mapValues(variables, (text) => podEnvironmentText(text, port));
  });
  const classes = classesOf(spec);
  const certificate = classes.find(({ files }) => files.includes(CERTIFICATE_FILE));
  return {
    image: service.image,
    sidecarImages: sidecars.map(({ image }) => image),
    arguments: (service.arguments ?? []).map((text) =>
      pulumi.all([text, plain]).apply(([known]) => podArgumentText(known, port)),
    ),
    environment,
    configurationHash: environment.apply(hashOf),
    secretClasses: classes,
    ...(certificate ? { certificate: { secretClass: certificate.name, file: CERTIFICATE_FILE } } : {}),
    ...(identity ? { identity: { clientId: identity.clientId, tenantId: tenantOf(identity, parent) } } : {}),
  };
}

type Plain = Pick<ServiceArgs, "arguments" | "environment" | "secretsInEnvironment">;

/**
 * Arguments and environment, unless a secret is among them: neither ConfigMaps nor pods are for secrets (S0-74). That is
 * said in a preview already, where the value isn't known yet.
 */
function plainTexts(name: string, service: Plain, resource: pulumi.Resource): pulumi.Output<void> {
  return pulumi.output(secretPaths(service)).apply((paths) => {
    const findings = paths.map((path) => ({
      rule: "secret-text",
      path,
      seen: "a secret",
      allowed: "nothing secret: whoever may look around in the cluster can read it in the pod and its ConfigMap",
      fix: "Give it in service.secrets, where the program finds it as a file.",
    }));
    failOn(name, findings, resource);
  });
}

async function secretPaths({
  arguments: texts = [],
  environment = {},
  secretsInEnvironment = [],
}: Plain): Promise<string[]> {
  const isOne = isDeferred(environment);
  const variables = isOne
    ? [{ path: "service.environment", value: environment, isMeant: secretsInEnvironment.length > 0 }]
    : Object.entries(environment as Record<string, pulumi.Input<string>>).map(([variable, value]) => ({
        path: `service.environment[${JSON.stringify(variable)}]`,
        value,
        isMeant: secretsInEnvironment.includes(variable),
      }));
  const all = [
    ...texts.map((value, index) => ({ path: `service.arguments[${index}]`, value, isMeant: false })),
    ...variables,
  ].filter(({ isMeant }) => !isMeant);
  const isSecret = await Promise.all(all.map(({ value }) => pulumi.isSecret(pulumi.output(value))));
  return all.filter((_, index) => isSecret[index]).map(({ path }) => path);
}

/** What another resource brings is looked at as soon as it is known. */
function failOnEnvironment(name: string, environment: Record<string, string>, resource: pulumi.Resource): void {
  const findings = [
    ...checkShape(SERVICE_FIELD.fields["environment"]!, environment, "service.environment"),
    ...checkKubernetesTexts({ environment }),
  ];
  failOn(name, findings, resource);
}

function failOn(name: string, findings: readonly Finding[], resource: pulumi.Resource): void {
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
        // No vault has two hyphens in a row.
        name: `${name}--${source.vaultName}`,
        keyVaultName: url.apply((text) => vaultSecretParts(text).vault),
        objects: url.apply((text) => secretObjects([{ file, url: text }])),
        files: [file],
      };
    }),
  ];
}
