import * as pulumi from "@pulumi/pulumi";
import {
  agentSpec,
  agentSpecText,
  checkServiceInputs,
  clientDocument,
  type ConsulClientInputs,
  type ConsulClientSpec,
  type CopiedFile,
  type Finding,
  type ProbeSpec,
  type PublishedFile,
  type ServiceSpec,
} from "@windows-ha/spec";
import { InvalidArgumentsError } from "../common/invalid-arguments";
import type { ConsulClientArgs } from "../consul/client-args";
import { configurationInputs } from "./configuration";
import type { PublishedFileArgs, SecretSourceArgs, ServiceArgs } from "./args";

/** What is known of a service's installation when the program runs. */
export interface ServiceInstallSpec {
  service: ServiceSpec;
  probe: ProbeSpec;
  /** Left out: no client. */
  consul?: ConsulClientSpec;
}

/** The document that the agent on each machine gets, and the agent where it is published. */
export interface ServiceDocument {
  specJson: string;
  agent: PublishedFile | undefined;
}

/**
 * Joins what is known with what other resources bring. What they bring is checked here, as soon as it is known.
 *
 * @param args `copied` is the program where it is brought to the machines instead of being published
 * @param use makes something of the document; findings that it returns end the deployment
 */
export function serviceDocument<T>(
  subject: string,
  args: { service: ServiceArgs; agent?: PublishedFileArgs; copied?: CopiedFile; consul?: ConsulClientArgs },
  { service, probe, consul }: ServiceInstallSpec,
  resource: pulumi.Resource,
  use: (document: ServiceDocument, failOn: (findings: Finding[]) => void) => T,
): pulumi.Output<T> {
  const late = { resource, outcome: "no machine was changed" };
  const failOn = (findings: Finding[]): void => {
    if (findings.length > 0) throw new InvalidArgumentsError(subject, findings, late);
  };
  const inputs = pulumi.output({
    artifact: args.copied ?? (args.service.artifact as PublishedFileArgs),
    arguments: args.service.arguments ?? [],
    environment: args.service.environment ?? {},
    ...(service.configuration ? { configuration: configurationInputs(service, failOn) } : {}),
    ...secretReferences(args.service),
    ...(args.agent ? { agent: args.agent } : {}),
    ...(args.consul ? { client: consulInputs(args.consul) } : {}),
  });
  return inputs.apply<T>(({ agent, client, ...known }) => {
    failOn(checkServiceInputs(known, agent));
    const document = client && consul ? { ...known, consul: clientDocument(service, consul, client) } : known;
    return use({ specJson: agentSpecText(agentSpec(service, document, probe)), agent }, failOn);
  });
}

/** What Consul's client needs of other resources. */
function consulInputs({
  retryJoin,
  caCertificate,
  gossipKeyUrl,
  agentTokenUrl,
  serviceTokenUrl,
  dnsTokenUrl,
  identityClientId,
}: ConsulClientArgs): pulumi.Output<ConsulClientInputs> {
  const secrets = {
    gossipKeyUrl,
    agentTokenUrl,
    serviceTokenUrl,
    ...(dnsTokenUrl === undefined ? {} : { dnsTokenUrl }),
  };
  return pulumi.output({ retryJoin, caCertificate, ...secrets, identityClientId });
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
