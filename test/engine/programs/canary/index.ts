import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { HostInstall, WindowsHaCluster, type HostArgs, type ServiceArgs } from "windows-ha";

interface Settings {
  release: { artifact: { url: string; sha256: string }; agent: { url: string; sha256: string } };
  /** Marked values by what they are for. They don't come from the configuration: Pulumi masks its secrets itself. */
  canaries: Record<"argument" | "environment" | "password" | "secret", string>;
  /** What is wrong in this deployment, if anything. */
  mistake?: "arguments" | "packaged" | "password" | "release";
  /** Single machines that get the service this way; without it, a scale set with the Custom Script Extension. */
  way?: "runCommand" | "vmApplication";
  /** Hosts that exist already and get it, too. */
  hosts?: HostArgs[];
}

const config = new pulumi.Config();
const { release, canaries, mistake, way, hosts } = JSON.parse(
  readFileSync(config.require("settings"), "utf8"),
) as Settings;

const wrongArguments: Record<string, pulumi.Input<string>[]> = {
  // Windows would replace what stands between percent signs.
  arguments: [pulumi.secret(`%${canaries.argument}%`)],
  // The service has no such flag and leaves at once: the agent goes back to the former release.
  release: ["--no-such-flag", pulumi.secret(canaries.argument)],
};

/** Everybody who may read a gallery can have a package of it: no secrets but those of a vault. */
const isPackaged = way === "vmApplication" && mistake !== "packaged";
const service: ServiceArgs = {
  name: "greeter",
  version: "0.3.0",
  artifact: release.artifact,
  port: 9090,
  arguments: [
    "--listen",
    "${WINDOWS_HA_ADDRESS}",
    "--greeting",
    isPackaged ? "hello" : pulumi.secret(canaries.argument),
    ...(wrongArguments[mistake ?? ""] ?? []),
  ],
  environment: {
    ...(way === "vmApplication" ? {} : { TOKEN: pulumi.secret(canaries.environment) }),
    ...(isPackaged ? {} : { CONFIGURED: config.requireSecret("token") }),
    LOG_LEVEL: config.get("logLevel") ?? "info",
  },
  secretsInEnvironment: way === "vmApplication" ? [] : ["TOKEN"],
  secrets: { API_KEY: { value: canaries.secret } },
  health: { livenessPath: "/livez", readinessPath: "/livez", reportsHealthState: false },
  installGate: { deadlineSeconds: 10, consecutiveSuccesses: 2, intervalSeconds: 1 },
  stop: { drainSeconds: 1, stopSeconds: 5 },
};

const greeter = new WindowsHaCluster("greeter", {
  service,
  agent: way === "vmApplication" ? undefined : release.agent,
  compute: way ? "machines" : "scaleSet",
  install: { transport: way },
  machines: {
    count: 2,
    adminPassword: mistake === "password" ? canaries.password.repeat(4) : pulumi.secret(canaries.password),
  },
});

if (hosts) new HostInstall("edge", { hosts, service: { ...service, secrets: {} } });

export const url = greeter.url;
export const token = config.requireSecret("token");
