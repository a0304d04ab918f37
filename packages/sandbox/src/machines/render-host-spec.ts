import type { AgentArtifact, AgentSpec } from "@windows-ha/spec";
import { artifactUrl, type SandboxSettings } from "../layout";
import { hostBuildUrl, isBlobUrl } from "../storage";
import type { HostPlatform } from "./host-platform";
import { consulSecretUrls, renderHostConsul, type ConsulHere } from "./render-host-consul";

/**
 * The AgentSpec that a sandbox machine gets: the declared one, and for each Windows build the entry of its host build
 * (allowed difference `host-artifact`).
 *
 * @param localUrl where a secret is read here
 * @param consul what is different for Consul; without it, its part stays as it is
 */
export function renderHostSpec(
  spec: AgentSpec,
  settings: Pick<SandboxSettings, "block" | "artifacts">,
  host: HostPlatform,
  localUrl: (vaultUrl: string) => string,
  consul?: ConsulHere,
): AgentSpec {
  const hostArtifacts = windowsArtifacts(spec).flatMap((artifact): AgentArtifact[] => {
    const published = settings.artifacts[artifact.sha256];
    if (!published) return [];
    const { host: build } = published;
    // As private as the Windows build, so that a machine without the role gets neither.
    const url = isBlobUrl(artifact.url)
      ? hostBuildUrl(artifact.url)
      : artifactUrl(settings.block, build.sha256, build.fileName);
    return [{ ...artifact, ...host, url, sha256: build.sha256 }];
  });
  return {
    ...spec,
    artifacts: [...spec.artifacts, ...hostArtifacts],
    ...localSecrets(spec, localUrl),
    ...(spec.consul && consul
      ? { consul: renderHostConsul(spec.consul, consul), service: withConsulAddress(spec.service, consul.address) }
      : {}),
  };
}

/** Where the service asks its machine's Consul, if it was told. */
function withConsulAddress(service: AgentSpec["service"], address: string): AgentSpec["service"] {
  const { CONSUL_HTTP_ADDR: told } = service.environment;
  if (told === undefined) return service;
  const CONSUL_HTTP_ADDR = told.replace(/^(127\.0\.0\.1|localhost)(?=:)/, address);
  return { ...service, environment: { ...service.environment, CONSUL_HTTP_ADDR } };
}

/** The same secrets, at the vaults' addresses here (allowed difference `vault-address`). */
function localSecrets(
  { secrets, certificate }: AgentSpec,
  localUrl: (vaultUrl: string) => string,
): Pick<AgentSpec, "secrets" | "certificate"> {
  return {
    ...(secrets ? { secrets: secrets.map((secret) => ({ ...secret, url: localUrl(secret.url) })) } : {}),
    ...(certificate ? { certificate: { ...certificate, url: localUrl(certificate.url) } } : {}),
  };
}

/** Where the document says that the machine reads secrets. */
export function secretUrls({ secrets = [], certificate, consul }: AgentSpec): string[] {
  const own = [...secrets, ...(certificate ? [certificate] : [])].map(({ url }) => url);
  return [...own, ...(consul ? consulSecretUrls(consul) : [])];
}

export function windowsArtifacts(spec: AgentSpec): AgentArtifact[] {
  return spec.artifacts.filter((artifact) => artifact.os === "windows");
}
