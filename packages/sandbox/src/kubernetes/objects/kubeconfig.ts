import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** One program that a kubeconfig asks for a credential. */
export interface ExecPlugin {
  command: string;
  args?: string[];
  env?: { name: string; value: string }[];
  apiVersion?: string;
  installHint?: string;
  provideClusterInfo?: boolean;
}

export interface KubeconfigUser {
  token?: string;
  tokenFile?: string;
  "client-certificate"?: string;
  "client-certificate-data"?: string;
  "client-key"?: string;
  "client-key-data"?: string;
  exec?: ExecPlugin;
  "auth-provider"?: { name: string };
  username?: string;
}

interface KubeconfigCluster {
  server?: string;
  "certificate-authority"?: string;
  "certificate-authority-data"?: string;
  "insecure-skip-tls-verify"?: boolean;
  "tls-server-name"?: string;
  "proxy-url"?: string;
}

interface Kubeconfig {
  "current-context"?: string;
  contexts?: { name: string; context: { cluster: string; user?: string; namespace?: string } }[];
  clusters?: { name: string; cluster: KubeconfigCluster }[];
  users?: { name: string; user?: KubeconfigUser }[];
}

/** What a kubeconfig says about one cluster, for one user. */
export interface ClusterChoice {
  /** Without a slash at its end. */
  server: string;
  cluster: KubeconfigCluster;
  user: KubeconfigUser;
  namespace: string;
  /** Folder that relative paths begin in. */
  folder: string;
}

export interface KubeconfigSettings {
  /** The text, or an absolute path. */
  kubeconfig: string;
  context?: string;
  cluster?: string;
  namespace?: string;
}

/** @throws Error that says which part is missing; never with a part's content */
export async function chooseCluster(settings: KubeconfigSettings): Promise<ClusterChoice> {
  const { text, folder } = textOf(settings.kubeconfig);
  const { contexts = [], clusters = [], users = [], ...config } = await parsed(text);
  const contextName = settings.context ?? config["current-context"];
  const context = contexts.find(({ name }) => name === contextName)?.context;
  if (!context && (settings.context !== undefined || settings.cluster === undefined)) {
    throw missing("context", contextName, contexts);
  }
  const clusterName = settings.cluster ?? context!.cluster;
  const cluster = clusters.find(({ name }) => name === clusterName)?.cluster;
  if (!cluster) throw missing("cluster", clusterName, clusters);
  const { server = "" } = cluster;
  if (!URL.canParse(server) || new URL(server).protocol !== "https:") {
    throw new Error(
      `kubeconfig: clusters "${clusterName}": server should be an address such as https://127.0.0.1:6443, but is ${JSON.stringify(server)}`,
    );
  }
  if (cluster["proxy-url"] !== undefined) {
    throw new Error(`kubeconfig: clusters "${clusterName}": the sandbox speaks through no proxy; leave out proxy-url`);
  }
  const user = users.find(({ name }) => name === context?.user);
  if (context?.user !== undefined && !user) throw missing("user", context.user, users);
  return {
    server: server.replace(/\/+$/, ""),
    cluster,
    user: user?.user ?? {},
    namespace: settings.namespace ?? context?.namespace ?? "default",
    folder,
  };
}

/** The content of what a kubeconfig names as data or as a file. */
export function dataOf(data: string | undefined, file: string | undefined, folder: string): string | undefined {
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  return file === undefined ? undefined : readFileSync(resolve(folder, file), "utf8");
}

function textOf(kubeconfig: string): { text: string; folder: string } {
  if (/[\n{]/.test(kubeconfig)) return { text: kubeconfig, folder: homedir() };
  const path = kubeconfig.startsWith("~/") ? join(homedir(), kubeconfig.slice(2)) : kubeconfig;
  if (!isAbsolute(path)) {
    throw new Error(
      "kubeconfig: should be the content of a kubeconfig or an absolute path: the sandbox works in another folder than the program",
    );
  }
  return { text: readFileSync(path, "utf8"), folder: dirname(path) };
}

async function parsed(text: string): Promise<Kubeconfig> {
  try {
    // What our components write; others write YAML, which takes its time to load.
    return JSON.parse(text) as Kubeconfig;
  } catch {
    const { parse } = await import("yaml");
    const value: unknown = readYaml(() => parse(text, { prettyErrors: false }));
    if (typeof value === "object" && value !== null) return value;
    throw new Error("kubeconfig: should be an object with clusters, contexts and users");
  }
}

/** A parser's words quote the text, which has keys in it. */
function readYaml(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    throw new Error("kubeconfig: is no YAML");
  }
}

function missing(kind: string, name: string | undefined, there: { name: string }[]): Error {
  const names = there.map((one) => one.name).join(", ") || "none";
  return new Error(`kubeconfig: there is no ${kind} ${name === undefined ? "chosen" : `"${name}"`}; there: ${names}`);
}
