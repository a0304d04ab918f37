import { createHash } from "node:crypto";
import { ZERO_UUID } from "../subscription";
import { defineType } from "../resource-type";

export const userAssignedIdentity = defineType({
  token: "azure-native:managedidentity:UserAssignedIdentity",
  armType: "Microsoft.ManagedIdentity/userAssignedIdentities",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
  autoName: "random",
  location: "inherited",
  replaceOn: ["location"],
  compute: ({ id }) => ({
    principalId: uuidOf(`principal:${id}`),
    clientId: uuidOf(`client:${id}`),
    tenantId: ZERO_UUID,
  }),
});

/** A UUID that the same id always gets, marked as such (version 8: "whatever its maker wants"). */
export function uuidOf(text: string): string {
  const digest = createHash("sha256").update(text.toLowerCase()).digest();
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return digest.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
