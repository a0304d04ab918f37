import { POD_FOLDERS } from "../workload-texts";
import type { SecretClass, WorkloadInputs } from "./manifest";

const volumeName = ({ name }: SecretClass): string => `secrets-${name}`;

/** Folders that go with the pod, and the secrets of each vault. */
export function volumes({ secretClasses }: WorkloadInputs): object[] {
  return [
    { name: "data", emptyDir: {} },
    { name: "logs", emptyDir: {} },
    ...secretClasses.map((secretClass) => ({
      name: volumeName(secretClass),
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
    ...secretClasses.map((secretClass) => ({
      name: volumeName(secretClass),
      mountPath: mountPath(`${POD_FOLDERS.secrets}/${secretClass.name}`),
      readOnly: true,
    })),
  ];
}
