import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../control-plane/api-client";
import type { ApiObject, ObjectAddress } from "./api-object";
import { accessTo, type Access, type CredentialOf } from "./credentials";
import type { ClusterChoice } from "./kubeconfig";
import { Refusal, type Status } from "./refusal";

/** The server didn't answer at all. */
export class Unreachable extends Error {
  constructor(server: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(
      `the cluster at ${server} doesn't answer (${typeof code === "string" ? code : message}). If it is gone for good, set deleteUnreachable: true of the kubernetes provider, and its objects leave the stack's state.`,
    );
    this.name = "Unreachable";
  }
}

export interface ApplyOptions {
  manager: string;
  /** Takes over what others own. */
  force: boolean;
  dryRun?: boolean;
  signal?: AbortSignal;
}

/** Answers after which the same question may be answered otherwise in a moment. */
const BUSY = new Set([429, 503, 504]);
const RETRY_AFTER_MS = [250, 500, 1000, 2000, 4000];
/** A credential of a plugin is renewed so long before its end. */
const RENEW_BEFORE_MS = 30_000;

/** One cluster as a kubeconfig leads to it. */
export class ClusterClient {
  #access: Promise<{ access: Access; api: ApiClient }> | undefined;

  constructor(
    readonly choice: ClusterChoice,
    private readonly credentialOf: CredentialOf,
  ) {}

  /** @returns undefined where there is none */
  async get(address: ObjectAddress, signal?: AbortSignal): Promise<ApiObject | undefined> {
    const { status, body } = await this.#call("GET", address.path, undefined, undefined, signal);
    if (status === 404) return undefined;
    return this.#taken(address, status, body);
  }

  /** All objects below a path. */
  async list(path: string, signal?: AbortSignal): Promise<ApiObject[]> {
    const { status, body } = await this.#call("GET", path, undefined, undefined, signal);
    return status === 200 ? ((body as { items?: ApiObject[] }).items ?? []) : [];
  }

  /** Writes an object as declared, by server-side apply. A field that Kubernetes doesn't know is refused. */
  async apply(address: ObjectAddress, manifest: ApiObject, options: ApplyOptions): Promise<ApiObject> {
    const { manager, force, dryRun = false, signal } = options;
    const query = `fieldManager=${manager}&fieldValidation=Strict&force=${force}${dryRun ? "&dryRun=All" : ""}`;
    const path = `${address.path}?${query}`;
    const { status, body } = await this.#call("PATCH", path, manifest, "application/apply-patch+yaml", signal);
    return this.#taken(address, status, body);
  }

  /** @returns whether there was one */
  async delete(address: ObjectAddress, propagationPolicy: string, signal?: AbortSignal): Promise<boolean> {
    const options = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
    const { status, body } = await this.#call("DELETE", address.path, options, undefined, signal);
    if (status === 404) return false;
    this.#taken(address, status, body);
    return true;
  }

  #taken(address: ObjectAddress, status: number, body: unknown): ApiObject {
    if (status < 300) return body as ApiObject;
    throw new Refusal(status, body as Status, address, this.choice.server);
  }

  async #call(
    method: string,
    path: string,
    body: unknown,
    type: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ status: number; body: unknown }> {
    for (const wait of [...RETRY_AFTER_MS, undefined]) {
      const { api } = await this.#connected();
      const answer = await api.call(method, path, body, type, signal).catch((error: unknown) => {
        if (signal?.aborted) throw error;
        throw new Unreachable(this.choice.server, error);
      });
      if (wait === undefined || !BUSY.has(answer.status)) return answer;
      await sleep(wait, undefined, { signal });
    }
    throw new Error("unreachable: the last try has no wait");
  }

  async #connected(): Promise<{ access: Access; api: ApiClient }> {
    const { expires = Infinity } = (await this.#access)?.access ?? {};
    if (this.#access === undefined || expires - RENEW_BEFORE_MS < Date.now()) {
      this.#access = accessTo(this.choice, this.credentialOf).then((access) => ({
        access,
        api: new ApiClient(access),
      }));
      // The next one asks anew.
      this.#access.catch(() => (this.#access = undefined));
    }
    return this.#access;
  }
}
