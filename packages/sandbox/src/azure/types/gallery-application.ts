import { defineType } from "../resource-type";
import { single } from "../rule-helpers";
import { refuseWhileHolding } from "./gallery";

export const GALLERY_APPLICATION = "azure-native:compute:GalleryApplication";

interface ApplicationInputs {
  galleryApplicationName: string;
}

export const galleryApplication = defineType<ApplicationInputs>({
  token: GALLERY_APPLICATION,
  armType: "Microsoft.Compute/galleries/applications",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/galleries/{galleryName}/applications/{galleryApplicationName}",
  autoName: "copy",
  location: "inherited",
  replaceOn: ["location"],
  rules: [
    single<ApplicationInputs>(
      ["galleryApplicationName"],
      "galleryApplicationName",
      "InvalidParameter",
      ({ galleryApplicationName: name }) =>
        !/^[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$/.test(name) &&
        `The gallery application name '${name}' is invalid. It may have letters, digits, underscores, hyphens and periods, at most 80, and begins and ends with a letter or digit.`,
    ),
  ],
  immutables: [
    {
      path: "supportedOSType",
      code: "PropertyChangeNotAllowed",
      message: "Changing property 'galleryApplication.properties.supportedOSType' is not allowed.",
    },
  ],
  refuseRemoval: refuseWhileHolding,
});
