import * as pulumi from "@pulumi/pulumi";
import { onDemand } from "../common/on-demand";

/** Microsoft's application that API servers of AKS take tokens for, the same in every tenant. */
const SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630";

export interface ClusterAddress {
  resourceGroupName: pulumi.Input<string>;
  clusterName: pulumi.Input<string>;
}

/**
 * How to reach the API server, and how to prove who one is: by a token that `kubelogin` gets, because a cluster without
 * local accounts has no key. JSON is YAML, too.
 */
export function kubeconfigOf(
  { resourceGroupName, clusterName }: ClusterAddress,
  login: string,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const credentials = onDemand.containerservice.listManagedClusterUserCredentialsOutput(
    { resourceGroupName, resourceName: clusterName, format: "exec" },
    { parent },
  );
  return pulumi
    .all([credentials, clusterName])
    .apply(([{ kubeconfigs }, name]) => kubeconfigText(name, login, decoded(kubeconfigs[0]?.value)));
}

function decoded(value: string | undefined): string {
  return Buffer.from(value ?? "", "base64").toString("utf8");
}

/** Of what Azure answers, the address and the authority: the rest depends on who asked. */
function kubeconfigText(name: string, login: string, answered: string): string {
  const [, server] = /^\s*server:\s*"?(https:\/\/[^\s"]+)/m.exec(answered) ?? [];
  const [, authority] = /^\s*certificate-authority-data:\s*"?([A-Za-z0-9+/=]+)/m.exec(answered) ?? [];
  if (server === undefined || authority === undefined) {
    throw new Error(
      `The cluster ${name} answers with no address or no certificate authority; whoever deploys needs the role Azure Kubernetes Service Cluster User Role, or Contributor.`,
    );
  }
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name, user: { exec: kubelogin(login) } }],
  });
}

function kubelogin(login: string): object {
  return {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: ["get-token", "--login", login, "--server-id", SERVER_APPLICATION],
    interactiveMode: "Never",
    provideClusterInfo: false,
    installHint: "Install kubelogin: https://azure.github.io/kubelogin/install.html",
  };
}
