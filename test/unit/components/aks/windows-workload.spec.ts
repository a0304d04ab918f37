import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { expectWellFormed, Template, UNKNOWN, type Recording, type Values } from "@windows-ha/testing";
import { WindowsImage, WindowsWorkload, type ServiceArgs, type WindowsWorkloadArgs } from "windows-ha";
import { KUBERNETES_VERSIONS, refusals } from "../../spec/aks/kubernetes";
import { attempt, inBothPasses, known, recordUpdate } from "../support";

const SERVICE: ServiceArgs = { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 };
const VAULT = "https://orders.vault.azure.net/secrets";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

const workload =
  ({ service, ...changes }: Partial<Omit<WindowsWorkloadArgs, "service">> & { service?: Partial<ServiceArgs> } = {}) =>
  () =>
    new WindowsWorkload("orders", { kubeconfig: "{}", service: { ...SERVICE, ...service }, ...changes });

const SECRETS: Parameters<typeof workload>[0] = {
  service: {
    secrets: {
      DATABASE_PASSWORD: { url: `${VAULT}/database-password` },
      API_KEY: { url: pulumi.output(`${VAULT}/api-key`) },
    },
    tls: { certificate: { url: `${VAULT}/tls` } },
  },
  identity: {
    clientId: "66666666-7777-8888-9999-000000000000",
    federation: { resourceGroupName: "g", identityName: "orders-pods", issuerUrl: "https://issuer.example.com/" },
  },
};

interface Manifest {
  apiVersion: string;
  kind: string;
  [field: string]: unknown;
}

/** The objects as the provider gets them; those with a schema of Kubernetes' own. */
const objectsOf = (recording: Recording): Manifest[] =>
  recording.resources
    .filter(({ type }) => type.startsWith("kubernetes:") && !type.includes("SecretProviderClass"))
    .map(({ inputs }) => inputs as Manifest);

const containerOf = (recording: Recording): Values => {
  const { spec } = Template.of(recording).findResource(DEPLOYMENT).inputs as {
    spec: { template: { spec: { containers: [Values] } } };
  };
  return spec.template.spec.containers[0];
};

describe("WindowsWorkload", () => {
  for (const [title, args] of [
    ["the least arguments", {}],
    ["secrets", SECRETS],
  ] as const) {
    it(`gives the provider nothing that an API server refuses: ${title}`, async () => {
      const recording = await recordUpdate(workload(args));
      for (const version of KUBERNETES_VERSIONS) {
        for (const object of objectsOf(recording)) expect(refusals(version, object), object.kind).to.deep.equal([]);
      }
    });
  }

  inBothPasses("has every object once, by the given cluster's provider", workload(), (recording) => {
    expect(objectsOf(recording).map(({ kind }) => kind)).to.have.members([
      "Namespace",
      "ServiceAccount",
      "Role",
      "RoleBinding",
      "ConfigMap",
      "NetworkPolicy",
      "PodDisruptionBudget",
      "Service",
      "Deployment",
    ]);
    const provider = Template.of(recording).findResource("pulumi:providers:kubernetes");
    expect(provider.secretPaths).to.include("kubeconfig");
  });

  inBothPasses("creates the pods after what they need, and the service beside them", workload(SECRETS), (recording) => {
    const dependencies = (type: string): string[] =>
      Template.of(recording)
        .findResource(type)
        .dependsOn.map((urn) => urn.split("::").at(-1)!)
        .sort();
    expect(dependencies(DEPLOYMENT)).to.include.members([
      "orders-namespace",
      "orders-account",
      "orders-configuration",
      "orders-reads",
      "orders-secrets-orders",
      "orders-federation",
    ]);
    expect(dependencies("kubernetes:core/v1:Service"), "Pulumi waits for its endpoints").to.deep.equal([
      "orders-namespace",
    ]);
  });

  inBothPasses(
    "gives values of other resources on, and other pods when the environment changes",
    workload({
      service: {
        environment: { HOME_PAGE: pulumi.output("https://${WINDOWS_HA_ADDRESS}/") },
        arguments: [pulumi.output("--x=$(Y)")],
      },
    }),
    async (recording) => {
      const map = Template.of(recording).findResource("kubernetes:core/v1:ConfigMap");
      expect(map.inputs.data).to.deep.equal({ HOME_PAGE: "https://0.0.0.0:8080/" });
      expect(containerOf(recording).args).to.deep.equal(["--x=$$(Y)"]);
      const hash = (from: Recording): unknown =>
        (
          Template.of(from).findResource(DEPLOYMENT).inputs as {
            spec: { template: { metadata: { annotations: Values } } };
          }
        ).spec.template.metadata.annotations["windows-ha/configuration"];
      const other = await recordUpdate(workload({ service: { environment: { HOME_PAGE: "x" } } }));
      expect(hash(recording))
        .to.match(/^[0-9a-f]{16}$/)
        .and.not.equal(hash(other));
    },
  );

  inBothPasses(
    "mounts secrets of its vaults, read by its identity, none of them in Kubernetes",
    workload(SECRETS),
    (recording) => {
      const classes = recording.resources.filter(({ type }) => type.includes("SecretProviderClass"));
      expect(classes.map(({ name }) => name)).to.have.members(["orders-secrets-orders", "orders-secrets--api-key"]);
      expect(recording.resources.filter(({ type }) => type === "kubernetes:core/v1:Secret")).to.deep.equal([]);
      const { parameters } = classes[0]!.inputs.spec as { parameters: Values };
      expect(parameters).to.include({
        keyvaultName: "orders",
        clientID: "66666666-7777-8888-9999-000000000000",
        tenantId: "77777777-7777-8888-9999-000000000000",
      });
      const names = (containerOf(recording).env as { name: string }[]).map(({ name }) => name);
      expect(names).to.include.members(["DATABASE_PASSWORD_FILE", "API_KEY_FILE", "TLS_CERT_FILE", "TLS_KEY_FILE"]);
      expect(
        Template.of(recording).findResource("azure-native:managedidentity:FederatedIdentityCredential").inputs,
      ).to.deep.include({
        subject: "system:serviceaccount:orders:orders",
        issuer: "https://issuer.example.com/",
        audiences: ["api://AzureADTokenExchange"],
      });
    },
  );

  inBothPasses("says where it is, and what it will do", workload(), (recording) => {
    const { outputs } = Template.of(recording).findResource("windows-ha:index:WindowsWorkload");
    expect(outputs.url).to.equal(known(recording, "http://10.20.0.7:8080"));
    expect(outputs.prediction).to.have.nested.property("replacement.meetsMark", false);
  });

  inBothPasses("is well formed", workload(SECRETS), (recording) => expectWellFormed(recording));

  it("names everything that is wrong with it, before anything exists", async () => {
    const { failure, registered } = await attempt(
      workload({
        replicas: 1,
        terminationGracePeriodSeconds: 30,
        service: { health: { livenessPath: "/health/deps" } },
      }),
    );
    expect(failure.message).to.include("3 problems").and.include("replicas").and.include("liveness-dependencies");
    expect(registered).to.deep.equal([]);
    const { failure: artifact } = await attempt(
      workload({ service: { artifact: { path: "orders.exe" }, image: undefined } }),
    );
    expect(artifact.message).to.include("service.artifact").and.include("Pods run an image");
    const { failure: value } = await attempt(workload({ service: { secrets: { A: { value: "canary-5d1c" } } } }));
    expect(value.message).to.include('service.secrets["A"].value').and.include("identity").and.not.include("canary");
  });

  inBothPasses("leaves the number of pods to its autoscaler", workload({ autoscale: { maximum: 9 } }), (recording) => {
    const found = Template.of(recording).findResource(DEPLOYMENT);
    expect(found.ignoreChanges).to.deep.equal(["spec.replicas"]);
    expect(found.inputs.spec).to.include({ replicas: 3 });
  });

  it("takes no secret into arguments and environment, where the cluster shows it", async () => {
    const { failure } = await attempt(
      workload({
        service: {
          arguments: ["--key", pulumi.secret("canary-9e1f")],
          environment: { PLAIN: "x", MARK: pulumi.secret("canary-8d2e"), MEANT_TOKEN: pulumi.secret("canary-7c3d") },
          secretsInEnvironment: ["MEANT_TOKEN"],
        },
      }),
    );
    expect(failure.message).to.include("2 problems").and.include("service.arguments[1]");
    expect(failure.message).to.include('service.environment["MARK"]').and.include("service.secrets");
    expect(failure.message).not.to.include("canary");
  });

  it("gives a vault and a secret of the same name classes of their own", async () => {
    const recording = await recordUpdate(
      workload({
        service: {
          secrets: {
            FIRST: { url: "https://api-key.vault.azure.net/secrets/first" },
            API_KEY: { url: pulumi.output(`${VAULT}/api-key`) },
          },
        },
        identity: { clientId: "66666666-7777-8888-9999-000000000000" },
      }),
    );
    const names = recording.resources
      .filter(({ type }) => type.includes("SecretProviderClass"))
      .map(({ name }) => name);
    expect(new Set(names).size).to.equal(2);
  });

  it("stops before pods change when another resource brings an environment that can't be", async () => {
    const { failure } = await attempt(workload({ service: { environment: pulumi.output({ "A-B": "x" }) } }));
    expect(failure.message).to.include("no pod was changed").and.include("A-B");
  });
});

describe("WindowsImage", () => {
  inBothPasses(
    "gives the texts to build an image with, and its address",
    () =>
      new WindowsImage("orders", {
        name: "orders",
        version: "1.4.2",
        repository: "orders.azurecr.io/orders",
        port: 8080,
      }),
    (recording) => {
      const { outputs } = Template.of(recording).findResource("windows-ha:index:WindowsImage");
      expect(outputs.dockerfile).to.include("FROM --platform=$BUILDPLATFORM").and.include("nanoserver:ltsc2022");
      expect(outputs.reference).to.equal("orders.azurecr.io/orders:1.4.2");
      expect(outputs.buildCommand).to.include("--platform windows/amd64").and.not.equal(UNKNOWN);
    },
  );
});
