/* eslint-disable @typescript-eslint/no-require-imports -- an import would load the module with ours */
import * as pulumi from "@pulumi/pulumi";

type ResourceClass = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/**
 * The SDK's class of each kind, loaded with the first object of it: the package is one that only AKS needs, and its root
 * takes 50 ms of a program, one class less than one.
 */
const CLASSES: Readonly<Record<string, () => ResourceClass>> = {
  ClusterRole: () => (require("@pulumi/kubernetes/rbac/v1/clusterRole") as Exports<"ClusterRole">).ClusterRole,
  ClusterRoleBinding: () =>
    (require("@pulumi/kubernetes/rbac/v1/clusterRoleBinding") as Exports<"ClusterRoleBinding">).ClusterRoleBinding,
  ConfigMap: () => (require("@pulumi/kubernetes/core/v1/configMap") as Exports<"ConfigMap">).ConfigMap,
  Deployment: () => (require("@pulumi/kubernetes/apps/v1/deployment") as Exports<"Deployment">).Deployment,
  HorizontalPodAutoscaler: () =>
    (require("@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler") as Exports<"HorizontalPodAutoscaler">)
      .HorizontalPodAutoscaler,
  Namespace: () => (require("@pulumi/kubernetes/core/v1/namespace") as Exports<"Namespace">).Namespace,
  NetworkPolicy: () =>
    (require("@pulumi/kubernetes/networking/v1/networkPolicy") as Exports<"NetworkPolicy">).NetworkPolicy,
  PodDisruptionBudget: () =>
    (require("@pulumi/kubernetes/policy/v1/podDisruptionBudget") as Exports<"PodDisruptionBudget">).PodDisruptionBudget,
  Role: () => (require("@pulumi/kubernetes/rbac/v1/role") as Exports<"Role">).Role,
  RoleBinding: () => (require("@pulumi/kubernetes/rbac/v1/roleBinding") as Exports<"RoleBinding">).RoleBinding,
  // A kind of the driver's own, which the SDK knows no class of.
  SecretProviderClass: () =>
    (require("@pulumi/kubernetes/apiextensions/customResource") as Exports<"CustomResource">).CustomResource,
  Service: () => (require("@pulumi/kubernetes/core/v1/service") as Exports<"Service">).Service,
  ServiceAccount: () =>
    (require("@pulumi/kubernetes/core/v1/serviceAccount") as Exports<"ServiceAccount">).ServiceAccount,
};

type Exports<Name extends string> = Record<Name, ResourceClass>;

export function classOfKind(kind: string): ResourceClass {
  return installed(CLASSES[kind]!);
}

/** The package is no dependency of everybody's, so nobody may have installed it. */
function installed<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "MODULE_NOT_FOUND" || !message.includes("@pulumi/kubernetes")) throw error;
    throw new pulumi.RunError(
      "Services on AKS need the package @pulumi/kubernetes, which is not installed. Run: npm install @pulumi/kubernetes",
    );
  }
}

interface ProviderModule {
  Provider: new (name: string, args: object, opts: pulumi.ResourceOptions) => pulumi.ProviderResource;
}

/** A connection to one cluster. Writes by server-side apply, so that others may own fields beside ours. */
export function createProvider(
  name: string,
  kubeconfig: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.ProviderResource {
  const { Provider } = installed(() => require("@pulumi/kubernetes/provider") as ProviderModule);
  const how = {
    kubeconfig: pulumi.secret(kubeconfig),
    enableServerSideApply: true,
    // Else a changed setting deletes the ConfigMap before it is made anew, and a pod that starts then has none.
    enableConfigMapMutable: true,
  };
  return new Provider(name, how, { parent });
}
