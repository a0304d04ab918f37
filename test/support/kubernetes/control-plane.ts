import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessGroup } from "./process-group";
import { kwokConfiguration } from "./stages";

/** What the API server answered. */
export interface Answer {
  status: number;
  body: KubernetesObject;
}

export interface KubernetesObject {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; deletionTimestamp?: string };
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
  items?: KubernetesObject[];
  message?: string;
}

const TOKEN = "administrator-of-a-test";
/** Nodes without it are nobody's: their leases run out. */
export const TENDED = "windows-ha/tended";

/** A real control plane of Kubernetes on loopback, whose nodes are kwok's. */
export class ControlPlane {
  readonly folder = mkdtempSync(join(tmpdir(), "wha-kubernetes-"));
  readonly #programs = new ProcessGroup(this.folder);
  #port = 0;

  async start(): Promise<void> {
    const [etcd, peers, port] = (await freePorts(3)) as [number, number, number];
    this.#port = port;
    const file = this.#writeFiles();
    this.#programs.start("etcd", [
      `--data-dir=${join(this.folder, "etcd")}`,
      `--listen-client-urls=http://127.0.0.1:${etcd}`,
      `--advertise-client-urls=http://127.0.0.1:${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peers}`,
      // Durable writes are nobody's concern here.
      "--unsafe-no-fsync",
    ]);
    this.#programs.start("kube-apiserver", [
      `--etcd-servers=http://127.0.0.1:${etcd}`,
      `--secure-port=${port}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      "--endpoint-reconciler-type=none",
      `--cert-dir=${join(this.folder, "certificates")}`,
      "--service-cluster-ip-range=10.100.0.0/16",
      "--authorization-mode=RBAC",
      // As AKS has it: a namespace decides whether its pods may be processes of their node.
      "--allow-privileged=true",
      `--token-auth-file=${file.tokens}`,
      "--service-account-issuer=https://issuer.example.com/",
      `--service-account-key-file=${file.publicKey}`,
      `--service-account-signing-key-file=${file.privateKey}`,
    ]);
    await this.until("the API server is ready", 90, async () => (await this.call("GET", "/readyz")).status === 200);
    const connection = [`--kubeconfig=${file.kubeconfig}`];
    this.#programs.start("kube-controller-manager", [
      ...connection,
      "--leader-elect=false",
      "--secure-port=0",
      `--service-account-private-key-file=${file.privateKey}`,
      // Seconds instead of minutes: the order counts here, not the time.
      "--node-monitor-period=1s",
      "--node-monitor-grace-period=6s",
    ]);
    this.#programs.start("kube-scheduler", [...connection, "--leader-elect=false", "--secure-port=0"]);
    this.#programs.start("kwok", [
      ...connection,
      `--config=${file.stages}`,
      `--manage-nodes-with-label-selector=${TENDED}=yes`,
      "--node-lease-duration-seconds=4",
      "--cidr=10.244.0.0/24",
    ]);
    await this.until("accounts are made", 30, async () => {
      const { status } = await this.call("GET", "/api/v1/namespaces/default/serviceaccounts/default");
      return status === 200;
    });
  }

  get processIds(): number[] {
    return this.#programs.processIds;
  }

  async stop(): Promise<void> {
    await this.#programs.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Waits, and says what a program said that ended instead. */
  async until(what: string, seconds: number, reached: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      if (await reached().catch(() => false)) return;
      const dead = this.#programs.dead();
      if (dead.length > 0) throw new Error(`waiting until ${what}: ${dead.join("\n")}`);
      if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
      await sleep(200);
    }
  }

  call(method: string, path: string, body?: unknown, type = "application/json"): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: this.#port,
          method,
          path,
          // The certificate is one that the server made for itself; nobody else is on loopback.
          rejectUnauthorized: false,
          headers: { authorization: `Bearer ${TOKEN}`, accept: "application/json", "content-type": type },
        },
        (answer) => {
          let read = "";
          answer.setEncoding("utf8").on("data", (part: string) => (read += part));
          answer.on("end", () => resolve({ status: answer.statusCode!, body: parsed(read) }));
        },
      );
      sent.setTimeout(10_000, () => sent.destroy(new Error(`${method} ${path}: no answer within 10 s`)));
      sent.on("error", reject).end(text);
    });
  }

  #writeFiles(): Record<"tokens" | "publicKey" | "privateKey" | "kubeconfig" | "stages", string> {
    const write = (name: string, text: string): string => {
      const file = join(this.folder, name);
      writeFileSync(file, text, { mode: 0o600 });
      return file;
    };
    const { publicKey, privateKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "sec1", format: "pem" },
    });
    const name = "test";
    const cluster = { server: `https://127.0.0.1:${this.#port}`, "insecure-skip-tls-verify": true };
    return {
      tokens: write("tokens.csv", `${TOKEN},admin,admin,system:masters\n`),
      publicKey: write("accounts.pub", publicKey),
      privateKey: write("accounts.key", privateKey),
      stages: write("stages.yaml", kwokConfiguration()),
      kubeconfig: write(
        "kubeconfig.json",
        JSON.stringify({
          apiVersion: "v1",
          kind: "Config",
          "current-context": name,
          contexts: [{ name, context: { cluster: name, user: name } }],
          clusters: [{ name, cluster }],
          users: [{ name, user: { token: TOKEN } }],
        }),
      ),
    };
  }
}

function parsed(text: string): KubernetesObject {
  try {
    return JSON.parse(text) as KubernetesObject;
  } catch {
    return { kind: "Text", metadata: { name: "" }, spec: {}, status: {}, message: text };
  }
}

/** Held at once, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const { port } = server.address() as AddressInfo;
      await new Promise<void>((resolve) => server.close(() => resolve()));
      return port;
    }),
  );
}
