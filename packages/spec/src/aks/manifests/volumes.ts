import { POD_FOLDERS } from "../workload-texts";
import type { WorkloadInputs } from "./manifest";

/** Not after the class: names of volumes are at most 63 characters, which those of a service and a vault aren't together. */
const volumeName = (index: number): string => `secrets-${index}`;

/** Folders that go with the pod, and the secrets of each vault. */
export function volumes({ secretClasses }: WorkloadInputs): object[] {
  return [
    { name: "data", emptyDir: {} },
    { name: "logs", emptyDir: {} },
    ...secretClasses.map((secretClass, index) => ({
      name: volumeName(index),
      csi: {
        driver: "secrets-store.csi.k8s.io",
        readOnly: true,
        volumeAttributes: { secretProviderClass: secretClass.name },
      },
    })),
  ];
}

/** Kubernetes wants no colon in it; on Windows it is below C: then. */
const mountPath = (folder: string): string => folder.replace(/^C:/, "");

export function volumeMounts({ secretClasses }: WorkloadInputs): object[] {
  return [
    { name: "data", mountPath: mountPath(POD_FOLDERS.data) },
    { name: "logs", mountPath: mountPath(POD_FOLDERS.logs) },
    ...secretClasses.map((secretClass, index) => ({
      name: volumeName(index),
      mountPath: mountPath(`${POD_FOLDERS.secrets}/${secretClass.name}`),
      readOnly: true,
    })),
  ];
}
