import { healthScheme } from "../../service-secrets";
import { livenessProbe, preStopSeconds, readinessProbe, startupProbe, type ProbeTiming } from "../workload-timing";
import type { WindowsWorkloadSpec } from "../workload";
import { podPlaceholders, POD_FOLDERS } from "../workload-texts";
import type { WorkloadInputs } from "./manifest";
import { workloadNames } from "./names";
import { cpuQuantity, memoryQuantity } from "./quantities";
import { volumeMounts } from "./volumes";

const PORT = "service";

export function serviceContainer(workload: WindowsWorkloadSpec, inputs: WorkloadInputs): object {
  const { name, configMap } = workloadNames(workload);
  const { port, health } = workload.service;
  const probe = (path: string, timing: ProbeTiming): object => ({
    httpGet: { path, port: PORT, scheme: healthScheme(workload.service).toUpperCase() },
    ...timing,
  });
  return {
    name,
    image: inputs.image,
    imagePullPolicy: "IfNotPresent",
    ...(inputs.arguments.length > 0 && { args: inputs.arguments }),
    ports: [{ name: PORT, containerPort: port, protocol: "TCP" }],
    envFrom: [{ configMapRef: { name: configMap } }],
    env: environment(port, inputs),
    resources: resources(workload),
    startupProbe: probe(health.livenessPath, startupProbe(workload)),
    livenessProbe: probe(health.livenessPath, livenessProbe(workload)),
    readinessProbe: probe(health.readinessPath, readinessProbe(workload)),
    // The pod is out of the endpoints from the start of its deletion; it serves on until everybody knows.
    ...drain(preStopSeconds(workload)),
    volumeMounts: volumeMounts(inputs),
  };
}

function drain(seconds: number): object {
  return seconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds } } } };
}

/** What the agent hands over on a machine. */
function environment(port: number, { secretClasses, certificate }: WorkloadInputs): object[] {
  const file = (secretClass: string, name: string): string => `${POD_FOLDERS.secrets}/${secretClass}/${name}`;
  const secrets = secretClasses.flatMap(({ name, files }) =>
    files
      .filter((item) => name !== certificate?.secretClass || item !== certificate.file)
      .map((item) => ({ name: `${item}_FILE`, value: file(name, item) })),
  );
  const certificateFile = certificate && file(certificate.secretClass, certificate.file);
  return [
    { name: "WINDOWS_HA_MACHINE", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
    ...Object.entries(podPlaceholders(port)).map(([name, value]) => ({ name, value })),
    ...secrets,
    // One file holds both: whoever looks for a certificate passes over the key, and the other way round.
    ...(certificateFile === undefined
      ? []
      : ["TLS_CERT_FILE", "TLS_KEY_FILE"].map((name) => ({ name, value: certificateFile }))),
  ];
}

function resources({
  resources: { cpuRequestMillicores, cpuLimitMillicores, memoryMegabytes },
}: WindowsWorkloadSpec): object {
  // Windows takes no memory back from a container: without a limit one takes the node down.
  const memory = memoryQuantity(memoryMegabytes);
  return {
    requests: { cpu: cpuQuantity(cpuRequestMillicores), memory },
    limits: { cpu: cpuQuantity(cpuLimitMillicores), memory },
  };
}

/** Beside the service, with the least that keeps them from harming it. */
export function sidecarContainers({ sidecars }: WindowsWorkloadSpec, { sidecarImages }: WorkloadInputs): object[] {
  return sidecars.map(({ name }, index) => ({
    name,
    image: sidecarImages[index],
    imagePullPolicy: "IfNotPresent",
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
  }));
}
