import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { HostInstall, type HostInstallArgs } from "windows-ha";

interface Settings {
  install: HostInstallArgs;
  /** Marked as a secret here, and given to the service. */
  token: string;
}

const config = new pulumi.Config();
const { install, token } = JSON.parse(readFileSync(config.require("settings"), "utf8")) as Settings;

const edge = new HostInstall("edge", {
  ...install,
  service: { ...install.service, environment: { TOKEN: pulumi.secret(token) }, secretsInEnvironment: ["TOKEN"] },
});
export const results = edge.results;
