import { AzureError } from "../azure-error";
import { usersOf } from "../references";
import { defineType, type Placement } from "../resource-type";
import { single } from "../rule-helpers";
import { ZONES_ARE_FIXED } from "./public-ip-address";

interface DiskInputs {
  sku?: { name?: string };
  creationData?: { createOption?: string };
  diskSizeGB?: number;
  zones?: string[];
}

export const DISK = "azure-native:compute:Disk";
const INVALID = "InvalidParameter";
/** Of the kinds that are not Ultra and not Premium SSD v2. */
const LARGEST_GB = 32_767;

export const disk = defineType<DiskInputs>({
  token: DISK,
  armType: "Microsoft.Compute/disks",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/disks/{diskName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  rules: [
    single<DiskInputs>(
      ["creationData.createOption", "diskSizeGB"],
      "diskSizeGB",
      INVALID,
      ({ creationData, diskSizeGB: size }) =>
        creationData?.createOption === "Empty" &&
        size === undefined &&
        "Required parameter 'disk.diskSizeGB' is missing (null).",
    ),
    single<DiskInputs>(
      ["diskSizeGB"],
      "diskSizeGB",
      INVALID,
      ({ diskSizeGB: size }) =>
        size !== undefined &&
        (!Number.isInteger(size) || size < 1 || size > LARGEST_GB) &&
        `The value ${size} of parameter 'disk.diskSizeGB' is out of range. The value must be between 1 and ${LARGEST_GB}, inclusive.`,
    ),
    single<DiskInputs>(["zones", "sku.name"], "zones", INVALID, ({ zones = [], sku }) => {
      if (zones.length > 1)
        return `A disk lies in one zone, not in ${zones.length}; kinds ending in ZRS are zone-redundant.`;
      return zones.length > 0 && sku?.name?.endsWith("_ZRS") && `A disk of the kind ${sku.name} can't have a zone.`;
    }),
  ],
  immutables: [
    { path: "zones", ...ZONES_ARE_FIXED },
    {
      path: "creationData.createOption",
      code: "PropertyChangeNotAllowed",
      message: "Changing property 'creationData.createOption' is not allowed.",
    },
    {
      path: "diskSizeGB",
      code: "OperationNotAllowed",
      message: "Disk resize is only allowed when increasing the size of the disk.",
      refuses: (before, after) => Number(after) < Number(before),
    },
  ],
  refusePlacement: refuseOtherKind,
  refuseDeletion: ({ name }, users) =>
    new AzureError("OperationNotAllowed", `Disk ${name} is attached to VM ${users.map((user) => user.id).join(", ")}.`),
});

/** Azure changes the kind of a disk while its machine is deallocated, which the sandbox's machines never are. */
function refuseOtherKind({ id, inputs, store }: Placement): AzureError | undefined {
  const kind = (declared: unknown): string => (declared as DiskInputs).sku?.name ?? "Premium_LRS";
  const former = store.get(id);
  if (!former || kind(former.inputs) === kind(inputs)) return undefined;
  const [user] = usersOf(store, id);
  if (!user) return undefined;
  return new AzureError(
    "OperationNotAllowed",
    `The account type of disk ${former.name} can't be changed from ${kind(former.inputs)} to ${kind(inputs)} while it is attached to the running VM ${user.id}. Deallocate the VM, or detach the disk.`,
  );
}
