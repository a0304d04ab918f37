import { AzureError } from "../azure-error";
import { sameId } from "../arm-id";
import { missingReference } from "../references";
import { defineType, type Placement } from "../resource-type";
import { loadBalancerRules, type FrontEnd, type LoadBalancerInputs } from "./load-balancer-rules";
import { outboundRules } from "./outbound-rules";
import { ZONES_ARE_FIXED } from "./public-ip-address";

export const loadBalancer = defineType<LoadBalancerInputs>({
  token: "azure-native:network:LoadBalancer",
  armType: "Microsoft.Network/loadBalancers",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/loadBalancers/{loadBalancerName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  subResources: [
    "frontendIPConfigurations",
    "backendAddressPools",
    "loadBalancingRules",
    "probes",
    "inboundNatRules",
    "outboundRules",
  ],
  rules: [...loadBalancerRules, ...outboundRules],
  immutables: [
    {
      path: "sku.name",
      code: "InvalidParameter",
      message: "Sku property is set at creation time and cannot be changed on resource update.",
    },
  ],
  refusePlacement: (placement) => {
    const frontEnds = (placement.inputs as LoadBalancerInputs).frontendIPConfigurations ?? [];
    const references = frontEnds.flatMap((frontEnd) => [frontEnd.subnet?.id, frontEnd.publicIPAddress?.id]);
    return (
      missingReference(placement.store, placement.id, references) ??
      refusePublicAddress(placement, frontEnds) ??
      refuseZones(placement, frontEnds)
    );
  },
  compute: (_, base, dataPlane) => ({
    frontendIPConfigurations: (base["frontendIPConfigurations"] as (FrontEnd & { id: string })[] | undefined)?.map(
      (frontEnd) =>
        frontEnd.subnet ? { ...frontEnd, privateIPAddress: dataPlane.allocateAddress(frontEnd.id) } : { ...frontEnd },
    ),
  }),
  addressOwners: ({ id, inputs }) =>
    ((inputs as LoadBalancerInputs).frontendIPConfigurations ?? [])
      .filter((frontEnd) => frontEnd.subnet)
      .map((frontEnd) => `${id}/frontendIPConfigurations/${frontEnd.name}`),
  refuseDeletion: (balancer, users) =>
    new AzureError(
      "LoadBalancerInUseByVirtualMachineScaleSet",
      `Cannot delete load balancer ${balancer.id} since its child resources are in use by virtual machine scale set ${users.map((user) => user.id).join(", ")}.`,
    ),
});

function refusePublicAddress({ id, inputs, store }: Placement, frontEnds: FrontEnd[]): AzureError | undefined {
  const sku = (inputs as LoadBalancerInputs).sku?.name ?? "Basic";
  for (const { publicIPAddress } of frontEnds) {
    const address = publicIPAddress?.id ? store.get(publicIPAddress.id) : undefined;
    if (!address) continue;
    const addressSku = (address.inputs["sku"] as { name?: string } | undefined)?.name ?? "Basic";
    if (addressSku !== sku) {
      return new AzureError(
        "PublicIPAndLBSkuDoNotMatch",
        `${sku} sku load balancer ${id} cannot reference ${addressSku} sku publicIP ${address.id}.`,
      );
    }
  }
  return undefined;
}

/** A front end keeps the zones that it was created with. */
function refuseZones({ id, store }: Placement, frontEnds: FrontEnd[]): AzureError | undefined {
  const former = (store.get(id)?.inputs as LoadBalancerInputs | undefined)?.frontendIPConfigurations ?? [];
  for (const { name, zones = [] } of frontEnds) {
    const before = former.find((candidate) => sameId(candidate.name ?? "", name ?? ""));
    if (!before || [...(before.zones ?? [])].sort().join() === [...zones].sort().join()) continue;
    return new AzureError(
      ZONES_ARE_FIXED.code,
      `Resource ${id}/frontendIPConfigurations/${name} has an existing availability zone constraint ${(before.zones ?? []).join(", ")} and the request has availability zone constraint ${zones.join(", ") || "NotSpecified"}, which do not match. ${ZONES_ARE_FIXED.message}`,
    );
  }
  return undefined;
}
