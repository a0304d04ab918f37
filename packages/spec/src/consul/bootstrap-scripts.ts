/** Scripts for servers of Consul. They never vary: what does comes as arguments that need no quotes. */

/** Where a server keeps the agent's program. */
export const CONSUL_AGENT_PATH = "/usr/local/bin/windows-ha-agent";
/** Where a server keeps the document that the agent reads. */
export const CONSUL_SPEC_PATH = "/etc/windows-ha/consul-server.json";
/** The disk that outlives the machine: Consul's data alone. */
export const CONSUL_DATA_FOLDER = "/var/lib/windows-ha/consul/data";

/**
 * Gets the agent and hands over to it.
 *
 * - A role that was given a moment ago counts after up to ten minutes: so long is a download tried again.
 * - The token goes to curl by its standard input, and never stands in a list of processes.
 * - Exit code 30: the agent isn't the declared one. 1: it can't be had, or the data disk isn't there, without which
 *   Consul would begin anew.
 */
export const CONSUL_BOOTSTRAP_SCRIPT = String.raw`#!/bin/sh
# Arguments: address and SHA-256 of the agent, and the client id of the identity that may read it, or "-".
set -eu
url=$1 sha256=$2 client=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
token() {
  curl -fsS --noproxy '*' --max-time 30 -H Metadata:true "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&client_id=$client" |
    sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p'
}
headers() {
  [ "$client" = - ] || printf 'header = "Authorization: Bearer %s"\nheader = "x-ms-version: 2021-12-02"\n' "$(token)"
}
attempt=1
until headers | curl -fsS --config - --max-time 300 --output "$folder/agent" "$url"; do
  if [ "$attempt" -ge 40 ]; then echo "$url can't be downloaded" >&2; exit 1; fi
  attempt=$((attempt + 1)); sleep 15
done
if ! echo "$sha256  $folder/agent" | sha256sum --check --status; then echo "windows-ha-agent does not have the declared SHA-256" >&2; exit 30; fi
if ! mountpoint -q ${CONSUL_DATA_FOLDER}; then echo "The data disk isn't mounted" >&2; exit 1; fi
install -m 0755 "$folder/agent" ${CONSUL_AGENT_PATH}
${CONSUL_AGENT_PATH} consul install --spec ${CONSUL_SPEC_PATH}
`;

/** Minutes in which a server has to become a healthy part of its datacenter: certificates and roles may take ten. */
const GATE_MINUTES = 20;

/**
 * Holds up the replacement of the next server until this one is a healthy part of its datacenter, as a managed Run
 * Command. Azure calls a machine ready while cloud-init still installs; an exit code 2 of it tells of warnings only.
 */
export const CONSUL_GATE_SCRIPT = String.raw`#!/bin/sh
cloud-init status --wait >/dev/null
if [ $? -eq 1 ]; then tail -n 40 /var/log/cloud-init-output.log >&2; exit 1; fi
exec ${CONSUL_AGENT_PATH} consul gate --timeout ${GATE_MINUTES}m
`;

/** Longer than the gate itself waits, so that it is the gate that says what is missing. */
export const CONSUL_GATE_TIMEOUT_SECONDS = (GATE_MINUTES + 10) * 60;

/** What the gate's Run Command does, for who plays the machine; or what keeps it from doing so. */
export function readConsulGate(script: string | undefined): { arguments: string[] } | { problems: string[] } {
  if (script !== CONSUL_GATE_SCRIPT) return { problems: ["source.script isn't the script that windows-ha writes"] };
  return { arguments: ["consul", "gate", "--timeout", `${GATE_MINUTES}m`] };
}
