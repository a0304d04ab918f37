import { createHash } from "node:crypto";
import { join } from "node:path";
import { armName, parentId } from "../azure/arm-id";
import { uuidOf } from "../azure/types/user-assigned-identity";
import type { RefusedFlow } from "../firewall";

/** One record of a virtual network's flow log, schema version 4 (Azure documentation, virtual network flow logs). */
export interface FlowLogRecord {
  time: string;
  flowLogVersion: 4;
  flowLogGUID: string;
  macAddress: string;
  category: "FlowLogFlowEvent";
  flowLogResourceID: string;
  targetResourceID: string;
  operationName: "FlowLogFlowEvent";
  flowRecords: { flows: { aclID: string; flowGroups: { rule: string; flowTuples: string[] }[] }[] };
}

const CONTAINER = "insights-logs-flowlogflowevent";
/** IANA's number. */
const PROTOCOLS = { Tcp: 6, Udp: 17 } as const;

/** Where Azure keeps the records of one interface and one hour, container first. */
export function blobPath(flowLogId: string, { machine }: Pick<RefusedFlow, "machine">, time: Date): string {
  const [, subscription = "", group = ""] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)/i.exec(flowLogId) ?? [];
  const watcher = armName(parentId(flowLogId)!);
  const [date, hour] = [time.toISOString().slice(0, 10).split("-"), time.toISOString().slice(11, 13)];
  return join(
    CONTAINER,
    "flowLogResourceID=",
    `${subscription}_${group}`.toUpperCase(),
    `${watcher}_${armName(flowLogId)}`.toUpperCase(),
    `y=${date[0]}`,
    `m=${date[1]}`,
    `d=${date[2]}`,
    `h=${hour}`,
    "m=00",
    `macAddress=${macAddress(machine)}`,
    "PT1H.json",
  );
}

/** What one interface refused, by security group and rule. */
export function flowRecord(
  log: { id: string; targetResourceId: string },
  flows: readonly RefusedFlow[],
  time: Date,
): FlowLogRecord {
  const groups = new Map<string, Map<string, string[]>>();
  for (const { rule, ...flow } of flows) {
    const aclID = rule ? uuidOf(rule.securityGroup) : "unspecified";
    const rules = groups.get(aclID) ?? new Map<string, string[]>();
    const name = rule ? `${rule.isDefault ? "DefaultRule_" : ""}${rule.name}` : "unspecified";
    rules.set(name, [...(rules.get(name) ?? []), flowTuple(flow)]);
    groups.set(aclID, rules);
  }
  return {
    time: time.toISOString(),
    flowLogVersion: 4,
    flowLogGUID: uuidOf(log.id),
    macAddress: macAddress(flows[0]!.machine),
    category: "FlowLogFlowEvent",
    flowLogResourceID: log.id.toUpperCase(),
    targetResourceID: log.targetResourceId,
    operationName: "FlowLogFlowEvent",
    flowRecords: {
      flows: [...groups].map(([aclID, rules]) => ({
        aclID,
        flowGroups: [...rules].map(([rule, flowTuples]) => ({ rule, flowTuples })),
      })),
    },
  };
}

/** Time, the five parts of the flow, inbound, denied, not encrypted, and no packets either way. */
function flowTuple({ at, flow }: Pick<RefusedFlow, "at" | "flow">): string {
  const { source, destination, sourcePort, destinationPort, protocol } = flow;
  return [at, source, destination, sourcePort, destinationPort, PROTOCOLS[protocol], "I", "D", "NX", 0, 0, 0, 0].join(
    ",",
  );
}

/** The same for a machine always, below one of Microsoft's prefixes. */
function macAddress(machine: string): string {
  return `002248${createHash("sha256").update(machine).digest("hex").slice(0, 6)}`.toUpperCase();
}
