import { record } from "@windows-ha/testing";
import { WindowsHaCluster } from "windows-ha";
import type { Benchmark } from "./figure";

const FILE = { url: "https://releases.example/1.4.2/orders.exe", sha256: "0".repeat(64) };
const COUNTS = [3, 100, 1000];

/** How many resources a cluster registers must not grow with its machines. */
export const registrations: Benchmark = async () => {
  const counted: number[] = [];
  for (const count of COUNTS) {
    const recording = await record(() => {
      new WindowsHaCluster("orders", {
        service: { name: "orders", version: "1.4.2", artifact: FILE, port: 8080 },
        agent: { url: "https://releases.example/agent/windows-ha-agent.exe", sha256: FILE.sha256 },
        machines: { count },
      });
    });
    counted.push(recording.resources.length);
  }
  return COUNTS.map((count, index) => ({
    name: `registrations at ${count} machines`,
    value: counted[index]!,
    unit: "resources",
    limit: counted[0]!,
  }));
};
