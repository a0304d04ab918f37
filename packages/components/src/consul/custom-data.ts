import * as pulumi from "@pulumi/pulumi";
import {
  agentConsulServerSpec,
  consulApiRanges,
  consulNodeName,
  renderConsulCloudInit,
  type ConsulServersComponentSpec,
} from "@windows-ha/spec";
import type { PublishedFileArgs } from "../service-install";
import type { Certificates } from "./certificates";
import { GOSSIP_KEY, MANAGEMENT_TOKEN, SERVER_CERTIFICATE, SERVERS_TOKEN } from "./credentials";
import { DECLARED_BLOB } from "./declared-blob";
import type { ConsulStorage } from "./storage";

export interface CustomDataParts {
  agent: PublishedFileArgs;
  certificates: Certificates;
  secretUris: pulumi.Output<Record<string, string>>;
  /** Of the servers' identity. */
  clientId: pulumi.Output<string>;
  storage: ConsulStorage;
}

/** What each server is told at its first start, as Azure takes it. Addresses of secrets, never values. */
export function createCustomData(
  spec: ConsulServersComponentSpec,
  { agent, certificates, secretUris, clientId, storage }: CustomDataParts,
): pulumi.Output<string>[] {
  const { program, datacenter, domain, addresses, nodePrefix, count, snapshots } = spec;
  const apiRanges = consulApiRanges(spec.kubernetes);
  const known = pulumi.output({
    agent,
    secretUris,
    clientId,
    caCertificate: certificates.caCertificate,
    declaredUrl: storage.declaredUrl,
    snapshotsUrl: storage.snapshotsUrl,
  });
  return addresses.map((address, index) =>
    known.apply(
      ({ agent: published, secretUris: uris, clientId: client, caCertificate, declaredUrl, snapshotsUrl }) => {
        const secret = (secretName: string): { url: string; clientId: string } => ({
          url: uris[secretName]!,
          clientId: client,
        });
        const { intervalMinutes, keep } = snapshots;
        const text = renderConsulCloudInit({
          agent: published,
          spec: agentConsulServerSpec({
            program,
            datacenter,
            domain,
            retryJoin: addresses,
            caCertificate,
            nodeName: consulNodeName(nodePrefix, index + 1),
            address,
            servers: count,
            apiRanges,
            secrets: {
              gossipKey: secret(GOSSIP_KEY),
              agentToken: secret(SERVERS_TOKEN),
              managementToken: secret(MANAGEMENT_TOKEN),
              certificate: secret(SERVER_CERTIFICATE),
            },
            declaredData: { url: `${declaredUrl}/${DECLARED_BLOB}`, clientId: client },
            ...(snapshotsUrl === undefined
              ? {}
              : { snapshots: { container: { url: snapshotsUrl, clientId: client }, intervalMinutes, keep } }),
          }),
        });
        return Buffer.from(text, "utf8").toString("base64");
      },
    ),
  );
}
