import type { KubernetesManifest } from "@windows-ha/spec";
import { kubernetesProvider } from "../../../packages/sandbox/src/kubernetes";
import type { PropertyMap, ResourceProviderImplementation } from "../../../packages/sandbox/src/provider";
import type { WindowsCluster } from "./windows-cluster";

const GROUPS: Readonly<Record<string, string>> = { v1: "core/v1" };

/** As our component writes it. */
function kubeconfigOf(server: string, authority: string): string {
  const name = "aks";
  const authorityData = Buffer.from(authority).toString("base64");
  return JSON.stringify({
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, "certificate-authority-data": authorityData } }],
    users: [{ name, user: { exec: { command: "kubelogin", args: ["get-token"] } } }],
  });
}

interface Setup {
  settings?: PropertyMap;
  authority?: string;
  stack?: string;
}

/** A provider of a program, and one resource of it. */
export class Program {
  readonly provider: ResourceProviderImplementation;
  readonly shown: string[] = [];
  readonly interruption = new AbortController();
  readonly #stack: string;

  constructor({ plane }: WindowsCluster, { settings = {}, authority = plane.authority, stack = "dev" }: Setup = {}) {
    const { server, token } = plane;
    this.#stack = stack;
    this.provider = kubernetesProvider({ credentialOf: (asked) => (asked === server ? { token } : undefined) });
    this.provider.configure("program", { kubeconfig: kubeconfigOf(server, authority), ...settings });
  }

  #request(manifest: KubernetesManifest) {
    const { apiVersion, kind } = manifest;
    return {
      urn: `urn:pulumi:${this.#stack}::test::kubernetes:${apiVersion}:${kind}::${manifest.metadata.name}`,
      name: manifest.metadata.name,
      type: `kubernetes:${GROUPS[apiVersion] ?? apiVersion}:${kind}`,
      connection: "program",
      signal: this.interruption.signal,
      report: (text: string) => this.shown.push(text),
    };
  }

  create(manifest: KubernetesManifest, { preview = false, timeoutSeconds = 60 } = {}) {
    const inputs = asInputs(manifest);
    return this.provider.create({ ...this.#request(manifest), inputs, preview, timeoutSeconds });
  }

  update(manifest: KubernetesManifest, before: PropertyMap, { preview = false, ignoreChanges = [] as string[] } = {}) {
    const news = asInputs(manifest);
    return this.provider.update({
      ...this.#request(manifest),
      id: idOf(manifest),
      oldInputs: before,
      state: before,
      news,
      preview,
      ignoreChanges,
      timeoutSeconds: 60,
    });
  }

  read(manifest: KubernetesManifest, inputs: PropertyMap = asInputs(manifest)) {
    return this.provider.read({ ...this.#request(manifest), id: idOf(manifest), inputs, state: {} });
  }

  /** Paths that a preview would show. */
  differences(manifest: KubernetesManifest, oldInputs: PropertyMap): string[] {
    const { changes } = this.provider.diff({
      ...this.#request(manifest),
      id: idOf(manifest),
      oldInputs,
      news: asInputs(manifest),
    });
    return [...changes.keys()];
  }

  trial(manifest: KubernetesManifest, oldInputs: PropertyMap) {
    return this.provider.diffByTrial!({
      ...this.#request(manifest),
      id: idOf(manifest),
      oldInputs,
      news: asInputs(manifest),
    });
  }

  delete(manifest: KubernetesManifest) {
    const state = asInputs(manifest);
    return this.provider.delete({ ...this.#request(manifest), id: idOf(manifest), state, timeoutSeconds: 60 });
  }
}

/** As the engine sends them: without what is undefined. */
export const asInputs = (manifest: KubernetesManifest): PropertyMap =>
  JSON.parse(JSON.stringify(manifest)) as PropertyMap;

/** The object with one place changed. */
export function changed(manifest: KubernetesManifest, path: string, value: unknown): KubernetesManifest {
  const copy = structuredClone(manifest);
  const steps = path.split(".");
  const last = steps.pop()!;
  steps.reduce((part, step) => part[step] as Record<string, unknown>, copy as Record<string, unknown>)[last] = value;
  return copy;
}

/** Another one; a deployment of its own pods. */
export function renamed(manifest: KubernetesManifest, name: string): KubernetesManifest {
  if (manifest.kind !== "Deployment") return changed(manifest, "metadata.name", name);
  const labels = { app: name };
  return [
    ["metadata.name", name],
    ["spec.selector", { matchLabels: labels }],
    ["spec.template.metadata.labels", labels],
  ].reduce((deployment, [path, value]) => changed(deployment, path as string, value), manifest);
}

export function idOf({ metadata: { name, namespace } }: KubernetesManifest): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
