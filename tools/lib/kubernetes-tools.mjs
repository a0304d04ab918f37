import { goBuild, onPath } from "./ways.mjs";

const KUBERNETES = "1.36.3";
const VERSION = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((name) => [
  `-X ${name}.gitVersion=v${KUBERNETES}`,
  `-X ${name}.gitMajor=1`,
  `-X ${name}.gitMinor=36`,
]);

/** A control plane of Kubernetes, and kwok, whose nodes it has: the sandbox's. One module, so that they fit together. */
export const kubernetesTools = [
  row("etcd", "etcd", "go.etcd.io/etcd/server/v3", "3.6.8", "10 seconds", { atLeast: "3.5.0", below: "4.0.0" }),
  row("kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok", "0.8.0", "10 seconds", { atLeast: "0.7.0", below: "1.0.0" }),
  ...[
    ["kube-apiserver", "Kubernetes' API server", "4 minutes"],
    ["kube-scheduler", "Kubernetes' scheduler", "20 seconds"],
    ["kube-controller-manager", "Kubernetes' controllers", "40 seconds"],
  ].map(([name, title, about]) =>
    row(name, title, `k8s.io/kubernetes/cmd/${name}`, KUBERNETES, about, { atLeast: "1.34.0", below: "2.0.0" }),
  ),
];

function row(name, title, goPackage, version, about, accepted) {
  const versionArgs = ["--version"];
  return {
    name,
    title,
    binary: name,
    versionArgs,
    neededFor: ["kubernetes", "test"],
    ways: [
      onPath({ versionArgs, accepted }),
      goBuild({
        version,
        module: "kubernetes",
        package: goPackage,
        ldflags: ["-s -w", ...VERSION].join(" "),
        about: `${about} on 2 cores`,
      }),
    ],
  };
}
