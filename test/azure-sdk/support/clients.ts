import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import * as authorization from "@azure/arm-authorization";
import * as compute from "@azure/arm-compute";
import * as containerservice from "@azure/arm-containerservice";
import * as keyvault from "@azure/arm-keyvault";
import * as monitor from "@azure/arm-monitor";
import * as msi from "@azure/arm-msi";
import * as network from "@azure/arm-network";
import * as privatedns from "@azure/arm-privatedns";
import * as resources from "@azure/arm-resources";
import * as storage from "@azure/arm-storage";
import type { ServiceClient, ServiceClientOptions } from "@azure/core-client";

/** Microsoft's client library for one Azure service. */
export interface Sdk {
  /** What the package exports; among them `Known…` with the values of each open enumeration. */
  module: Record<string, unknown>;
  client: ServiceClient;
  /** The file that declares the models; enumerations are linked to properties nowhere else. */
  declarations: string;
}

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const CREDENTIAL = { getToken: () => Promise.resolve({ token: "none", expiresOnTimestamp: Date.now() + 3_600_000 }) };
/** Nothing is sent: the request itself comes back as the answer's request. */
const OFFLINE: ServiceClientOptions = {
  httpClient: {
    sendRequest: (request) => Promise.resolve({ request, status: 200, headers: request.headers, bodyAsText: "{}" }),
  },
};

/**
 * The versions are pinned in the workspace's catalog to the last ones that carry mappers and speak the API version of
 * the pinned azure-native; `api-versions.spec.ts` fails when they part.
 */
export const SDKS = {
  authorization: {
    module: authorization,
    client: new authorization.AuthorizationManagementClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("authorization"),
  },
  compute: {
    module: compute,
    client: new compute.ComputeManagementClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("compute"),
  },
  containerservice: {
    module: containerservice,
    client: new containerservice.ContainerServiceClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("containerservice"),
  },
  keyvault: {
    module: keyvault,
    client: new keyvault.KeyVaultManagementClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("keyvault"),
  },
  monitor: {
    module: monitor,
    client: new monitor.MonitorClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("monitor"),
  },
  msi: {
    module: msi,
    client: new msi.ManagedServiceIdentityClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("msi"),
  },
  network: {
    module: network,
    client: new network.NetworkManagementClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("network"),
  },
  privatedns: {
    module: privatedns,
    client: new privatedns.PrivateDnsManagementClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("privatedns"),
  },
  resources: {
    module: resources,
    client: new resources.ResourceManagementClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("resources"),
  },
  storage: {
    module: storage,
    client: new storage.StorageManagementClient(CREDENTIAL, SUBSCRIPTION, OFFLINE),
    declarations: declarationsOf("storage"),
  },
} satisfies Record<string, Sdk>;

/** Older packages declare everything in one file, newer ones keep the models apart. */
function declarationsOf(name: string): string {
  const folder = dirname(require.resolve(`@azure/arm-${name}/package.json`));
  const files = [join(folder, `types/arm-${name}.d.ts`), join(folder, "dist/commonjs/models/index.d.ts")];
  const found = files.find((file) => existsSync(file));
  if (!found) throw new Error(`@azure/arm-${name} declares its models in none of ${files.join(", ")}`);
  return found;
}
