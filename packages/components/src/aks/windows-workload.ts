import * as pulumi from "@pulumi/pulumi";
import {
  ASSUMED_ZONES,
  healthScheme,
  NODE_START_SECONDS,
  predictWorkload,
  resolveWindowsWorkload,
  workloadFacts,
  workloadManifests,
  workloadNames,
  type KubernetesManifest,
  type WindowsWorkloadSpec,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { withName } from "../common/resource-names";
import { createFederation } from "./federation";
import { createObjects } from "./kubernetes-objects";
import type { WorkloadPrediction } from "./prediction";
import type { WindowsWorkloadArgs } from "./workload-args";
import { workloadInputs } from "./workload-inputs";

/**
 * A Go service as pods on Windows nodes, made to go on: several of them over zones and hosts, each asked as the same
 * service is asked on a machine, none stopped before everybody knows, none taken away before its successor serves.
 *
 * @example
 * ```ts
 * const orders = new WindowsWorkload("orders", {
 *   service: { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 },
 *   kubeconfig: cluster.kubeconfig,
 * });
 * ```
 * @throws InvalidArgumentsError with every finding
 */
export class WindowsWorkload extends pulumi.ComponentResource {
  /** Where clients find the service, for example `http://10.20.0.7:8080`. */
  public readonly url: pulumi.Output<string>;
  /** Address of the balancer, or of the service inside the cluster. */
  public readonly address: pulumi.Output<string>;
  /** Namespace of everything. */
  public readonly namespace: pulumi.Output<string>;
  /** What the service will do: switchover per fault, replacement, rollout, availability; each with its formula. */
  public readonly prediction: pulumi.Output<WorkloadPrediction>;

  constructor(name: string, args: WindowsWorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `WindowsWorkload "${name}"`,
      withName(name, resolveWindowsWorkload(args), () => []),
    );
    super("windows-ha:index:WindowsWorkload", name, { ...workloadFacts(spec) }, opts);

    const manifests = workloadManifests(spec, workloadInputs(name, args, spec, this));
    const { name: account, namespace } = workloadNames(spec);
    const objects = createObjects(
      name,
      manifests,
      {
        kubeconfig: args.kubeconfig,
        after: AFTER,
        roleOf: (manifest) => roleOf(manifest, spec),
        before: createFederation(name, args.identity, { namespace, account }, this),
        deployment: deploymentOptions(spec),
      },
      this,
    );

    this.namespace = pulumi.output(spec.namespace);
    this.address = addressOf(objects.get("Service")!, spec);
    this.url = pulumi.interpolate`${healthScheme(spec.service)}://${this.address}:${spec.loadBalancer.port!}`;
    this.prediction = pulumi.output(predictWorkload(spec, ASSUMED_ZONES));
    this.registerOutputs({
      url: this.url,
      address: this.address,
      namespace: this.namespace,
      prediction: this.prediction,
    });
  }
}

/**
 * What an object waits for, by its kind; everything waits for the namespace. The Service waits for no pods: Pulumi waits
 * for its endpoints.
 */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["ServiceAccount", "RoleBinding", "ConfigMap", "SecretProviderClass", "NetworkPolicy"],
  HorizontalPodAutoscaler: ["Deployment"],
};

const ROLES: Readonly<Record<string, string>> = {
  ConfigMap: "configuration",
  Deployment: "pods",
  HorizontalPodAutoscaler: "autoscaler",
  Namespace: "namespace",
  NetworkPolicy: "policy",
  PodDisruptionBudget: "disruptions",
  Role: "reader",
  RoleBinding: "reads",
  Service: "service",
  ServiceAccount: "account",
};

function roleOf({ kind, metadata }: KubernetesManifest, spec: WindowsWorkloadSpec): string {
  return ROLES[kind] ?? `secrets-${metadata.name.slice(workloadNames(spec).name.length + 1)}`;
}

/** Where the autoscaler decides about the number, an update leaves it as it is. */
function deploymentOptions(spec: WindowsWorkloadSpec): pulumi.CustomResourceOptions {
  return {
    customTimeouts: rolloutTimeouts(spec),
    ...(spec.autoscale?.enabled ? { ignoreChanges: ["spec.replicas"] } : {}),
  };
}

/** Each pod may take its whole start budget, and a node may have to be made for the first one. */
function rolloutTimeouts(spec: WindowsWorkloadSpec): pulumi.CustomTimeouts {
  const { worstSeconds } = predictWorkload(spec, 1).rollout;
  const minutes = `${Math.ceil((worstSeconds + NODE_START_SECONDS) / 60)}m`;
  return { create: minutes, update: minutes };
}

interface ServiceState {
  spec: pulumi.Output<{ clusterIP?: string } | undefined>;
  status: pulumi.Output<{ loadBalancer?: { ingress?: { ip?: string }[] } } | undefined>;
}

/** Known once Azure has given it. */
function addressOf(service: pulumi.CustomResource, { loadBalancer }: WindowsWorkloadSpec): pulumi.Output<string> {
  const { spec, status } = service as unknown as ServiceState;
  return loadBalancer.enabled
    ? status.apply((state) => state?.loadBalancer?.ingress?.[0]?.ip ?? "")
    : spec.apply((state) => state?.clusterIP ?? "");
}
