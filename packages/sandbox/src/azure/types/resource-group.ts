import { defineType } from "../resource-type";

export const resourceGroup = defineType({
  token: "azure-native:resources:ResourceGroup",
  armType: "Microsoft.Resources/resourceGroups",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
  autoName: "random",
  location: "required",
  replaceOn: ["location"],
  compute: () => ({ properties: { provisioningState: "Succeeded" } }),
});
