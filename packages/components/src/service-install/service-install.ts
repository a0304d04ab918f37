import * as pulumi from "@pulumi/pulumi";
import {
  ARTIFACT_FIELD,
  agentSpec,
  agentSpecText,
  checkCommandLength,
  checkPublishedSecrets,
  checkPublishedSource,
  checkService,
  checkServiceInputs,
  installCommand,
  installSeconds,
  PROBE_FIELD,
  resolve,
  SERVICE_FIELD,
  type Finding,
  type ObjectField,
  type ProbeSpec,
  type Resolved,
  type ServiceSpec,
} from "@windows-ha/spec";
import { InvalidArgumentsError, specOrFail } from "../common/invalid-arguments";
import type { PublishedFileArgs, SecretSourceArgs, ServiceArgs, ServiceInstallArgs } from "./args";

interface ServiceInstallSpec {
  service: ServiceSpec;
  probe: ProbeSpec;
}

/**
 * How a service gets on a machine: which files the machine downloads and what it runs. Creates nothing by itself; a
 * scale set carries it as its Custom Script Extension, so that every new machine gets it.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class ServiceInstall extends pulumi.ComponentResource {
  /** What a machine downloads. */
  public readonly fileUris: pulumi.Output<string[]>;
  /** What it runs then; a secret, because the service's environment is in it. */
  public readonly commandToExecute: pulumi.Output<string>;
  /** Longest time of a good install on one machine, without the download. */
  public readonly installSeconds: pulumi.Output<number>;

  constructor(name: string, args: ServiceInstallArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(`ServiceInstall "${name}"`, resolveServiceInstall(args));
    super("windows-ha:index:ServiceInstall", name, facts(spec), opts);

    this.fileUris = pulumi.output(args.agent.url).apply((url) => [url]);
    this.commandToExecute = pulumi.secret(command(name, args, spec, this));
    this.installSeconds = pulumi.output(installSeconds(spec.service, spec.probe));
    this.registerOutputs({
      fileUris: this.fileUris,
      commandToExecute: this.commandToExecute,
      installSeconds: this.installSeconds,
    });
  }
}

const FIELD: ObjectField = {
  kind: "object",
  fields: { service: SERVICE_FIELD, agent: { ...ARTIFACT_FIELD, required: true }, probe: PROBE_FIELD },
};

function resolveServiceInstall(args: ServiceInstallArgs): Resolved<ServiceInstallSpec> {
  return resolve<ServiceInstallSpec>(
    FIELD,
    args,
    (spec) => spec,
    ({ service, probe }) => [
      ...checkService(service, probe),
      ...checkPublishedSecrets(service),
      ...checkPublishedSource(args.service.artifact, "service.artifact"),
      ...checkPublishedSource(args.agent, "agent"),
    ],
  );
}

function facts({ service }: ServiceInstallSpec): { service: string; version: string } {
  return { service: service.name, version: service.version };
}

/** Joins what is known with what other resources bring. What they bring is checked here, as soon as it is known. */
function command(
  name: string,
  args: ServiceInstallArgs,
  { service, probe }: ServiceInstallSpec,
  resource: ServiceInstall,
): pulumi.Output<string> {
  const inputs = pulumi.output({
    artifact: args.service.artifact as PublishedFileArgs,
    arguments: args.service.arguments ?? [],
    environment: args.service.environment ?? {},
    ...secretReferences(args.service),
    agent: args.agent,
  });
  const late = { resource, outcome: "no machine was changed" };
  return inputs.apply(({ agent, ...known }) => {
    const failOn = (findings: Finding[]): void => {
      if (findings.length > 0) throw new InvalidArgumentsError(`ServiceInstall "${name}"`, findings, late);
    };
    failOn(checkServiceInputs(known, agent));
    const text = installCommand({ agent, specJson: agentSpecText(agentSpec(service, known, probe)) });
    failOn(checkCommandLength(text));
    return text;
  });
}

interface SecretReferenceArgs {
  url: pulumi.Input<string>;
  clientId: pulumi.Input<string>;
}

/** Where the machines read what the service keeps to itself. Sorted: the order of the arguments changes no machine. */
function secretReferences({ secrets = {}, tls }: ServiceArgs): {
  secrets: (SecretReferenceArgs & { name: string })[];
  certificate?: SecretReferenceArgs;
} {
  const reference = ({ url, identityClientId }: SecretSourceArgs): SecretReferenceArgs => ({
    url: url!,
    clientId: identityClientId!,
  });
  const names = Object.keys(secrets).sort();
  return {
    secrets: names.map((name) => ({ name, ...reference(secrets[name]!) })),
    ...(tls?.certificate && tls.enabled !== false ? { certificate: reference(tls.certificate) } : {}),
  };
}
