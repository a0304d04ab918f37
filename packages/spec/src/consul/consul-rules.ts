import { checkArtifactSource } from "../artifact";
import type { Finding } from "../finding";
import { checkSizeUse } from "../machine-size";
import { quorum } from "../models/quorum";
import { checkConsulQueries } from "./queries";
import type { ConsulProgramSpec, ConsulServersSpec, ConsulSpec } from "./consul";

/** More voters make each write slower, and none of the vendor's designs has them. */
const SERVER_COUNTS = [3, 5];
/** The first with a token for DNS. */
const OLDEST = [1, 17, 0] as const;
/** The vendor's least. */
const LEAST_PROCESSORS = 2;

/** What the shape can't say about discovery. */
export function checkConsul(spec: ConsulSpec): Finding[] {
  const { enabled, existing, servers, program, gossipKey, queries, kubernetes, agent } = spec;
  if (!enabled) return without({ existing, servers, program, gossipKey }, "enabled is false");
  return [
    ...(existing && servers ? without({ servers }, "existing names servers that are there") : []),
    ...checkConsulProgram(program, servers ? ["linux", "windows"] : ["windows"]),
    ...(gossipKey === undefined && existing
      ? [
          finding(
            "required",
            "gossipKey",
            "missing",
            "the key that the existing servers gossip with",
            "Give gossipKey.",
          ),
        ]
      : []),
    ...(servers ? checkConsulServers(servers, "servers.") : []),
    ...(existing
      ? without(
          {
            queries: queries.length > 0 ? queries : undefined,
            kubernetes: kubernetes.length > 0 ? kubernetes : undefined,
          },
          "existing servers keep their own",
        )
      : []),
    ...checkConsulQueries(queries, "queries"),
    ...(existing
      ? without({ agent }, "existing servers have theirs")
      : agent
        ? checkArtifactSource(agent, "agent")
        : []),
  ];
}

/** Nobody should believe that something is there which isn't. */
function without(parts: Record<string, unknown>, why: string): Finding[] {
  return Object.keys(parts)
    .filter((name) => parts[name] !== undefined)
    .map((name) => finding("consul-parts", name, `given, though ${why}`, "left out", `Remove ${name}.`));
}

/** @param needed platforms that run it */
export function checkConsulProgram(
  program: ConsulProgramSpec | undefined,
  needed: readonly ("linux" | "windows")[],
): Finding[] {
  if (program === undefined) {
    const fix = "Give program: its version, and url and sha256 of the vendor's zip files, or of copies of your own.";
    return [
      finding("required", "program", "missing", "the version of Consul and where to get it: it isn't bundled", fix),
    ];
  }
  const missing = needed.filter((os) => program[os] === undefined);
  const version = program.version.split(".").map(Number);
  const difference = OLDEST.map((least, index) => version[index]! - least).find((part) => part !== 0) ?? 0;
  return [
    ...missing.map((os) =>
      finding("required", `program.${os}`, "missing", `url and sha256 of Consul for ${os}`, `Give program.${os}.`),
    ),
    ...(difference < 0
      ? [
          finding(
            "consul-version",
            "program.version",
            JSON.stringify(program.version),
            `${OLDEST.join(".")} or newer, which has tokens for DNS`,
            "Take a newer version.",
          ),
        ]
      : []),
  ];
}

/** @param prefix of their arguments */
export function checkConsulServers(servers: ConsulServersSpec, prefix: string): Finding[] {
  const count = checkCount(servers.count, prefix);
  return [...count, ...(count.length > 0 ? [] : checkZones(servers, prefix)), ...checkServerSize(servers, prefix)];
}

function checkCount(count: number, prefix: string): Finding[] {
  if (SERVER_COUNTS.includes(count)) return [];
  const instead = count > 5 ? 5 : 3;
  const why =
    count > 5
      ? "every write waits for more than half of the servers"
      : count < 3
        ? "fewer than 3 stand no loss"
        : `${count} stand the loss of ${quorum(count).toleratedLosses}, as ${count - 1} do`;
  const path = `${prefix}count`;
  return [finding("consul-servers", path, `${count}: ${why}`, "3 or 5", `Set ${path} to ${instead}.`)];
}

/** A lost zone must leave a majority. */
function checkZones({ count, zones }: ConsulServersSpec, prefix: string): Finding[] {
  const { toleratedLosses, votes } = quorum(count);
  const inOneZone = Math.ceil(count / zones.length);
  if (inOneZone <= toleratedLosses) return [];
  return [
    finding(
      "consul-zones",
      `${prefix}zones`,
      `${zones.length === 1 ? "1 zone" : `${zones.length} zones`}, one of which holds ${inOneZone} of ${count} servers`,
      `so many zones that the loss of one leaves the ${votes} servers of a majority: three`,
      `Set ${prefix}zones to ["1", "2", "3"].`,
    ),
  ];
}

/** The families whose processors run on credits: B, and the small ones of old, which share a core. */
const BURSTABLE = /^standard_b\d/i;
/** The number of processors is the first number in a size's name; a second, behind a hyphen, says how many of them work. */
const PROCESSORS = /^(?:standard|basic)_[a-z]+(\d+)(?:-(\d+))?([a-z]*)/i;
/** Families that number their sizes otherwise: A0 to A11, D and DS of the first two generations, G. */
const OLD_FAMILY = /^(?:basic_a|standard_(?:a\d+$|ds?\d+(?:_v2)?$|gs?\d))/i;

function checkServerSize({ size, osDiskType, dataDiskType }: ConsulServersSpec, prefix: string): Finding[] {
  const path = `${prefix}size`;
  const problem = sizeProblem(size);
  if (problem) {
    const allowed = `a size of at least ${LEAST_PROCESSORS} processors of its own, by AMD or Intel, that isn't burstable`;
    return [finding("consul-size", path, `${JSON.stringify(size)}, ${problem}`, allowed, "Take Standard_D2s_v5.")];
  }
  return checkSizeUse({ size, osDiskType, dataDisks: [{ type: dataDiskType }], acceleratedNetworking: true }, prefix);
}

/** From the sixth generation on disks come by NVMe alone (azure-compute-docs, enable-nvme-interface.md). */
const NVME_ONLY = /_v([6-9]|\d\d)$/i;

function sizeProblem(size: string): string | undefined {
  if (BURSTABLE.test(size)) return "which is burstable: without credits a leader is too slow, and is voted out";
  if (OLD_FAMILY.test(size)) return "of a family that Azure has replaced";
  if (NVME_ONLY.test(size)) return "whose disks come by NVMe, under another name than cloud-init is told";
  const [, all, active, letters = ""] = PROCESSORS.exec(size) ?? [];
  if (Number(active ?? all ?? 0) < LEAST_PROCESSORS) return `with fewer than ${LEAST_PROCESSORS} processors`;
  return letters.toLowerCase().startsWith("p") ? "with ARM processors" : undefined;
}

function finding(rule: string, path: string, seen: string, allowed: string, fix: string): Finding {
  return { rule, path, seen, allowed, fix };
}
