import { UNKNOWN, type PropertyMap, type PropertyValue } from "../../provider";
import type { KubeconfigSettings } from "./kubeconfig";

/** What the program says about its provider. */
export interface ProviderSettings extends Omit<KubeconfigSettings, "kubeconfig"> {
  kubeconfig?: string;
  /** An object of a cluster that doesn't answer counts as gone. */
  deleteUnreachable: boolean;
  /** A ConfigMap's data are changed in place. The plugin replaces the map unless it is told so. */
  enableConfigMapMutable: boolean;
  /** Fields that others own are taken over. */
  enablePatchForce: boolean;
  /** An object that is there already is taken over. Without it a renamed resource would delete what it has just made. */
  upsertExistingObjects: boolean;
}

/** @throws Error for what the stand-in can't do as the plugin does it */
export function providerSettings(variables: PropertyMap): ProviderSettings {
  if (!flag(variables["enableServerSideApply"], true)) {
    throw new Error("enableServerSideApply: false: the sandbox writes by server-side apply alone; leave it out");
  }
  if (text(variables["renderYamlToDirectory"]) !== undefined) {
    throw new Error("renderYamlToDirectory: the sandbox writes to an API server alone; leave it out");
  }
  return {
    kubeconfig: text(variables["kubeconfig"]),
    context: text(variables["context"]),
    cluster: text(variables["cluster"]),
    namespace: text(variables["namespace"]),
    deleteUnreachable: flag(variables["deleteUnreachable"], false),
    enableConfigMapMutable: flag(variables["enableConfigMapMutable"], false),
    enablePatchForce: flag(variables["enablePatchForce"], false),
    upsertExistingObjects: flag(variables["upsertExistingObjects"], false),
  };
}

function text(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** SDKs send JSON's text of it. */
function flag(value: PropertyValue | undefined, otherwise: boolean): boolean {
  return value === undefined || value === UNKNOWN ? otherwise : value === true || value === "true";
}
