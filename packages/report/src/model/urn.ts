/** The parts of `urn:pulumi:<stack>::<project>::<parents' types>$<type>::<name>`. */
export interface Urn {
  stack: string;
  project: string;
  type: string;
  name: string;
}

export function parseUrn(urn: string): Urn {
  const [head = "", project = "", types = "", ...name] = urn.split("::");
  return {
    stack: head.replace(/^urn:pulumi:/, ""),
    project,
    type: types.split("$").at(-1)!,
    // A name may hold the separator.
    name: name.length > 0 ? name.join("::") : urn,
  };
}

/** A type without the API version that a token may carry: `azure-native:network/v20240501:Subnet`. */
export function plainType(type: string): string {
  return type.replace(/\/v\d{8}(preview)?(?=:)/i, "");
}

/** What people call it: `VirtualMachineScaleSet`. */
export function shortType(type: string): string {
  return type.split(":").at(-1) || type;
}
