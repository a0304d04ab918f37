import { expect } from "chai";
import {
  record,
  recordBoth,
  Template,
  UNKNOWN,
  type OutputTable,
  type RecordMocks,
  type Recording,
  type Values,
} from "@windows-ha/testing";
import type { WindowsHaClusterArgs } from "windows-ha";
import { selfSigned } from "../../support/self-signed";

export const SHA256_A = "a".repeat(64);
export const SHA256_B = "b".repeat(64);
export const TAGS = { team: "orders", cost: "4711" };
/** Consul's program, which whoever deploys gives. */
export const CONSUL_PROGRAM = {
  version: "1.21.5",
  linux: { url: "https://files.example.com/consul_1.21.5_linux_amd64.zip", sha256: SHA256_A },
  windows: { url: "https://files.example.com/consul_1.21.5_windows_amd64.zip", sha256: SHA256_B },
};
/** Where a part that stands alone is put. */
export const PLACE = { resourceGroupName: "orders-group", location: "westeurope", tags: TAGS };

/** One pair for every key and certificate of a recording: they only have to belong together. */
let pair: { cert: string; key: string } | undefined;
const tlsPair = () => (pair ??= selfSigned("orders.example.com"));

/** What Azure would answer; a preview doesn't know it. */
const OUTPUTS: OutputTable = {
  "azure-native:network:PublicIPAddress": () => ({ ipAddress: "203.0.113.10" }),
  "azure-native:managedidentity:UserAssignedIdentity": () => ({
    principalId: "11111111-2222-3333-4444-555555555555",
    clientId: "66666666-7777-8888-9999-000000000000",
  }),
  "azure-native:resources:ResourceGroup": () => ({ location: "westeurope" }),
  "azure-native:storage:Blob": ({ blobName }) => ({ url: `https://account/${String(blobName).split("/").at(-1)}` }),
  "azure-native:keyvault:Vault": ({ vaultName, properties }) => ({
    properties: { ...(properties as object), vaultUri: `https://${String(vaultName)}.vault.azure.net/` },
  }),
  "azure-native:containerservice:ManagedCluster": () => ({
    oidcIssuerProfile: { issuerURL: "https://issuer.example.com/" },
    identityProfile: { kubeletidentity: { objectId: "88888888-7777-8888-9999-000000000000" } },
    nodeResourceGroup: "MC_orders",
  }),
  "kubernetes:core/v1:Service": () => ({ status: { loadBalancer: { ingress: [{ ip: "10.20.0.7" }] } } }),
  "command:remote:Command": ({ connection }) => ({ stdout: `serves at ${(connection as Values).host as string}\n` }),
  "random:index/randomId:RandomId": () => ({ hex: "0a1b2c3d4e" }),
  "random:index/randomPassword:RandomPassword": (_, name) => ({
    result: name.endsWith("-admin-password") ? "Random-password-4711" : `Random-password-of-${name}`,
    bcryptHash: "hash-4711",
  }),
  "tls:index/privateKey:PrivateKey": () => ({
    privateKeyPem: tlsPair().key,
    publicKeyOpenssh: "ssh-ed25519 AAAA4711\n",
  }),
  "tls:index/selfSignedCert:SelfSignedCert": () => ({ certPem: tlsPair().cert }),
  "tls:index/certRequest:CertRequest": () => ({ certRequestPem: "request" }),
  "tls:index/locallySignedCert:LocallySignedCert": () => ({ certPem: tlsPair().cert }),
};

/** Azure adds the address to the front end that was given; azure-native shows it as unknown inside it in a preview. */
const MOCKS: RecordMocks = {
  newResource: ({ type, inputs, preview }) => {
    if (type !== "azure-native:network:LoadBalancer") return undefined;
    const privateIPAddress = preview ? UNKNOWN : "10.20.0.4";
    const frontEnds = (inputs.frontendIPConfigurations as Values[]).map((frontEnd) =>
      frontEnd.subnet ? { ...frontEnd, privateIPAddress } : frontEnd,
    );
    return { state: { frontendIPConfigurations: frontEnds } };
  },
  call: ({ token }) => CALLS[token] ?? DEPLOYER,
};
/** Who deploys. */
const DEPLOYER = { tenantId: "77777777-7777-8888-9999-000000000000", subscriptionId: "", clientId: "", objectId: "me" };
const CREDENTIALS =
  "clusters:\n- cluster:\n    certificate-authority-data: QUJD\n    server: https://orders.example.com:443\n";
const CALLS: Readonly<Record<string, Values>> = {
  "azure-native:containerservice:listManagedClusterUserCredentials": {
    kubeconfigs: [{ name: "user", value: Buffer.from(CREDENTIALS).toString("base64") }],
  },
  "azure-native:containerservice:getManagedCluster": {
    id: "/subscriptions/s/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/shared",
    oidcIssuerProfile: { issuerURL: "https://shared.example.com/" },
    nodeResourceGroup: "MC_shared",
  },
};
const AZURE = { outputs: OUTPUTS, mocks: MOCKS };

/** The quickstart's arguments, and changes. */
export function clusterArgs(changes: Partial<WindowsHaClusterArgs> = {}): WindowsHaClusterArgs {
  return {
    service: {
      name: "orders",
      version: "1.4.2",
      artifact: { url: "https://files.example.com/orders-1.4.2.exe", sha256: SHA256_A },
      port: 8080,
    },
    agent: { url: "https://files.example.com/windows-ha-agent.exe", sha256: SHA256_B },
    ...changes,
  };
}

/** Pulumi takes stack traces all the time, which nobody reads: mapping them to TypeScript is a third of a recording. */
async function unmapped<T>(recording: () => Promise<T>): Promise<T> {
  process.setSourceMapsEnabled(false);
  try {
    return await recording();
  } finally {
    process.setSourceMapsEnabled(true);
  }
}

/** Declares one test for the update and one for the preview, in which ids and computed outputs are unknown. */
export function inBothPasses<T>(
  title: string,
  program: () => T,
  check: (recording: Recording<T>) => void | Promise<void>,
): void {
  for (const preview of [false, true]) {
    it(`${title}${preview ? ", in a preview too" : ""}`, async () =>
      check(await unmapped(() => record(program, { preview, ...AZURE }))));
  }
}

export const recordUpdate = <T>(program: () => T): Promise<Recording<T>> => unmapped(() => record(program, AZURE));
export const recordEach = async <T>(program: () => T): Promise<Recording<T>[]> =>
  Object.values(await unmapped(() => recordBoth(program, AZURE)));

/** The inputs of the only resource of a type. */
export const bodyOf = (recording: Recording, type: string): Values => Template.of(recording).findResource(type).inputs;

/** The parts of a scale set's body that several tests look into. */
export interface MachineProfile {
  networkProfile: { networkInterfaceConfigurations: [{ ipConfigurations: [Record<string, unknown>] }] };
  extensionProfile: { extensions: Extension[] };
  osProfile: Record<string, unknown>;
  storageProfile: unknown;
  securityProfile: unknown;
  diagnosticsProfile: unknown;
}
export interface Extension {
  name: string;
  typeHandlerVersion: string;
  settings: Record<string, unknown>;
  protectedSettings?: { commandToExecute: string };
}
export const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";
export const profileOf = (recording: Recording): MachineProfile =>
  bodyOf(recording, SCALE_SET).virtualMachineProfile as MachineProfile;
export const ipConfigurationOf = (recording: Recording): Record<string, unknown> =>
  profileOf(recording).networkProfile.networkInterfaceConfigurations[0].ipConfigurations[0];

/** A value that only an update knows. */
export const known = (recording: Recording, value: unknown): unknown => (recording.preview ? UNKNOWN : value);

/** What a program fails with, and the types of what it had registered by then. */
export async function attempt(
  program: () => unknown,
  preview = false,
): Promise<{ failure: Error; registered: string[] }> {
  const registered: string[] = [];
  const newResource: RecordMocks["newResource"] = (resource) => {
    registered.push(resource.type);
    return MOCKS.newResource?.(resource);
  };
  const failure = await record(program, { ...AZURE, preview, mocks: { ...MOCKS, newResource } }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure, "the program should have failed").to.be.instanceOf(Error);
  return { failure: failure as Error, registered: registered.filter((type) => type !== "pulumi:pulumi:Stack") };
}

export const failureOf = async (program: () => unknown): Promise<Error> => (await attempt(program)).failure;
