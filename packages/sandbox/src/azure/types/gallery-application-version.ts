import { parentId, sameId } from "../arm-id";
import { defineType, type Placement } from "../resource-type";
import { single } from "../rule-helpers";
import { GALLERY } from "./gallery";

export const GALLERY_APPLICATION_VERSION = "azure-native:compute:GalleryApplicationVersion";

export interface VersionInputs {
  galleryApplicationVersionName: string;
  location?: string;
  publishingProfile: {
    source: { mediaLink: string };
    manageActions?: { install: string; update?: string; remove: string };
    settings?: { packageFileName?: string; scriptBehaviorAfterReboot?: string };
    targetRegions?: { name: string }[];
  };
}

const PROFILE = "publishingProfile";
const INVALID = "InvalidParameter";
const MAX_INT32 = 2 ** 31 - 1;
const MAX_ACTION = 4096;

/** What never changes of a version; azure-native previews an update. */
const FIXED = ["source", "manageActions", "settings", "storageAccountType", "enableHealthCheck"];

export const galleryApplicationVersion = defineType<VersionInputs>({
  token: GALLERY_APPLICATION_VERSION,
  armType: "Microsoft.Compute/galleries/applications/versions",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/galleries/{galleryName}/applications/{galleryApplicationName}/versions/{galleryApplicationVersionName}",
  autoName: "copy",
  location: "inherited",
  replaceOn: ["location"],
  preflightReads: [`${PROFILE}.manageActions`],
  rules: [
    single<VersionInputs>(
      ["galleryApplicationVersionName"],
      "galleryApplicationVersionName",
      INVALID,
      ({ galleryApplicationVersionName: name }) =>
        !(/^\d+\.\d+\.\d+$/.test(name) && name.split(".").every((number) => Number(number) <= MAX_INT32)) &&
        `The version '${name}' is invalid. It has to be three numbers of 32 bits: <MajorVersion>.<MinorVersion>.<Patch>.`,
    ),
    ...(["install", "update", "remove"] as const).map((action) =>
      single<VersionInputs>(
        [`${PROFILE}.manageActions`],
        `${PROFILE}.manageActions.${action}`,
        INVALID,
        ({ publishingProfile: { manageActions } }) => {
          const command = manageActions?.[action];
          if (!command) return action !== "update" && `Required parameter 'manageActions.${action}' is missing (null).`;
          return (
            command.length > MAX_ACTION && `A command has at most ${MAX_ACTION} characters, not ${command.length}.`
          );
        },
      ),
    ),
  ],
  immutables: FIXED.map((property) => ({
    path: `${PROFILE}.${property}`,
    code: "PropertyChangeNotAllowed",
    message: `Changing property 'galleryApplicationVersion.properties.publishingProfile.${property}' is not allowed.`,
  })),
  provide: async (placement, dataPlane) => {
    const { id, inputs, store } = placement;
    // A version never changes, so it has its package already.
    if (store.get(id)) return;
    const { mediaLink } = (inputs as unknown as VersionInputs).publishingProfile.source;
    await dataPlane.packages.keep(id, mediaLink, publishers(placement));
  },
});

/** Object ids of the identities of the gallery around a version. */
function publishers({ id, store }: Placement): string[] {
  const holder = store.list(GALLERY).find((gallery) => sameId(gallery.id, parentId(parentId(id)!)!));
  const { identity } = (holder?.inputs ?? {}) as { identity?: { userAssignedIdentities?: string[] } };
  return (identity?.userAssignedIdentities ?? []).map((each) => store.get(each)!.outputs["principalId"] as string);
}
