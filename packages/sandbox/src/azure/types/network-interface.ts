import { AzureError } from "../azure-error";
import { missingReference, usersOf } from "../references";
import { defineType, type Reference } from "../resource-type";
import { single } from "../rule-helpers";
import { addressOwner, refuseStaticAddress } from "./static-address";
import { VIRTUAL_MACHINE } from "./virtual-machine";

interface IpConfiguration {
  name?: string;
  primary?: boolean;
  privateIPAllocationMethod?: string;
  privateIPAddress?: string;
  subnet?: Reference;
  publicIPAddress?: Reference;
  loadBalancerBackendAddressPools?: Reference[];
  applicationSecurityGroups?: Reference[];
}

interface NetworkInterfaceInputs {
  networkSecurityGroup?: Reference;
  ipConfigurations?: IpConfiguration[];
}

export const networkInterface = defineType<NetworkInterfaceInputs>({
  token: "azure-native:network:NetworkInterface",
  armType: "Microsoft.Network/networkInterfaces",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/networkInterfaces/{networkInterfaceName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  subResources: ["ipConfigurations"],
  machinesOf: ({ id }, store) => usersOf(store, id).find((user) => user.type === VIRTUAL_MACHINE)?.id,
  preflightReads: ["ipConfigurations[].loadBalancerBackendAddressPools"],
  rules: [
    single<NetworkInterfaceInputs>(
      ["ipConfigurations[].primary", "ipConfigurations[].subnet"],
      "ipConfigurations",
      "NetworkInterfaceMustHaveAtLeastOneIpConfiguration",
      ({ ipConfigurations = [] }) => {
        if (ipConfigurations.length === 0) return "A network interface needs an IP configuration.";
        const primary = ipConfigurations.filter((candidate) => candidate.primary).length;
        if (ipConfigurations.length > 1 && primary !== 1)
          return `One IP configuration must be primary, not ${primary}.`;
        return ipConfigurations.some(({ subnet }) => !subnet) && "Every IP configuration needs a subnet.";
      },
    ),
    single<NetworkInterfaceInputs>(
      ["ipConfigurations[].privateIPAllocationMethod", "ipConfigurations[].privateIPAddress"],
      "ipConfigurations",
      "InvalidParameter",
      ({ ipConfigurations = [] }) =>
        ipConfigurations.some(
          ({ privateIPAllocationMethod: method, privateIPAddress }) => method === "Static" && !privateIPAddress,
        ) && "A static address needs privateIPAddress.",
    ),
  ],
  refusePlacement: ({ id, inputs, store }) => {
    const { networkSecurityGroup, ipConfigurations = [] } = inputs as NetworkInterfaceInputs;
    const missing = missingReference(store, id, [
      networkSecurityGroup?.id,
      ...ipConfigurations.flatMap((configuration) => [
        configuration.subnet?.id,
        configuration.publicIPAddress?.id,
        ...(configuration.loadBalancerBackendAddressPools ?? []).map((pool) => pool.id),
        ...(configuration.applicationSecurityGroups ?? []).map((group) => group.id),
      ]),
    ]);
    return missing ?? refuseStaticAddress({ id, inputs, store });
  },
  compute: ({ id, inputs }, base, dataPlane) => ({
    ipConfigurations: (base["ipConfigurations"] as IpConfiguration[] | undefined)?.map((configuration) => ({
      ...configuration,
      privateIPAddress: dataPlane.allocateAddress(addressOwner(id, inputs)),
    })),
  }),
  addressOwners: ({ id, inputs }) => [addressOwner(id, inputs)],
  refuseDeletion: (nic, users) =>
    new AzureError(
      "NicInUse",
      `Network Interface ${nic.id} is used by existing resource ${users.map((user) => user.id).join(", ")}. In order to delete the network interface, it must be dissociated from the resource.`,
    ),
});
