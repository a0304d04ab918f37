const TEXTS = { type: "object", additionalProperties: { type: "string" } };

/**
 * The kind of objects that the driver for secrets in volumes reads, which AKS brings with its add-on
 * (kubernetes-sigs/secrets-store-csi-driver, secrets-store.csi.x-k8s.io_secretproviderclasses.yaml).
 */
export const SECRET_PROVIDER_CLASS_DEFINITION = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "secretproviderclasses.secrets-store.csi.x-k8s.io" },
  spec: {
    group: "secrets-store.csi.x-k8s.io",
    names: {
      kind: "SecretProviderClass",
      listKind: "SecretProviderClassList",
      plural: "secretproviderclasses",
      singular: "secretproviderclass",
    },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              apiVersion: { type: "string" },
              kind: { type: "string" },
              metadata: { type: "object" },
              spec: {
                type: "object",
                properties: {
                  provider: { type: "string" },
                  parameters: TEXTS,
                  secretObjects: {
                    type: "array",
                    items: {
                      type: "object",
                      properties: {
                        annotations: TEXTS,
                        labels: TEXTS,
                        secretName: { type: "string" },
                        type: { type: "string" },
                        data: {
                          type: "array",
                          items: {
                            type: "object",
                            properties: { key: { type: "string" }, objectName: { type: "string" } },
                          },
                        },
                      },
                    },
                  },
                },
              },
              status: {
                type: "object",
                properties: {
                  byPod: {
                    type: "array",
                    items: {
                      type: "object",
                      properties: { id: { type: "string" }, namespace: { type: "string" } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
} as const;
