import { execFile } from "node:child_process";
import type { ApiAccess } from "../control-plane/api-client";
import { dataOf, type ClusterChoice, type ExecPlugin } from "./kubeconfig";

/** The daemon's own right to one of its control planes; undefined for other servers. */
export type CredentialOf = (server: string) => { token: string } | undefined;

/** Access to a cluster, and until when it holds. */
export interface Access extends ApiAccess {
  expires?: number;
}

const ANSWER_WITHIN_MS = 60_000;

/**
 * How to speak with the cluster. A control plane of the sandbox takes nobody's tokens but the daemon's: where a
 * kubeconfig would run a program that asks Microsoft Entra, that one is used.
 */
export async function accessTo(choice: ClusterChoice, credentialOf: CredentialOf): Promise<Access> {
  const { server, cluster, user, folder } = choice;
  const authority = dataOf(cluster["certificate-authority-data"], cluster["certificate-authority"], folder);
  const { certificate, key, ...identity } = await identityOf(choice, credentialOf);
  const cert = certificate ?? dataOf(user["client-certificate-data"], user["client-certificate"], folder);
  const clientKey = key ?? dataOf(user["client-key-data"], user["client-key"], folder);
  return {
    server,
    ...(authority !== undefined && { authority }),
    ...identity,
    tls: {
      ...(cluster["insecure-skip-tls-verify"] && { rejectUnauthorized: false }),
      ...(cluster["tls-server-name"] !== undefined && { servername: cluster["tls-server-name"] }),
      ...(cert !== undefined && { cert, key: clientKey }),
    },
  };
}

interface Identity {
  token?: string;
  certificate?: string;
  key?: string;
  expires?: number;
}

async function identityOf({ server, user, folder }: ClusterChoice, credentialOf: CredentialOf): Promise<Identity> {
  if (user.exec) return credentialOf(server) ?? (await fromPlugin(user.exec, server));
  if (user["auth-provider"] || user.username !== undefined) {
    const way = user["auth-provider"] ? `auth-provider ${user["auth-provider"].name}` : "a username";
    throw new Error(
      `kubeconfig: Kubernetes no longer knows ${way}; use a token, a client certificate or an exec plugin`,
    );
  }
  const token = user.tokenFile === undefined ? user.token : dataOf(undefined, user.tokenFile, folder)?.trim();
  return token === undefined ? {} : { token };
}

interface ExecCredential {
  status?: {
    token?: string;
    clientCertificateData?: string;
    clientKeyData?: string;
    expirationTimestamp?: string;
  };
}

/** As kubectl runs it. What it prints is a secret; what it says on the error stream is for people. */
async function fromPlugin(plugin: ExecPlugin, server: string): Promise<Identity> {
  const { command, args = [], env = [], apiVersion = "client.authentication.k8s.io/v1", installHint } = plugin;
  const spec = { interactive: false, ...(plugin.provideClusterInfo && { cluster: { server } }) };
  const info = { apiVersion, kind: "ExecCredential", spec };
  const environment = {
    ...process.env,
    ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
  const printed = await new Promise<string>((resolve, reject) => {
    execFile(command, args, { env: environment, timeout: ANSWER_WITHIN_MS }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      const why = isMissing ? `is not installed. ${installHint ?? ""}` : `failed: ${stderr.trim()}`;
      reject(new Error(`kubeconfig: ${command}, which should get a credential for ${server}, ${why}`));
    });
  });
  const { status } = readCredential(printed, command);
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = status ?? {};
  if (token === undefined && clientCertificateData === undefined) {
    throw new Error(`kubeconfig: ${command} printed a credential with neither token nor client certificate`);
  }
  return {
    ...(token !== undefined && { token }),
    ...(clientCertificateData !== undefined && { certificate: clientCertificateData }),
    ...(clientKeyData !== undefined && { key: clientKeyData }),
    ...(expirationTimestamp !== undefined && { expires: Date.parse(expirationTimestamp) }),
  };
}

function readCredential(printed: string, command: string): ExecCredential {
  try {
    return JSON.parse(printed) as ExecCredential;
  } catch {
    throw new Error(`kubeconfig: ${command} printed no ExecCredential`);
  }
}
