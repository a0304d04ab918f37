import type {
  AgentConsul,
  AgentConsulProgram,
  AgentConsulServerSpec,
  AgentSecretReference,
  ConsulServiceDocument,
} from "@windows-ha/spec";
import type { HostPlatform } from "./host-platform";

/** What is different for Consul on a sandbox machine. */
export interface ConsulHere {
  /** The machine's own address, which stands for its private one and for localhost. */
  address: string;
  host: HostPlatform;
  /** This computer's Consul, as it is published; whichever is declared, this one runs. */
  program: { version: string; url: string; sha256: string } | undefined;
  /** Where a secret or a blob is reached here. */
  localUrl(url: string): string;
  /** The loopback address that stands for an address of the machine's network. */
  localAddress(address: string): string;
}

/** Nobody but an administrator listens on 53; Consul's own port is free on every machine's address. */
const DNS_PORT = 8600;

/** What the agent on a server gets: the declared document, but for the allowed differences that begin with `consul-`. */
export function renderHostServerSpec(spec: AgentConsulServerSpec, here: ConsulHere): AgentConsulServerSpec {
  const { declaredData, snapshots } = spec.server;
  return {
    ...spec,
    consul: renderHostConsul(spec.consul, here),
    server: {
      ...spec.server,
      declaredData: { ...declaredData, url: here.localUrl(declaredData.url) },
      ...(snapshots
        ? {
            snapshots: {
              ...snapshots,
              container: { ...snapshots.container, url: here.localUrl(snapshots.container.url) },
            },
          }
        : {}),
    },
  };
}

export function renderHostConsul(consul: AgentConsul, here: ConsulHere): AgentConsul {
  const { configuration, secrets } = consul;
  const local = <T extends { url: string }>(reference: T): T => ({ ...reference, url: here.localUrl(reference.url) });
  return {
    ...consul,
    version: here.program?.version ?? consul.version,
    programs: [...hostProgram(here), ...consul.programs],
    configuration: {
      ...configuration,
      bind_addr: here.address,
      client_addr: here.address,
      ports: { ...configuration.ports, dns: configuration.ports.dns === 53 ? DNS_PORT : configuration.ports.dns },
      retry_join: configuration.retry_join.map((address) => here.localAddress(address)),
    },
    secrets: {
      ...secrets,
      gossipKey: local(secrets.gossipKey),
      tokens: Object.fromEntries(Object.entries(secrets.tokens).map(([name, token]) => [name, local(token)])) as never,
      ...(secrets.certificate ? { certificate: local(secrets.certificate) } : {}),
    },
    services: consul.services.map((service) => renderHostService(service, here.address)),
  };
}

/** First, because an agent takes the first that fits its platform. */
function hostProgram({ program, host }: ConsulHere): AgentConsulProgram[] {
  return program ? [{ ...host, url: program.url, sha256: program.sha256 }] : [];
}

type Service = ConsulServiceDocument["service"];

/** Its checks ask at the machine's own address; Consul refuses checks of Windows' services elsewhere. */
function renderHostService(service: Service, address: string): Service {
  return {
    ...service,
    checks: service.checks
      .filter(({ os_service: windowsService }) => windowsService === undefined)
      .map((check) => (check.http === undefined ? check : { ...check, http: atAddress(check.http, address) })),
  };
}

function atAddress(url: string, address: string): string {
  return url.replace(/^(https?:\/\/)(127\.0\.0\.1|localhost)(?=[:/]|$)/, `$1${address}`);
}

/** Where a document says that the machine reads secrets. */
export function consulSecretUrls({ secrets }: AgentConsul): string[] {
  const { gossipKey, tokens, certificate } = secrets;
  const all: (AgentSecretReference | undefined)[] = [
    gossipKey,
    ...Object.values<AgentSecretReference>({ ...tokens }),
    certificate,
  ];
  return all.flatMap((reference) => reference?.url ?? []);
}
