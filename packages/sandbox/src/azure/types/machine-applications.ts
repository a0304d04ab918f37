import { parentId } from "../arm-id";
import { AzureError } from "../azure-error";
import { exists } from "../references";
import type { InputRule, Placement } from "../resource-type";
import { single } from "../rule-helpers";

/** A gallery application as a machine's profile names it. */
export interface ApplicationReference {
  packageReferenceId?: string;
  order?: number;
  treatFailureAsDeploymentFailure?: boolean;
  enableAutomaticUpgrade?: boolean;
}

/** `applicationProfile` of a machine or of a scale set's machines. */
export interface ApplicationProfile {
  galleryApplications?: ApplicationReference[];
}

const MOST_APPLICATIONS = 25;
const REFERENCE =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/galleries\/[^/]+\/applications\/[^/]+\/versions\/(latest|\d+\.\d+\.\d+)$/i;

/** Rules about the applications, wherever the profile lies. */
export function applicationRules<Inputs>(
  path: string,
  profileOf: (inputs: Inputs) => ApplicationProfile | undefined,
): InputRule<Inputs>[] {
  return [
    single<Inputs>([path], `${path}.galleryApplications`, "InvalidParameter", (inputs) =>
      applicationsProblem(profileOf(inputs)),
    ),
  ];
}

/** What is wrong with the applications of a machine, as far as they tell by themselves. */
function applicationsProblem({ galleryApplications = [] }: ApplicationProfile = {}): string | undefined {
  if (galleryApplications.length > MOST_APPLICATIONS) {
    return `A machine has at most ${MOST_APPLICATIONS} applications, not ${galleryApplications.length}.`;
  }
  const ids = galleryApplications.map(({ packageReferenceId = "" }) => packageReferenceId);
  const wrong = ids.find((id) => !REFERENCE.test(id));
  if (wrong !== undefined) return `'${wrong}' is no id of a gallery application's version.`;
  const applications = ids.map((id) => parentId(id)!.toLowerCase());
  const twice = applications.find((application, index) => applications.indexOf(application) !== index);
  return twice && `A machine has one version of an application; two of ${twice} are named.`;
}

/** The refusal for applications that aren't there: a version that was deleted breaks every later write, too. */
export function missingApplication(
  { id, store }: Placement,
  { galleryApplications = [] }: ApplicationProfile = {},
): AzureError | undefined {
  const missing = galleryApplications.find(({ packageReferenceId: version = "" }) => !exists(store, version));
  if (!missing) return undefined;
  return new AzureError(
    "GalleryApplicationVersionNotFound",
    `The gallery application version ${missing.packageReferenceId} that ${id} refers to was not found.`,
  );
}
