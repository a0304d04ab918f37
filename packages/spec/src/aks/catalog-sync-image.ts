import { DEFAULTS } from "../defaults";
import { isDeferred } from "../deferred";
import type { Finding } from "../finding";

const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** The image that its vendor made for a version of Consul; undefined for versions that this package doesn't know. */
export function catalogSyncImage(consulVersion: string): string | undefined {
  const { syncImage, syncVersions } = DEFAULTS.aks.consul;
  const version = (syncVersions as Readonly<Record<string, string>>)[minorOf(consulVersion)];
  return version === undefined ? undefined : `${syncImage}:${version}`;
}

/** The vendor's own name, wherever it is copied to, with a version of three numbers. */
const VENDORS = /(?:^|\/)consul-k8s-control-plane:(\d+\.\d+)\.\d+/;

/** @param consulVersion left out: somebody else's servers, whose version nobody said */
export function checkCatalogSyncImage(image: unknown, consulVersion: string | undefined, path: string): Finding[] {
  if (isDeferred(image)) return [];
  const fitting = consulVersion === undefined ? undefined : catalogSyncImage(consulVersion);
  if (image === undefined) {
    return fitting === undefined
      ? [
          {
            rule: "required",
            path,
            seen: "missing",
            allowed:
              consulVersion === undefined
                ? "the image of consul-k8s-control-plane that goes with the servers' version"
                : `the image of consul-k8s-control-plane that goes with Consul ${consulVersion}, which this package knows none for`,
            fix: `Give ${path}, such as "${catalogSyncImage(LATEST)}", which goes with Consul ${LATEST}.`,
          },
        ]
      : [];
  }
  const [, minor] = VENDORS.exec(image as string) ?? [];
  if (minor === undefined || fitting === undefined || fitting.includes(`:${minor}.`)) return [];
  return [
    {
      rule: "consul-sync-version",
      path,
      seen: JSON.stringify(image),
      allowed: `consul-k8s ${minorOf(fitting.split(":")[1]!)}, which its vendor supports with Consul ${consulVersion}`,
      fix: `Leave ${path} out for ${fitting}, or take a copy of it.`,
    },
  ];
}

const LATEST = Object.keys(DEFAULTS.aks.consul.syncVersions).at(-1)!;
