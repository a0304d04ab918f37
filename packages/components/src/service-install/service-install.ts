import * as pulumi from "@pulumi/pulumi";
import {
  ARTIFACT_FIELD,
  checkCommandLength,
  checkConsulClient,
  checkPublishedSecrets,
  checkPublishedSource,
  checkService,
  configurationFacts,
  CONSUL_CLIENT_FIELD,
  installCommand,
  installSeconds,
  PROBE_FIELD,
  resolve,
  SERVICE_FIELD,
  whenGiven,
  type ConfigurationFacts,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import type { ServiceInstallArgs } from "./args";
import { serviceDocument, type ServiceInstallSpec } from "./document";

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
    const command = serviceDocument(`ServiceInstall "${name}"`, args, spec, this, ({ specJson, agent }, failOn) => {
      const text = installCommand({ agent: agent!, specJson });
      failOn(checkCommandLength(text));
      return text;
    });
    this.commandToExecute = pulumi.secret(command);
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
  fields: {
    service: SERVICE_FIELD,
    agent: { ...ARTIFACT_FIELD, required: true },
    probe: PROBE_FIELD,
    consul: whenGiven(() => CONSUL_CLIENT_FIELD),
  },
};

function resolveServiceInstall(args: ServiceInstallArgs): Resolved<ServiceInstallSpec> {
  return resolve<ServiceInstallSpec>(
    FIELD,
    args,
    (spec) => spec,
    ({ service, probe, consul }) => [
      ...checkService(service, probe),
      ...checkPublishedSecrets(service),
      ...checkPublishedSource(args.service.artifact, "service.artifact"),
      ...checkPublishedSource(args.agent, "agent"),
      ...(consul ? checkConsulClient(service, consul, "consul.") : []),
    ],
  );
}

function facts({ service }: ServiceInstallSpec): {
  service: string;
  version: string;
  configuration?: ConfigurationFacts;
} {
  return { service: service.name, version: service.version, ...configurationFacts(service) };
}
