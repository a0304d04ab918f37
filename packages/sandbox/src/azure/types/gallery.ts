import { AzureError } from "../azure-error";
import { holdsId } from "../arm-id";
import { defineType, type AzureResourceType } from "../resource-type";
import { single } from "../rule-helpers";
import { identityOutputs, missingIdentity } from "./machine-identity";

export const GALLERY = "azure-native:compute:Gallery";

interface GalleryInputs {
  galleryName: string;
}

/** Galleries and applications go after what they hold. */
export const refuseWhileHolding: AzureResourceType["refuseRemoval"] = ({ id }, store) => {
  const held = store.list().find((other) => other.id !== id && holdsId(id, other.id));
  if (!held) return undefined;
  return new AzureError(
    "CannotDeleteResource",
    `Can not delete resource before nested resources are deleted. (${id} holds ${held.id}.)`,
  );
};

export const gallery = defineType<GalleryInputs>({
  token: GALLERY,
  armType: "Microsoft.Compute/galleries",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/galleries/{galleryName}",
  autoName: "random",
  location: "inherited",
  replaceOn: ["location"],
  rules: [
    single<GalleryInputs>(
      ["galleryName"],
      "galleryName",
      "InvalidParameter",
      ({ galleryName }) =>
        !/^[A-Za-z0-9]([A-Za-z0-9._]{0,78}[A-Za-z0-9])?$/.test(galleryName) &&
        `The gallery name '${galleryName}' is invalid. It may have letters, digits, underscores and periods, at most 80, and begins and ends with a letter or digit; no hyphens.`,
    ),
  ],
  refusePlacement: (placement) => {
    const { store, id, inputs } = placement;
    const { galleryName } = inputs as unknown as GalleryInputs;
    const second = store
      .list(GALLERY)
      .find((other) => other.id !== id && other.name.toLowerCase() === galleryName.toLowerCase());
    return (
      missingIdentity(placement) ??
      (second && new AzureError("Conflict", `The gallery name '${galleryName}' is taken in this subscription.`))
    );
  },
  refuseRemoval: refuseWhileHolding,
  compute: (placement) => identityOutputs(placement),
});
