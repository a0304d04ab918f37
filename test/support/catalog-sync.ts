import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesManifest } from "@windows-ha/spec";
import type { ApiClient } from "../../packages/sandbox/dist/kubernetes/control-plane";

interface Container {
  args: string[];
  env: { name: string; value: string }[];
}

export interface CatalogSyncPlace {
  api: ApiClient;
  server: string;
  /** Who vouches for the API server, as PEM. */
  authority: string;
  namespace: string;
}

/** The vendor's program, as its pod would run it: its arguments, its environment and its account's own token. */
export class CatalogSync {
  readonly #folder = mkdtempSync(join(tmpdir(), "wha-sync-"));
  readonly #programs: ChildProcess[] = [];
  #log = "";

  /** What it said. */
  get log(): string {
    return this.#log;
  }

  /** @param files what the pod has in its volumes; `addresses` of servers that are elsewhere than declared */
  async start(
    { api, server, authority, namespace }: CatalogSyncPlace,
    pods: KubernetesManifest,
    files: { token: string; caCertificate: string; addresses?: string },
  ): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/consul-sync/token`;
    const answer = await api.call("POST", path, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" });
    const { token } = answer.body.status as { token: string };
    const kubeconfig = this.#write("kubeconfig.json", kubeconfigText({ server, authority }, token));
    const { args, env } = containerOf(pods);
    const environment = {
      ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
      ...(files.addresses === undefined ? {} : { CONSUL_ADDRESSES: files.addresses }),
      CONSUL_ACL_TOKEN_FILE: this.#write("token", files.token),
      CONSUL_CACERT_FILE: this.#write("ca.pem", files.caCertificate),
    };
    const program = spawn("consul-k8s-control-plane", [...args, `-kubeconfig=${kubeconfig}`, "-listen=127.0.0.1:0"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], ...environment },
    });
    this.#programs.push(program);
    for (const stream of [program.stdout, program.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (this.#log += text));
    }
  }

  /** As its pod ends. */
  async end(): Promise<void> {
    const running = this.#programs.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    await Promise.all(
      running.map(async (program) => {
        const ended = once(program, "exit");
        program.kill("SIGTERM");
        await ended;
      }),
    );
  }

  async remove(): Promise<void> {
    await this.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(name: string, text: string): string {
    const file = join(this.#folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }
}

/** The build that modules can be had of is older than 1.6, and looks at Endpoints in place of their slices. */
export function forOldBuild(role: KubernetesManifest): KubernetesManifest {
  const rules = role["rules"] as object[];
  return { ...role, rules: [...rules, { apiGroups: [""], resources: ["endpoints"], verbs: ["get", "list", "watch"] }] };
}

function containerOf(pods: KubernetesManifest): Container {
  const { spec } = pods as unknown as { spec: { template: { spec: { containers: [Container] } } } };
  return spec.template.spec.containers[0];
}

function kubeconfigText({ server, authority }: { server: string; authority: string }, token: string): string {
  const name = "test";
  const cluster = { server, "certificate-authority-data": Buffer.from(authority).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
  });
}
