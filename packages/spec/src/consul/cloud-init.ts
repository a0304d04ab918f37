import type { AgentConsulServerSpec } from "../agent-consul";
import type { PublishedFile } from "../agent-document";
import type { Finding } from "../finding";
import { sortedJson } from "../sorted-json";
import { CONSUL_BOOTSTRAP_SCRIPT, CONSUL_DATA_FOLDER, CONSUL_SPEC_PATH } from "./bootstrap-scripts";

/** What a server is told at its first start. No secret is in it: whoever is on the machine can read it. */
export interface ConsulCloudInit {
  /** The agent's program for the server's platform. */
  agent: PublishedFile;
  spec: AgentConsulServerSpec;
}

/** The same, with what follows from it on the machine. */
export interface ParsedConsulCloudInit extends ConsulCloudInit {
  dataDisk: { lun: number; mountPoint: string };
}

/** Number of the data disk on its machine. */
export const CONSUL_DATA_DISK_LUN = 0;

/** Azure's limit on custom data, before it is encoded (azure-compute-docs, custom-data.md). */
const MAX_CUSTOM_DATA_BYTES = 64 * 1024;

const HEADER = "#cloud-config\n";
const BOOTSTRAP_PATH = "/usr/local/sbin/windows-ha-bootstrap";
/** Azure's stable name of a data disk. */
const DATA_DISK = `/dev/disk/azure/scsi1/lun${CONSUL_DATA_DISK_LUN}`;
const ANONYMOUS = "-";

/**
 * The custom data of a server, for cloud-init. It is JSON, which is YAML too, so nothing in it can be quoted wrongly:
 * it prepares the data disk when that is empty, and runs one script that never varies.
 */
export function renderConsulCloudInit({ agent, spec }: ConsulCloudInit): string {
  const { url, sha256, identityClientId = ANONYMOUS } = agent;
  return (
    HEADER +
    sortedJson({
      // A file system that is there stays: it holds the data of the machine's predecessor.
      fs_setup: [{ device: DATA_DISK, partition: "none", filesystem: "ext4", label: "consul", overwrite: false }],
      mounts: [[DATA_DISK, CONSUL_DATA_FOLDER, "ext4", "defaults,nofail,x-systemd.device-timeout=60s", "0", "2"]],
      write_files: [
        { path: BOOTSTRAP_PATH, permissions: "0700", content: CONSUL_BOOTSTRAP_SCRIPT },
        { path: CONSUL_SPEC_PATH, permissions: "0600", content: sortedJson(spec) },
      ],
      runcmd: [[BOOTSTRAP_PATH, url, sha256.toLowerCase(), identityClientId]],
    })
  );
}

/** The parts of a text that {@link renderConsulCloudInit} wrote, or `undefined` for any other text. */
export function parseConsulCloudInit(text: string): ParsedConsulCloudInit | undefined {
  if (!text.startsWith(HEADER)) return undefined;
  try {
    const { write_files, runcmd } = JSON.parse(text.slice(HEADER.length)) as {
      write_files: { path: string; content: string }[];
      runcmd: string[][];
    };
    const [, url = "", sha256 = "", client = ""] = runcmd[0]!;
    const content = write_files.find(({ path }) => path === CONSUL_SPEC_PATH)!.content;
    const found = {
      agent: { url, sha256, ...(client === ANONYMOUS ? {} : { identityClientId: client }) },
      spec: JSON.parse(content) as AgentConsulServerSpec,
    };
    if (renderConsulCloudInit(found) !== text) return undefined;
    return { ...found, dataDisk: { lun: CONSUL_DATA_DISK_LUN, mountPoint: CONSUL_DATA_FOLDER } };
  } catch {
    return undefined;
  }
}

/** Azure would say it while the servers are replaced. */
export function checkConsulCloudInit(text: string): Finding[] {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= MAX_CUSTOM_DATA_BYTES) return [];
  return [
    {
      rule: "custom-data-size",
      path: "servers",
      seen: `${bytes} bytes of custom data`,
      allowed: `at most ${MAX_CUSTOM_DATA_BYTES} bytes`,
      fix: "Shorten what the servers are told.",
    },
  ];
}
