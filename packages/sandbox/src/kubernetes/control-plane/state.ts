import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeJson } from "../../files";
import { createAccountKeys, createAuthority, issueForAddress, type KeyedCertificate } from "./certificates";
import { kwokConfiguration } from "./stages";

export const KUBECONFIG = "kubeconfig.json";

/** What a control plane keeps for its life, beside the objects in etcd. */
export interface Secrets {
  /** Of the administrator: whoever has it may do everything. */
  token: string;
  authority: KeyedCertificate;
  /** Keys that tokens of Kubernetes' accounts are signed with. */
  accounts: { publicKey: string; privateKey: string };
}

export interface ControlPlaneFiles {
  authority: string;
  certificate: string;
  key: string;
  tokens: string;
  accountsPublic: string;
  accountsPrivate: string;
  kubeconfig: string;
  stages: string;
}

/** Made once for a folder. */
export function secretsOf(folder: string, name: string): Secrets {
  const file = join(folder, "secrets.json");
  const kept = readJson<Secrets>(file);
  if (kept) return kept;
  const secrets = {
    token: randomBytes(32).toString("base64url"),
    authority: createAuthority(name),
    accounts: createAccountKeys(),
  };
  writeJson(file, secrets);
  return secrets;
}

/** Writes what the programs read; the certificate is for the present address, which may have changed. */
export function writeFiles(
  folder: string,
  { token, authority, accounts }: Secrets,
  { name, server, address }: { name: string; server: string; address: string },
): ControlPlaneFiles {
  const own = issueForAddress(authority, {
    ipAddresses: [address],
    dnsNames: [name, "kubernetes", "kubernetes.default.svc"],
  });
  const write = (file: string, text: string): string => {
    const path = join(folder, file);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    authority: write("authority.pem", authority.certificate),
    certificate: write("server.pem", own.certificate),
    key: write("server-key.pem", own.key),
    tokens: write("tokens.csv", `${token},administrator,administrator,system:masters\n`),
    accountsPublic: write("accounts.pub", accounts.publicKey),
    accountsPrivate: write("accounts.key", accounts.privateKey),
    stages: write("stages.yaml", kwokConfiguration()),
    kubeconfig: write(KUBECONFIG, kubeconfigWithToken(name, server, authority.certificate, token)),
  };
}

/** For the programs beside the API server, and for kubectl. */
function kubeconfigWithToken(name: string, server: string, authority: string, token: string): string {
  const cluster = { server, "certificate-authority-data": Buffer.from(authority).toString("base64") };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
