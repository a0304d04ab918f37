/**
 * What kwok does instead of kubelets: nodes are ready and renew their leases, pods run as soon as they are on a node, and
 * are gone when their wait before the stop is over. The containers themselves don't exist.
 */
const STAGES = [
  {
    name: "node-initialize",
    kind: "Node",
    when: [`.status.conditions.[] | select( .type == "Ready" ) | .status`, "NotIn", ["True"]],
    next: {
      statusTemplate: `
{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
  message: {{ .message | Quote }}
  reason: {{ .reason | Quote }}
  status: {{ .status | Quote }}
  type: {{ .type | Quote }}
{{ end }}
phase: Running
`,
    },
  },
  {
    name: "pod-ready",
    kind: "Pod",
    when: [".status.phase", "In", ["Pending"]],
    next: {
      statusTemplate: `
{{ $now := Now }}
conditions:
- { lastTransitionTime: {{ $now | Quote }}, status: "True", type: Initialized }
- { lastTransitionTime: {{ $now | Quote }}, status: "True", type: Ready }
- { lastTransitionTime: {{ $now | Quote }}, status: "True", type: ContainersReady }
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  started: true
  state: { running: { startedAt: {{ $now | Quote }} } }
{{ end }}
{{ $podIPs := PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
{{ with $podIPs }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
phase: Running
startTime: {{ $now | Quote }}
`,
    },
  },
  {
    name: "pod-delete",
    kind: "Pod",
    when: [".metadata.deletionTimestamp", "Exists", undefined],
    // A second for the wait before the stop: the order counts here, not the time.
    delay: { durationMilliseconds: 1000 },
    next: { delete: true },
  },
] as const;

/** The configuration file of kwok. */
export function kwokConfiguration(): string {
  return STAGES.map(({ name, kind, when: [key, operator, values], next, ...rest }) =>
    JSON.stringify({
      apiVersion: "kwok.x-k8s.io/v1alpha1",
      kind: "Stage",
      metadata: { name },
      spec: {
        resourceRef: { apiGroup: "v1", kind },
        selector: { matchExpressions: [{ key, operator, ...(values && { values }) }, ...alive(kind, name)] },
        ...("delay" in rest ? { delay: rest.delay } : {}),
        next,
      },
    }),
  ).join("\n---\n");
}

/** A pod that is being deleted doesn't start any more. */
function alive(kind: string, name: string): object[] {
  return kind === "Pod" && name !== "pod-delete"
    ? [{ key: ".metadata.deletionTimestamp", operator: "DoesNotExist" }]
    : [];
}
