import { Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sandboxLayout } from "@windows-ha/sandbox";
import { SecretVersions } from "../../packages/sandbox/src/vault";
import { searchPath } from "../../tools/lib/ways.mjs";
import { REPOSITORY, SandboxStack, type Machine, type Release } from "./sandbox-stack";

export interface ConsulAnswer<T> {
  status: number;
  /** Text where it is no JSON. */
  body: T;
}

/** What `sandbox publish --consul` prints. */
interface PublishedConsul {
  version: string;
  linux: Release["artifact"];
  windows: Release["artifact"];
}

/** Consul's own ports; the sandbox answers by DNS where everybody may listen. */
const HTTP_PORT = 8500;
const DNS_PORT = 8600;

/** A program with servers of Consul, and the ways to ask them. */
export class ConsulStack extends SandboxStack {
  /** @param program its folder; left out, that of the example, which has clients, too */
  constructor(program = join(REPOSITORY, "examples/consul")) {
    super(program);
  }

  /** Publishes this computer's Consul, the builds of orders and the agent, and creates the stack. */
  override async create(settings: Record<string, string> = {}): Promise<void> {
    await super.create();
    const program = searchPath("consul", process.env) as string | undefined;
    if (!program) throw new Error("consul isn't on PATH; `npm test` puts it there");
    const { artifact, agent } = JSON.parse(readFileSync(this.release, "utf8")) as Release;
    const published = await this.cli(["sandbox", "publish", "--consul", program, "--json"]);
    const { version, linux, windows } = JSON.parse(published) as PublishedConsul;
    await this.setFiles({ artifact, agent, consulLinux: linux, consulWindows: windows });
    await this.setAll({ consulVersion: version, protect: "false", ...settings });
  }

  /** Those that are servers, or those that are clients, in the order of their names. */
  async withRole(...roles: Machine["consul"][]): Promise<Machine[]> {
    const machines = await this.machines();
    return machines.filter(({ consul }) => roles.includes(consul)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A secret of the emulated vaults, which no one outside the network reads. */
  secret(name: string): string {
    const layout = sandboxLayout(this.sandbox);
    const resources = JSON.parse(readFileSync(layout.resources, "utf8")) as { id: string }[];
    const { id } = resources.find((resource) => resource.id.endsWith(`/secrets/${name}`))!;
    return new SecretVersions(layout).get(id)!.value;
  }

  async ask<T>(
    { address }: Pick<Machine, "address">,
    path: string,
    { method = "GET", token, body }: { method?: string; token?: string; body?: string } = {},
  ): Promise<ConsulAnswer<T>> {
    const response = await fetch(`http://${address}:${HTTP_PORT}/v1/${path}`, {
      method,
      headers: token === undefined ? {} : { "X-Consul-Token": token },
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    try {
      return { status: response.status, body: JSON.parse(text) as T };
    } catch {
      return { status: response.status, body: text as T };
    }
  }

  /** Addresses that DNS answers a machine with, sorted. */
  async lookUp({ address }: Pick<Machine, "address">, name: string): Promise<string[]> {
    const resolver = new Resolver({ timeout: 2000, tries: 1 });
    resolver.setServers([`${address}:${DNS_PORT}`]);
    const found = await resolver.resolve4(name).catch((error: { code: string }) => {
      if (error.code === "ENOTFOUND" || error.code === "ENODATA") return [];
      throw error;
    });
    return found.sort();
  }
}
