import { PLACEMENT } from "../cluster";
import { resolve, type Resolved } from "../resolve";
import { isGiven, secretPath, secretSources } from "../service-secrets";
import type { Finding } from "../finding";
import type { Fields, ObjectField } from "../shape";
import { SUBNET_ID } from "../resource-id";
import { AKS_CLUSTER_FIELDS, AKS_EXISTING_FIELD, AKS_REFUSED, type AksClusterSpec } from "./aks-cluster";
import { checkAksCluster, checkExistingCluster } from "./aks-cluster-rules";
import {
  checkWindowsPool,
  completeWindowsPool,
  WINDOWS_POOL_FIELDS,
  WINDOWS_POOL_REFUSED,
  type WindowsNodePoolSpec,
} from "./node-pool";
import {
  AKS_SERVICE_FIELD,
  completeWorkload,
  WORKLOAD_REFUSED,
  WORKLOAD_SETTINGS,
  type WindowsWorkloadSpec,
} from "./workload";
import { checkWorkload } from "./workload-rules";
import { checkWindowsImage, WINDOWS_IMAGE_FIELD, type WindowsImageSpec } from "./windows-image";

/** Arguments of the parts as components of their own. */

const placement: Fields = { ...PLACEMENT, resourceGroupName: { ...PLACEMENT["resourceGroupName"]!, required: true } };

export const AKS_CLUSTER_FIELD: ObjectField = {
  kind: "object",
  refused: AKS_REFUSED,
  fields: { ...placement, ...AKS_CLUSTER_FIELDS, existing: AKS_EXISTING_FIELD },
};

export function resolveAksCluster(args: unknown): Resolved<AksClusterSpec> {
  return resolve<AksClusterSpec>(
    AKS_CLUSTER_FIELD,
    args,
    (spec) => spec,
    (spec) => [...checkExistingCluster(args as Record<string, unknown>, ""), ...checkAksCluster(spec, "")],
  );
}

export const WINDOWS_POOL_FIELD: ObjectField = {
  kind: "object",
  refused: WINDOWS_POOL_REFUSED,
  fields: {
    resourceGroupName: placement["resourceGroupName"]!,
    clusterName: { kind: "string", input: true, required: true, minLength: 1 },
    tags: PLACEMENT["tags"]!,
    subnetId: SUBNET_ID,
    ...WINDOWS_POOL_FIELDS,
  },
};

export function resolveWindowsPool(args: unknown): Resolved<WindowsNodePoolSpec> {
  return resolve<WindowsNodePoolSpec>(WINDOWS_POOL_FIELD, args, completeWindowsPool, (spec) =>
    checkWindowsPool(spec, ""),
  );
}

const text = { kind: "string", input: true, minLength: 1 } as const;

const IDENTITY: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    clientId: { ...text, required: true },
    tenantId: text,
    federation: {
      kind: "object",
      optional: true,
      fields: {
        resourceGroupName: { ...text, required: true },
        identityName: { ...text, required: true },
        issuerUrl: { ...text, required: true },
      },
    },
  },
};

export const WINDOWS_WORKLOAD_FIELD: ObjectField = {
  kind: "object",
  refused: WORKLOAD_REFUSED,
  fields: {
    service: AKS_SERVICE_FIELD,
    ...WORKLOAD_SETTINGS,
    kubeconfig: { ...text, confidential: true },
    identity: IDENTITY,
  },
};

export function resolveWindowsWorkload(args: unknown): Resolved<WindowsWorkloadSpec> {
  return resolve<WindowsWorkloadSpec>(WINDOWS_WORKLOAD_FIELD, args, completeWorkload, (spec) => [
    ...checkWorkload(spec, ""),
    ...checkOwnSecrets(spec),
  ]);
}

/** A workload by itself keeps no values, and reads none without an identity. */
function checkOwnSecrets(spec: WindowsWorkloadSpec): Finding[] {
  const sources = secretSources(spec.service);
  const { identity } = spec as { identity?: unknown };
  return [
    ...(sources.length === 0 || isGiven(identity)
      ? []
      : [
          {
            rule: "secret-identity",
            path: "identity",
            seen: "missing",
            allowed: "the identity by which the pods read the vault",
            fix: "Give identity.clientId, and identity.federation unless the pods' account is federated already.",
          },
        ]),
    ...sources
      .filter(({ source }) => isGiven(source.value) || isGiven(source.roleScope))
      .map(({ name, path, source }) => ({
        rule: "secret-source",
        path: `${name === undefined ? path : secretPath(name)}.${isGiven(source.value) ? "value" : "roleScope"}`,
        seen: "given",
        allowed: "a secret that is in a vault already, and that the identity may read: a workload by itself keeps none",
        fix: "Keep it in a SecretStore with the identity as its reader, and give its secretUris as url; or take a WindowsHaAksCluster.",
      })),
  ];
}

export function resolveWindowsImage(args: unknown): Resolved<WindowsImageSpec> {
  return resolve<WindowsImageSpec>(WINDOWS_IMAGE_FIELD, args, (spec) => spec, checkWindowsImage);
}
