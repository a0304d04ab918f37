import { AzureError } from "../azure-error";
import { parentId, sameId } from "../arm-id";
import { defineType, type InputRule } from "../resource-type";
import { checkCustomScript, checkHealth, type ExtensionCheck } from "./scale-set-extension-rules";
import type { Extension } from "./scale-set-inputs";

const EXTENSION = "azure-native:compute:VirtualMachineExtension";

function rule(check: ExtensionCheck): InputRule<Extension> {
  return {
    reads: ["type", "settings", "protectedSettings"],
    check: (extension) => {
      const found = check(extension);
      if (!found) return [];
      return [{ path: found.path ?? "type", code: found.code ?? "InvalidParameter", message: found.message ?? "" }];
    },
  };
}

const required: InputRule<Extension> = {
  reads: ["publisher", "type", "typeHandlerVersion"],
  check: (extension) =>
    (["publisher", "type", "typeHandlerVersion"] as const)
      .filter((property) => !(extension as Record<string, unknown>)[property])
      .map((property) => ({
        path: property,
        code: "InvalidParameter",
        message: `Required parameter '${property}' is missing (null).`,
      })),
};

/** An extension of a single machine; the machine runs it when it is put. */
export const virtualMachineExtension = defineType<Extension>({
  token: EXTENSION,
  armType: "Microsoft.Compute/virtualMachines/extensions",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/virtualMachines/{vmName}/extensions/{vmExtensionName}",
  autoName: "copy",
  location: "inherited",
  replaceOn: [],
  writeOnly: [{ path: "protectedSettings", remembered: true }],
  machinesOf: ({ id }) => parentId(id),
  preflightReads: ["publisher", "type", "settings", "protectedSettings"],
  rules: [required, rule(checkCustomScript), rule(checkHealth)],
  refusePlacement: ({ id, inputs, store }) => {
    const { publisher, type } = inputs as Extension;
    const machine = parentId(id)!;
    const second = store
      .list(EXTENSION)
      .find(
        (other) =>
          sameId(parentId(other.id)!, machine) &&
          !sameId(other.id, id) &&
          other.inputs["publisher"] === publisher &&
          other.inputs["type"] === type,
      );
    if (!second) return undefined;
    return new AzureError(
      "BadRequest",
      `Multiple VMExtensions per handler not supported for OS type 'Windows'. VMExtension '${second.name}' with handler '${publisher}.${type}' already added or specified in input.`,
    );
  },
});
