import type { Field } from "../shape";

/** A version as AKS takes it: a minor version, whose patch level AKS chooses, or a full one. */
export const KUBERNETES_VERSION_FIELD: Field = {
  kind: "string",
  pattern: /^1\.\d{2}(\.\d{1,2})?$/,
  allowed: 'a version of Kubernetes such as "1.35", or "1.35.2"',
};

/** The second number of a version; undefined where nothing was said, and Azure decides. */
export function minorVersion(version: string | undefined): number | undefined {
  return version === undefined ? undefined : Number(version.split(".")[1]);
}

export function isPatchVersion(version: string): boolean {
  return version.split(".").length === 3;
}
