import type { EffectTable } from "./effect";

const FIXED = "Azure never changes it on what exists";
/** Of Azure's documentation: nodes are added, the others emptied and made anew, as `upgradeSettings` says. */
const NODES = "nodes are emptied and made anew, others are added before";
const NEW_PODS = "where new pods may go; those that run stay";
const WHO = "who may do what";
const SAME_CLIENTS = "clients of the former address aren't served";
const BALANCER = "service.beta.kubernetes.io/azure-load-balancer";
const PROBED = "how soon a node is taken out";

/**
 * Clusters of Kubernetes. Source: Azure's documentation of AKS and its balancer annotations, Kubernetes' documentation of
 * each object; the sandbox refuses the same.
 */
export const KUBERNETES_EFFECTS: EffectTable = {
  "azure-native:containerservice:ManagedCluster": [
    ["dnsPrefix", "refused", FIXED],
    ["nodeResourceGroup", "refused", FIXED],
    ["apiServerAccessProfile.enablePrivateCluster", "refused", FIXED],
    ["apiServerAccessProfile.authorizedIPRanges", "inPlace", "who may reach the API server"],
    ["windowsProfile.adminUsername", "refused", FIXED],
    ["windowsProfile.adminPassword", "inPlace", "nodes that are made later have it"],
    ["windowsProfile.licenseType", "none", "only what it costs"],
    ["networkProfile.networkPlugin", "refused", FIXED],
    ["networkProfile.networkPluginMode", "refused", FIXED],
    ["networkProfile.networkPolicy", "refused", FIXED],
    ["networkProfile.podCidr", "refused", FIXED],
    ["networkProfile.serviceCidr", "refused", FIXED],
    ["networkProfile.dnsServiceIP", "refused", FIXED],
    ["networkProfile.loadBalancerSku", "refused", FIXED],
    // Azure/AKS#3087: pools follow only when each of them is told its version.
    ["kubernetesVersion", "inPlace", "the API server's version; nodes keep theirs until their pools are upgraded"],
    ["agentPoolProfiles[].vmSize", "refused", FIXED],
    ["agentPoolProfiles[].osSKU", "refused", FIXED],
    ["agentPoolProfiles[].availabilityZones", "refused", FIXED],
    ["agentPoolProfiles[].maxPods", "refused", FIXED],
    ["agentPoolProfiles[].osDiskType", "refused", FIXED],
    ["agentPoolProfiles[].osDiskSizeGB", "refused", FIXED],
    ["agentPoolProfiles[].vnetSubnetID", "refused", FIXED],
    ["agentPoolProfiles[].orchestratorVersion", "rolls", NODES],
    ["agentPoolProfiles[].count", "inPlace", "nodes come or go, the others stay"],
    ["agentPoolProfiles[].minCount", "inPlace", "when nodes come and go"],
    ["agentPoolProfiles[].maxCount", "inPlace", "when nodes come and go"],
    ["agentPoolProfiles[].enableAutoScaling", "inPlace", "when nodes come and go"],
    ["agentPoolProfiles[].upgradeSettings", "inPlace", "how the next upgrade goes"],
    ["agentPoolProfiles[].nodeTaints", "inPlace", NEW_PODS],
    ["agentPoolProfiles[].nodeLabels", "inPlace", NEW_PODS],
    ["agentPoolProfiles", "unknown", `${NODES}, or not`],
    ["aadProfile", "inPlace", WHO],
    ["disableLocalAccounts", "inPlace", WHO],
    ["addonProfiles", "inPlace", "what AKS runs beside the services"],
    ["azureMonitorProfile", "inPlace", "how it is watched"],
    ["autoUpgradeProfile", "inPlace", "when Azure upgrades it"],
    ["autoScalerProfile", "inPlace", "when nodes come and go"],
    ["oidcIssuerProfile", "inPlace", "whose tokens Azure takes"],
    ["sku", "inPlace", "what Azure promises for the API server"],
  ],
  "azure-native:containerservice:AgentPool": [
    ["osType", "refused", FIXED],
    ["osSKU", "refused", FIXED],
    ["vmSize", "refused", FIXED],
    ["availabilityZones", "refused", FIXED],
    ["maxPods", "refused", FIXED],
    ["osDiskType", "refused", FIXED],
    ["osDiskSizeGB", "refused", FIXED],
    ["vnetSubnetID", "refused", FIXED],
    ["enableEncryptionAtHost", "refused", FIXED],
    ["enableFIPS", "unknown", "Azure makes nodes of Linux anew for it, and refuses it for Windows"],
    ["orchestratorVersion", "rolls", NODES],
    ["count", "inPlace", "nodes come or go, the others stay"],
    ["minCount", "inPlace", "when nodes come and go"],
    ["maxCount", "inPlace", "when nodes come and go"],
    ["enableAutoScaling", "inPlace", "when nodes come and go"],
    ["upgradeSettings", "inPlace", "how the next upgrade goes"],
    ["nodeLabels", "inPlace", NEW_PODS],
    ["nodeTaints", "inPlace", NEW_PODS],
    ["mode", "inPlace", "whether system pods may go there"],
  ],
  "kubernetes:apps/v1:Deployment": [
    ["spec.template", "rolls", "pods are replaced by new ones"],
    ["spec.replicas", "inPlace", "pods come or go, the others stay"],
    ["spec.strategy", "inPlace", "how the next change goes"],
    ["spec.minReadySeconds", "inPlace", "how the next change goes"],
    ["spec.progressDeadlineSeconds", "none", "only how long one waits"],
    ["spec.revisionHistoryLimit", "none", "only what is kept"],
    ["spec.selector", "refused", "Kubernetes never changes it on what exists"],
    ["metadata.annotations", "none", "only labels"],
  ],
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": [["", "inPlace", "when pods come and go"]],
  "kubernetes:policy/v1:PodDisruptionBudget": [["", "inPlace", "how many pods may be missing while nodes change"]],
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": [["", "inPlace", "new connections are judged by the new rules"]],
  "kubernetes:core/v1:Service": [
    [`metadata.annotations["${BALANCER}-internal"]`, "interrupts", `another balancer serves it; ${SAME_CLIENTS}`],
    [`metadata.annotations["${BALANCER}-health-probe-interval"]`, "inPlace", PROBED],
    [`metadata.annotations["${BALANCER}-health-probe-num-of-probe"]`, "inPlace", PROBED],
    [`metadata.annotations["${BALANCER}-tcp-idle-timeout"]`, "inPlace", "for new connections"],
    ["metadata.annotations", "unknown", "annotations may decide about its balancer"],
    ["spec.type", "interrupts", SAME_CLIENTS],
    ["spec.ports", "interrupts", "clients of the former port aren't served"],
    ["spec.selector", "unknown", "new connections go to the pods that it finds, if it finds any"],
    ["spec.externalTrafficPolicy", "inPlace", "which nodes get connections"],
    ["spec.loadBalancerSourceRanges", "inPlace", "new connections are judged by the new rules"],
  ],
  "kubernetes:core/v1:ConfigMap": [["data", "inPlace", "who reads it gets it with the next look"]],
  // Some of its labels say what its pods may do.
  "kubernetes:core/v1:Namespace": [["metadata.labels", "inPlace", "what holds for its pods"]],
  "kubernetes:core/v1:ServiceAccount": [["metadata", "inPlace", "who signs in as it"]],
  "kubernetes:rbac.authorization.k8s.io/v1:Role": [["", "inPlace", WHO]],
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": [["", "inPlace", WHO]],
  "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass": [["spec", "inPlace", "pods get it when they start"]],
  "azure-native:containerservice:MaintenanceConfiguration": [["", "inPlace", "when Azure upgrades"]],
  "azure-native:managedidentity:FederatedIdentityCredential": [["", "inPlace", "who may sign in as the identity"]],
  "azure-native:monitor:DataCollectionRuleAssociation": [["", "none", "only how it is watched"]],
  "azure-native:monitor:AzureMonitorWorkspace": [["publicNetworkAccess", "inPlace", "who may read metrics"]],
};
