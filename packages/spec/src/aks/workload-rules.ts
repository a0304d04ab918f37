import { DEFAULTS } from "../defaults";
import { isDeferred } from "../deferred";
import type { Finding } from "../finding";
import { checkService } from "../service-rules";
import { secretSources, isGiven, type SecretSource } from "../service-secrets";
import { checkBalancer } from "./balancer-rules";
import { isPinned } from "./image-reference";
import { checkRegistration } from "./workload-registration";
import { checkKubernetesTexts } from "./workload-texts";
import { gracePeriodSeconds, stopBudgetSeconds } from "./workload-timing";
import { workloadName, type WindowsWorkloadSpec } from "./workload";

/** What the shape can't say about a service on Windows nodes. */
export function checkWorkload(workload: WindowsWorkloadSpec, prefix: string): Finding[] {
  return [...checkServiceOnAks(workload), ...checkWorkloadSettings(workload, prefix)];
}

/** The service itself, by the rules of machines and those that only pods have. */
export function checkServiceOnAks(workload: WindowsWorkloadSpec): Finding[] {
  const { service, loadBalancer } = workload;
  return [
    ...checkService(service, loadBalancer.probe),
    ...checkImageTag(service.image, "service.image"),
    ...checkHealth(workload),
    ...checkStart(workload),
    ...checkKubernetesTexts(service as never),
    ...secretSources(service).flatMap(({ path, source }) => checkSecretIdentity(path, source)),
  ];
}

export function checkWorkloadSettings(workload: WindowsWorkloadSpec, prefix: string): Finding[] {
  return [
    ...checkReplicas(workload, prefix),
    ...checkAutoscale(workload, prefix),
    ...checkGrace(workload, `${prefix}terminationGracePeriodSeconds`),
    ...checkResources(workload, `${prefix}resources.cpuLimitMillicores`),
    ...checkBalancer(workload, `${prefix}loadBalancer.`),
    ...checkNamespace(workload, prefix),
    ...checkSidecars(workload, `${prefix}sidecars`),
    ...checkRegistration(workload, `${prefix}registration`),
  ];
}

export function checkImageTag(image: unknown, path: string): Finding[] {
  if (typeof image !== "string" || isPinned(image)) return [];
  return [
    {
      rule: "image-tag",
      path,
      seen: JSON.stringify(image),
      allowed: "an image with a tag or a digest: without one it is latest, which is another program every time",
      fix: `Write ${path} like "orders.azurecr.io/orders:1.4.2".`,
    },
  ];
}

function checkHealth({ service }: WindowsWorkloadSpec): Finding[] {
  const { provider, livenessPath } = service.health;
  return [
    ...(provider === "service"
      ? []
      : [
          {
            rule: "pod-health",
            path: "service.health.provider",
            seen: JSON.stringify(provider),
            allowed: '"service": there is no agent in a pod that could answer',
            fix: "Give the service a path that answers 200, and name it in service.health.",
          },
        ]),
    ...(livenessPath === DEFAULTS.consul.dependenciesPath
      ? [
          {
            rule: "liveness-dependencies",
            path: "service.health.livenessPath",
            seen: JSON.stringify(livenessPath),
            allowed: "a path that asks the process alone: a database's fault would restart every pod (E28)",
            fix: `Leave it out for ${JSON.stringify(DEFAULTS.service.livenessPath)}.`,
          },
        ]
      : []),
  ];
}

/** Kubernetes refuses a probe that fails too often to count. */
function checkStart({ service }: WindowsWorkloadSpec): Finding[] {
  const { timeoutSeconds, intervalSeconds } = service.installGate;
  if (timeoutSeconds <= intervalSeconds) return [];
  return [
    {
      rule: "probe-timeout",
      path: "service.installGate.timeoutSeconds",
      seen: String(timeoutSeconds),
      allowed: `at most intervalSeconds (${intervalSeconds}): in a pod the next question would come before the answer`,
      fix: "Lower timeoutSeconds, or raise intervalSeconds.",
    },
  ];
}

/** A pod has one identity, which the workload names. */
function checkSecretIdentity(path: string, { identityClientId }: SecretSource): Finding[] {
  if (!isGiven(identityClientId)) return [];
  return [
    {
      rule: "secret-identity",
      path: `${path}.identityClientId`,
      seen: "given",
      allowed: "nothing: pods read by the workload's identity",
      fix: "Remove it.",
    },
  ];
}

function checkReplicas({ replicas, minimumActive }: WindowsWorkloadSpec, prefix: string): Finding[] {
  if (replicas < DEFAULTS.aks.workload.minimumActive) {
    return [
      {
        rule: "minimum-replicas",
        path: `${prefix}replicas`,
        seen: String(replicas),
        allowed: `at least ${DEFAULTS.aks.workload.minimumActive}: a lost pod's successor takes minutes, so another one must already run (S3-06)`,
        fix: `Leave ${prefix}replicas out for ${DEFAULTS.aks.workload.replicas}.`,
      },
    ];
  }
  if (minimumActive >= 1 && minimumActive < replicas) return [];
  return [
    {
      rule: "minimum-active",
      path: `${prefix}minimumActive`,
      seen: String(minimumActive),
      allowed: `1 to ${replicas - 1}: with ${replicas} replicas no node could ever be emptied otherwise`,
      fix: `Leave ${prefix}minimumActive out.`,
    },
  ];
}

function checkAutoscale({ autoscale, replicas }: WindowsWorkloadSpec, prefix: string): Finding[] {
  if (!autoscale?.enabled || (autoscale.minimum >= replicas && autoscale.maximum > autoscale.minimum)) return [];
  return [
    {
      rule: "autoscale-limits",
      path: `${prefix}autoscale`,
      seen: `${autoscale.minimum} to ${autoscale.maximum}, with replicas ${replicas}`,
      allowed: "a minimum of at least replicas, and a larger maximum",
      fix: `Leave ${prefix}autoscale.minimum out, and raise ${prefix}autoscale.maximum.`,
    },
  ];
}

function checkGrace(workload: WindowsWorkloadSpec, path: string): Finding[] {
  const budget = stopBudgetSeconds(workload);
  const seconds = gracePeriodSeconds(workload);
  if (seconds >= budget) return [];
  return [
    {
      rule: "stop-budget",
      path,
      seen: String(seconds),
      allowed: `at least ${budget}: Kubernetes counts the wait before the stop in, and kills what is left after it (S4-39, E51)`,
      fix: `Leave it out for ${budget}, or lower service.stop.drainSeconds or stopSeconds.`,
    },
  ];
}

function checkResources({ resources }: WindowsWorkloadSpec, path: string): Finding[] {
  const { cpuRequestMillicores: request, cpuLimitMillicores: limit } = resources;
  if (limit >= request) return [];
  return [
    {
      rule: "cpu-limit",
      path,
      seen: String(limit),
      allowed: `at least cpuRequestMillicores (${request})`,
      fix: `Raise ${path}, or lower cpuRequestMillicores.`,
    },
  ];
}

/** Namespaces that every cluster has; those of Kubernetes itself begin with `kube-`. */
const EVERYWHERE = "default";

function checkNamespace({ namespace, createNamespace }: WindowsWorkloadSpec, prefix: string): Finding[] {
  const isSystems = namespace.startsWith("kube-");
  if (!isSystems && !(createNamespace && namespace === EVERYWHERE)) return [];
  return [
    {
      rule: "reserved-namespace",
      path: `${prefix}namespace`,
      seen: JSON.stringify(namespace),
      allowed: isSystems
        ? "a namespace that doesn't begin with kube-, which is Kubernetes' own"
        : "a namespace of the service's own: this one is there in every cluster, and can't be deleted",
      fix: isSystems
        ? `Give ${prefix}namespace another name.`
        : `Give ${prefix}namespace another name, or set ${prefix}createNamespace to false.`,
    },
  ];
}

/** Windows has no pods in which some containers are the host's processes and others aren't. */
function checkSidecars(workload: WindowsWorkloadSpec, path: string): Finding[] {
  const { sidecars, hostProcess, service } = workload;
  return sidecars.flatMap((sidecar, index): Finding[] => [
    ...((sidecar.hostProcess ?? hostProcess) === hostProcess
      ? []
      : [
          {
            rule: "host-process-mix",
            path: `${path}[${index}].hostProcess`,
            seen: `${sidecar.hostProcess}, in a pod with hostProcess ${hostProcess}`,
            allowed: "the same for all containers of a pod",
            fix: `Leave it out, or run ${sidecar.name} as a pod of its own.`,
          },
        ]),
    ...(sidecar.name === workloadName(service.name) || sidecars.findIndex(({ name }) => name === sidecar.name) !== index
      ? [
          {
            rule: "unique",
            path: `${path}[${index}].name`,
            seen: JSON.stringify(sidecar.name),
            allowed: "a name used once in the pod, and not the service's",
            fix: "Give it another name.",
          },
        ]
      : []),
    ...(isDeferred(sidecar.image) ? [] : checkImageTag(sidecar.image, `${path}[${index}].image`)),
  ]);
}
