import type { AgentConsul } from "../agent-consul";
import { DEFAULTS } from "../defaults";
import type { Finding } from "../finding";
import type { ServiceSpec } from "../service";
import { IDENTITY_CLIENT_ID_FIELD, SECRET_URL_FIELD } from "../service-secrets";
import type { ObjectField } from "../shape";
import type { ConsulProgramSpec } from "./consul";
import { CONSUL_NAME, CONSUL_PROGRAM } from "./fields";
import { checkConsulProgram } from "./consul-rules";
import { checkConsulServices } from "./registration-rules";
import { REGISTRATION_FIELD, serviceRegistration, type ConsulRegistrationSpec } from "./registration-settings";
import { agentConsulClient } from "./server-document";

/** Consul beside a service, as far as it is known when the program runs. */
export interface ConsulClientSpec {
  program: ConsulProgramSpec;
  datacenter: string;
  domain: string;
  ephemeral: boolean;
  registration: ConsulRegistrationSpec;
}

/** What other resources bring. */
export interface ConsulClientInputs {
  retryJoin: string[];
  caCertificate: string;
  gossipKeyUrl: string;
  agentTokenUrl: string;
  serviceTokenUrl: string;
  dnsTokenUrl?: string;
  identityClientId: string;
}

export const CONSUL_CLIENT_FIELD: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    program: { ...CONSUL_PROGRAM, required: true },
    retryJoin: {
      kind: "list",
      required: true,
      input: true,
      minItems: 1,
      of: { kind: "string", input: true, minLength: 1 },
    },
    caCertificate: { kind: "string", required: true, input: true, minLength: 1 },
    datacenter: { ...CONSUL_NAME, default: DEFAULTS.consul.datacenter },
    domain: { ...CONSUL_NAME, default: DEFAULTS.consul.domain },
    gossipKeyUrl: { ...SECRET_URL_FIELD, required: true },
    agentTokenUrl: { ...SECRET_URL_FIELD, required: true },
    serviceTokenUrl: { ...SECRET_URL_FIELD, required: true },
    dnsTokenUrl: SECRET_URL_FIELD,
    identityClientId: { ...IDENTITY_CLIENT_ID_FIELD, required: true },
    ephemeral: { kind: "boolean", default: true },
    registration: REGISTRATION_FIELD,
  },
};

/** What a service can't be registered with. */
export function checkConsulClient(
  service: ServiceSpec,
  { registration, program }: Pick<ConsulClientSpec, "registration" | "program">,
  prefix: string,
): Finding[] {
  const found = checkConsulServices([serviceRegistration(service, registration)], `${prefix}registration`);
  return [
    ...checkConsulProgram(program, ["windows"]).map((item) => ({ ...item, path: `${prefix}${item.path}` })),
    // The name is the service's own; the list has one entry.
    ...found.map((item) => ({
      ...item,
      path: item.rule === "consul-service-name" ? "service.name" : item.path.replace("registration[0]", "registration"),
    })),
    ...(service.name.toLowerCase() === "consul"
      ? [
          {
            rule: "consul-service-name",
            path: "service.name",
            seen: JSON.stringify(service.name),
            allowed: "another name: Consul's own service on the machine has this one",
            fix: "Rename the service, or leave consul out.",
          },
        ]
      : []),
  ];
}

/** The part of a machine's document. */
export function clientDocument(
  service: ServiceSpec,
  client: ConsulClientSpec,
  inputs: ConsulClientInputs,
): AgentConsul {
  const { gossipKeyUrl, agentTokenUrl, serviceTokenUrl, dnsTokenUrl, identityClientId: clientId } = inputs;
  return agentConsulClient({
    ...client,
    retryJoin: inputs.retryJoin,
    caCertificate: inputs.caCertificate,
    secrets: {
      gossipKey: { url: gossipKeyUrl, clientId },
      agentToken: { url: agentTokenUrl, clientId },
      serviceToken: { url: serviceTokenUrl, clientId },
      ...(dnsTokenUrl === undefined ? {} : { dnsToken: { url: dnsTokenUrl, clientId } }),
    },
    services: [serviceRegistration(service, client.registration)],
  });
}
