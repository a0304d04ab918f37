import { AzureError } from "../azure-error";
import { defineType } from "../resource-type";

export const applicationSecurityGroup = defineType({
  token: "azure-native:network:ApplicationSecurityGroup",
  armType: "Microsoft.Network/applicationSecurityGroups",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/applicationSecurityGroups/{applicationSecurityGroupName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  // The sentence is the one that people report (azure-cli#12591); no public source names its code.
  refuseDeletion: (group, users) =>
    new AzureError(
      "InvalidParameter",
      `Application Security Group ${group.name} cannot be deleted because it is referenced by ${users.map((user) => user.id).join(", ")}.`,
    ),
});
