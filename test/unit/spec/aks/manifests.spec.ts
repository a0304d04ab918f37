import { expect } from "chai";
import { secretClasses, workloadManifests, type KubernetesManifest, type WorkloadInputs } from "@windows-ha/spec";
import { aksSpec, manifestOf, manifestsOf, podOf, type Changes } from "./arguments";
import { KUBERNETES_VERSIONS, refusals } from "./kubernetes";

/** Programs whose objects look most different from each other. */
const PROGRAMS: Record<string, Changes & { service?: Changes }> = {
  "the least arguments": {},
  "an autoscaler and rights to read": {
    workload: { autoscale: { maximum: 9 }, rights: "reader", probes: { preset: "slowStart" } },
  },
  "processes of the host with a sidecar": {
    workload: { hostProcess: true, sidecars: [{ name: "exporter", image: "ghcr.io/exporter:0.31.0" }] },
  },
  "no rights, no balancer, no policy": {
    workload: {
      rights: "none",
      loadBalancer: { enabled: false },
      networkPolicy: { enabled: false },
      createNamespace: false,
    },
  },
  "a public balancer and long waits": {
    workload: { replicas: 5, loadBalancer: { public: true, allowFrom: ["203.0.113.0/24"], port: 443 } },
    service: { stop: { drainSeconds: 0, stopSeconds: 600 }, arguments: ["--machine", "${WINDOWS_HA_MACHINE}"] },
  },
};

const INPUTS: WorkloadInputs = {
  image: "orders.azurecr.io/orders:1.4.2",
  sidecarImages: [],
  arguments: [],
  environment: { LOG_LEVEL: "info" },
  configurationHash: "0a1b",
  secretClasses: secretClasses("orders", [
    { file: "DATABASE_PASSWORD", url: "https://orders.vault.azure.net/secrets/database-password" },
    { file: "TLS_CERTIFICATE", url: "https://orders.vault.azure.net/secrets/tls-certificate" },
    { file: "API_KEY", url: "https://shared.vault.azure.net/secrets/api-key/0123456789abcdef0123456789abcdef" },
  ]),
  certificate: { secretClass: "orders-orders", file: "TLS_CERTIFICATE" },
  identity: { clientId: "66666666-7777-8888-9999-000000000000", tenantId: "77777777-7777-8888-9999-000000000000" },
};

const builtIn = (manifests: readonly KubernetesManifest[]): KubernetesManifest[] =>
  manifests.filter(({ kind }) => kind !== "SecretProviderClass");

describe("objects of Kubernetes", () => {
  for (const version of KUBERNETES_VERSIONS) {
    for (const [title, changes] of Object.entries(PROGRAMS)) {
      it(`are taken by the API server of ${version}: ${title}`, () => {
        for (const manifest of manifestsOf(changes)) {
          expect(refusals(version, manifest), manifest.kind).to.deep.equal([]);
        }
      });
    }

    it(`are taken by the API server of ${version}: secrets, a certificate and an identity`, () => {
      const { workload } = aksSpec({
        service: { tls: { certificate: { url: "https://orders.vault.azure.net/secrets/tls" } } },
      });
      for (const manifest of builtIn(workloadManifests(workload, INPUTS))) {
        expect(refusals(version, manifest), manifest.kind).to.deep.equal([]);
      }
    });

    it(`are refused by the check of ${version} with an unknown field, a wrong type, or without a required one`, () => {
      const planted = (
        change: (deployment: { spec: { template: { spec: Record<string, unknown> } } }) => void,
      ): string[] => {
        const deployment = structuredClone(manifestOf("Deployment")) as never;
        change(deployment);
        return refusals(version, deployment);
      };
      expect(planted(({ spec }) => (spec.template.spec["nodeSelectors"] = {}))).to.deep.equal([
        '/spec/template/spec must NOT have additional properties {"additionalProperty":"nodeSelectors"}',
      ]);
      expect(planted(({ spec }) => (spec.template.spec["terminationGracePeriodSeconds"] = "100"))[0]).to.include(
        "terminationGracePeriodSeconds must be integer",
      );
      expect(planted(({ spec }) => delete spec.template.spec["containers"])[0]).to.include("'containers'");
    });
  }

  it("belong together: selectors, names and namespaces", () => {
    const all = manifestsOf({ workload: { autoscale: { maximum: 5 } } });
    expect(all.map(({ kind }) => kind)).to.deep.equal([
      "Namespace",
      "ServiceAccount",
      "Role",
      "RoleBinding",
      "ConfigMap",
      "NetworkPolicy",
      "PodDisruptionBudget",
      "Service",
      "Deployment",
      "HorizontalPodAutoscaler",
    ]);
    const placed = all.filter(({ kind }) => kind !== "Namespace");
    expect(new Set(placed.map(({ metadata }) => metadata.namespace))).to.deep.equal(new Set(["orders"]));
    const { selector, template } = manifestOf("Deployment")["spec"] as {
      selector: { matchLabels: object };
      template: { metadata: { labels: object } };
    };
    expect(template.metadata.labels).to.include(selector.matchLabels);
    for (const kind of ["PodDisruptionBudget", "Service", "NetworkPolicy"]) {
      expect(JSON.stringify(manifestOf(kind)["spec"]), kind).to.include(JSON.stringify(selector.matchLabels));
    }
    expect(JSON.stringify(selector), "a new version must find its predecessor's pods").not.to.include("1.4.2");
  });

  it("begin with the autoscaler's least, where there is one: a number that is left out would become 1", () => {
    expect(manifestOf("Deployment")["spec"]).to.have.property("replicas", 3);
    const autoscaled = { workload: { autoscale: { maximum: 9 } } };
    expect(manifestOf("Deployment", autoscaled)["spec"]).to.have.property("replicas", 3);
    expect(manifestOf("HorizontalPodAutoscaler", autoscaled)["spec"]).to.include({ minReplicas: 3, maxReplicas: 9 });
  });

  it("never go below the replicas in a rollout, nor below the least active in a drain", () => {
    expect(manifestOf("Deployment")["spec"]).to.deep.include({
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      minReadySeconds: 10,
    });
    expect(manifestOf("PodDisruptionBudget")["spec"]).to.include({ minAvailable: 2 });
    expect(manifestOf("PodDisruptionBudget", { workload: { replicas: 2 } })["spec"]).to.include({ minAvailable: 1 });
  });
});

describe("pods", () => {
  it("of the host's processes make room for their successors, whose port they have", () => {
    expect(manifestOf("Deployment", { workload: { hostProcess: true } })["spec"]).to.deep.include({
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    });
  });

  it("run on Windows of their own release alone, and tolerate its taint", () => {
    expect(podOf().nodeSelector).to.deep.equal({
      "kubernetes.io/os": "windows",
      "node.kubernetes.io/windows-build": "10.0.20348",
    });
    const newer = podOf({ windowsPool: { osSku: "Windows2025" } });
    expect(newer.nodeSelector["node.kubernetes.io/windows-build"]).to.equal("10.0.26100");
    expect(podOf().tolerations[0]).to.deep.equal({
      key: "os",
      operator: "Equal",
      value: "windows",
      effect: "NoSchedule",
    });
  });

  it("leave a dead node after 30 s instead of five minutes", () => {
    expect(
      podOf()
        .tolerations.slice(1)
        .map(({ key, tolerationSeconds }) => [key, tolerationSeconds]),
    ).to.deep.equal([
      ["node.kubernetes.io/not-ready", 30],
      ["node.kubernetes.io/unreachable", 30],
    ]);
  });

  it("are spread over zones, for sure, and over hosts, if possible", () => {
    expect(
      podOf().topologySpreadConstraints.map(({ topologyKey, maxSkew, whenUnsatisfiable }) => [
        topologyKey,
        maxSkew,
        whenUnsatisfiable,
      ]),
    ).to.deep.equal([
      ["topology.kubernetes.io/zone", 1, "DoNotSchedule"],
      ["kubernetes.io/hostname", 1, "ScheduleAnyway"],
    ]);
  });

  it("have three probes: the process for start and liveness, readiness as the balancer asks machines", () => {
    const [{ startupProbe, livenessProbe, readinessProbe }] = podOf().containers;
    expect(livenessProbe).to.deep.equal({
      httpGet: { path: "/health", port: "service", scheme: "HTTP" },
      initialDelaySeconds: 15,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    });
    expect(startupProbe.httpGet.path).to.equal("/health");
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).to.be.at.least(120);
    expect(readinessProbe).to.include({ periodSeconds: 5, failureThreshold: 2 });
    expect(readinessProbe.httpGet.path).to.equal("/ready");
    const [{ livenessProbe: slow }] = podOf({ workload: { probes: { preset: "slowStart" } } }).containers;
    expect(slow).to.include({ initialDelaySeconds: 30, periodSeconds: 10, failureThreshold: 3 });
  });

  it("get the start budget of the service, whatever it is", () => {
    const [{ startupProbe }] = podOf({
      service: { installGate: { intervalSeconds: 7, deadlineSeconds: 300 } },
    }).containers;
    expect(startupProbe.failureThreshold).to.equal(43);
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).to.be.at.least(300);
  });

  it("serve on for 30 s before the stop, and have the whole budget of 100 s", () => {
    const { containers, terminationGracePeriodSeconds } = podOf();
    expect(containers[0].lifecycle).to.deep.equal({ preStop: { sleep: { seconds: 30 } } });
    expect(terminationGracePeriodSeconds).to.equal(100);
    const longer = podOf({ workload: { loadBalancer: { probe: { intervalSeconds: 15, threshold: 3 } } } });
    expect(longer.containers[0].lifecycle!.preStop.sleep.seconds, "3 × 15 s + 10 s").to.equal(55);
    expect(longer.terminationGracePeriodSeconds).to.equal(125);
    const none = podOf({ service: { stop: { drainSeconds: 0 } } });
    expect(none.containers[0]).not.to.have.property("lifecycle");
    expect(none.terminationGracePeriodSeconds).to.equal(70);
  });

  it("have the least account and token that they need", () => {
    expect(podOf().securityContext).to.deep.equal({
      runAsNonRoot: true,
      windowsOptions: { runAsUserName: "ContainerUser" },
    });
    expect(podOf({ workload: { rights: "none" } }).automountServiceAccountToken).to.equal(false);
    expect(manifestOf("Role")["rules"]).to.deep.equal([
      { apiGroups: [""], resources: ["configmaps"], resourceNames: ["orders-configuration"], verbs: ["get"] },
    ]);
    expect(manifestOf("RoleBinding")["subjects"]).to.deep.equal([
      { kind: "ServiceAccount", name: "orders", namespace: "orders" },
    ]);
    expect(manifestOf("Namespace").metadata.labels).to.include({ "pod-security.kubernetes.io/enforce": "restricted" });
  });

  it("are the host's processes only when asked, in a namespace that admits them", () => {
    const pod = podOf({ workload: { hostProcess: true } });
    expect(pod.securityContext).to.deep.equal({
      windowsOptions: { hostProcess: true, runAsUserName: "NT AUTHORITY\\LocalService" },
    });
    expect(pod.hostNetwork).to.equal(true);
    const namespace = manifestOf("Namespace", { workload: { hostProcess: true } });
    expect(namespace.metadata.labels).to.include({ "pod-security.kubernetes.io/enforce": "privileged" });
  });

  it("find what the agent hands over on a machine, and placeholders replaced", () => {
    const [container] = podOf({
      service: { arguments: ["--listen=${WINDOWS_HA_ADDRESS}", "--name=${WINDOWS_HA_MACHINE}", "--literal=$(HOME)"] },
    }).containers;
    expect(container.args).to.deep.equal([
      "--listen=0.0.0.0:8080",
      "--name=$(WINDOWS_HA_MACHINE)",
      "--literal=$$(HOME)",
    ]);
    const environment = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
    expect(environment).to.deep.include({
      WINDOWS_HA_ADDRESS: "0.0.0.0:8080",
      WINDOWS_HA_DATA_FOLDER: "C:/windows-ha/data",
    });
    const map = manifestOf("ConfigMap", { service: { environment: { DATA: "${WINDOWS_HA_DATA_FOLDER}\\orders" } } });
    expect(map["data"]).to.deep.equal({ DATA: "C:/windows-ha/data\\orders" });
  });
});

describe("secrets of pods", () => {
  const manifests = workloadManifests(aksSpec().workload, INPUTS);
  const classes = manifests.filter(({ kind }) => kind === "SecretProviderClass");

  it("come from each vault by one class and one volume, read by the workload's identity", () => {
    expect(classes.map(({ metadata }) => metadata.name)).to.deep.equal(["orders-orders", "orders-shared"]);
    const { provider, parameters } = classes[0]!["spec"] as { provider: string; parameters: Record<string, string> };
    expect(provider).to.equal("azure");
    expect(parameters).to.include({ keyvaultName: "orders", clientID: INPUTS.identity!.clientId });
    const objects = (JSON.parse(parameters["objects"]!) as { array: string[] }).array.map(
      (text) => JSON.parse(text) as object,
    );
    expect(objects[0]).to.deep.equal({
      objectName: "database-password",
      objectType: "secret",
      objectAlias: "DATABASE_PASSWORD",
    });
    const shared = (classes[1]!["spec"] as (typeof classes)[0] & { parameters: { objects: string } }).parameters
      .objects;
    expect(shared).to.include("objectVersion");
  });

  it("are taken whatever the vault and the service are called: names of volumes are short", () => {
    const name = "orders-of-the-northern-and-the-southern-hemisphere";
    const { workload } = aksSpec({ service: { name } });
    const url = "https://northern-and-southern.vault.azure.net/secrets/a";
    const inputs = { ...INPUTS, secretClasses: secretClasses(name, [{ file: "A", url }]), certificate: undefined };
    const deployment = workloadManifests(workload, inputs).find(({ kind }) => kind === "Deployment")!;
    const { template } = deployment["spec"] as { template: { spec: { volumes: { name: string }[] } } };
    expect(template.spec.volumes.filter((volume) => volume.name.length > 63)).to.deep.equal([]);
  });

  it("are files, which the service finds by the same names as on a machine", () => {
    const deployment = manifests.find(({ kind }) => kind === "Deployment")!;
    const text = JSON.stringify(deployment["spec"]);
    expect(text).to.include(
      '"name":"DATABASE_PASSWORD_FILE","value":"C:/windows-ha/secrets/orders-orders/DATABASE_PASSWORD"',
    );
    expect(text).to.include('"name":"TLS_CERT_FILE","value":"C:/windows-ha/secrets/orders-orders/TLS_CERTIFICATE"');
    expect(text).not.to.include("TLS_CERTIFICATE_FILE");
    expect(text).to.include('"mountPath":"/windows-ha/secrets/orders-shared","readOnly":true');
    expect(text).to.include('"azure.workload.identity/use":"true"');
  });
});
