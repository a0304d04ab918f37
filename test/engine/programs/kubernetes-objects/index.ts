import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const provider = new kubernetes.Provider("cluster", {
  kubeconfig: config.requireSecret("kubeconfig"),
  enableServerSideApply: true,
  enableConfigMapMutable: config.getBoolean("mutable"),
});
const options = { provider };
const namespace = new kubernetes.core.v1.Namespace("shop", { metadata: { name: "shop" } }, options);
const metadata = { name: "web", namespace: namespace.metadata.name };
const settings = new kubernetes.core.v1.ConfigMap(
  "settings",
  { metadata, data: { MODE: config.get("mode") ?? "slow", CODE: config.requireSecret("code") } },
  options,
);
const labels = { app: "web" };
const pods = new kubernetes.apps.v1.Deployment(
  "web",
  {
    metadata,
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { "kubernetes.io/os": config.get("os") ?? "linux" },
          containers: [
            {
              name: "web",
              image: `example.azurecr.io/web:${config.get("version") ?? "1"}`,
              env: [{ name: "CODE_HERE", value: config.requireSecret("code") }],
              envFrom: [{ configMapRef: { name: settings.metadata.name } }],
            },
          ],
        },
      },
    },
  },
  options,
);
const service = new kubernetes.core.v1.Service(
  "web",
  { metadata, spec: { selector: labels, ports: [{ port: 80 }] } },
  options,
);
export const address = service.spec.clusterIP;
export const ready = pods.status.availableReplicas;
