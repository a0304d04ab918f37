import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { SDKS } from "./support/clients";
import { OPERATIONS, type Operation } from "./support/operations";
import { operationSpecOf } from "./support/request";

/** No published client library with mappers speaks azure-native's version; what the components use is equal in both. */
const REVIEWED: Record<string, string> = {
  "azure-native:containerservice:AgentPool": "2025-09-01 by azure-native, 2025-10-01 by the library",
  "azure-native:containerservice:MaintenanceConfiguration": "2025-09-01 by azure-native, 2025-10-01 by the library",
  "azure-native:containerservice:ManagedCluster": "2025-09-01 by azure-native, 2025-10-01 by the library",
  "azure-native:monitor:ActivityLogAlert": "2020-10-01 by azure-native, 2017-04-01 by the library",
  "azure-native:monitor:AutoscaleSetting": "2021-05-01-preview by azure-native, 2015-04-01 by the library",
  "azure-native:monitor:DataCollectionRuleAssociation": "2022-06-01 by azure-native, 2021-04-01 by the library",
  "azure-native:privatedns:PrivateZone": "2024-06-01 by azure-native, 2020-06-01 by the library",
  "azure-native:privatedns:VirtualNetworkLink": "2024-06-01 by azure-native, 2020-06-01 by the library",
  "azure-native:resources:ResourceGroup": "2024-03-01 by azure-native, 2024-11-01 by the library",
};

describe("the client libraries that read the bodies", () => {
  for (const [type, operation] of Object.entries(OPERATIONS)) {
    it(`speak the API version that azure-native speaks: ${type}`, async () => {
      const ours = azureNativeVersion(type);
      const theirs = await libraryVersion(operation);
      const difference = ours === theirs ? undefined : `${ours} by azure-native, ${theirs} by the library`;
      expect(difference, "change the pinned version, or review the difference").to.equal(REVIEWED[type]);
    });
  }
});

function azureNativeVersion(token: string): string {
  const [, module, name] = token.split(":") as [string, string, string];
  const file = join(
    dirname(require.resolve("@pulumi/azure-native/package.json")),
    module,
    `${name.charAt(0).toLowerCase()}${name.slice(1)}.d.ts`,
  );
  return /Uses Azure REST API version (\S+?)\.(?:\s|$)/.exec(readFileSync(file, "utf8"))![1]!;
}

/** A library with one version has it on the client, one with several in each operation. */
async function libraryVersion(operation: Operation): Promise<string> {
  const { queryParameters = [] } = await operationSpecOf(operation);
  const parameter = queryParameters.find(({ mapper }) => mapper.serializedName === "api-version")!;
  const ofClient = (SDKS[operation.sdk].client as { apiVersion?: string }).apiVersion;
  return (parameter.mapper.isConstant ? parameter.mapper.defaultValue : ofClient) as string;
}
