import { NOBODY } from "../../azure/types/managed-cluster";
import type { PropertyMap } from "../../provider";
import { ClusterClient } from "./cluster-client";
import type { CredentialOf } from "./credentials";
import { chooseCluster } from "./kubeconfig";
import { providerSettings, type ProviderSettings } from "./settings";
import type { Cluster } from "./writing";

interface Connection {
  settings: ProviderSettings;
  interruption: AbortController;
  /** Found with the first object. */
  client?: Promise<ClusterClient>;
}

const NOT_CONFIGURED = providerSettings({});

/** The providers of a program, each with its cluster, of each running engine. */
export class Connections {
  readonly #connections = new Map<string, Connection>();

  constructor(private readonly credentialOf: CredentialOf) {}

  configure(connection: string, variables: PropertyMap): void {
    this.#connections.set(connection, {
      settings: providerSettings(variables),
      interruption: new AbortController(),
    });
  }

  settings(connection: string): ProviderSettings {
    return this.#connections.get(connection)?.settings ?? NOT_CONFIGURED;
  }

  /**
   * Whether there is a cluster to ask: not as long as the same update makes it, and never where the sandbox can't run one,
   * whose previews go on.
   */
  hasCluster(connection: string): boolean {
    const { kubeconfig } = this.settings(connection);
    return kubeconfig !== undefined && !kubeconfig.includes(NOBODY);
  }

  /** Waits of this engine end. */
  cancel(connection: string): void {
    this.#connections.get(connection)?.interruption.abort();
  }

  /** @throws Error when the program names no cluster: one of this computer's own kubeconfig is never taken. */
  async cluster(name: string): Promise<Cluster> {
    const connection = this.#connections.get(name);
    const { kubeconfig } = this.settings(name);
    if (connection === undefined || kubeconfig === undefined) {
      throw new Error(
        "which cluster? In the sandbox a kubernetes provider needs its kubeconfig in the program: the one of this computer may lead to a real cluster. Give the object a provider with `kubeconfig`, for example an AksCluster's.",
      );
    }
    connection.client ??= chooseCluster({ ...connection.settings, kubeconfig }).then(
      (choice) => new ClusterClient(choice, this.credentialOf),
    );
    return {
      client: await connection.client,
      settings: connection.settings,
      interrupted: connection.interruption.signal,
    };
  }
}
