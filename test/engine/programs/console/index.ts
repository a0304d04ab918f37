import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });

const greeter = new WindowsHaCluster("greeter", {
  service: {
    name: "greeter",
    version: config.require("version"),
    artifact: file("artifact"),
    port: 9000,
    mode: "console",
    environment: { TESTSERVICE_MODE: "tcp" },
    health: { provider: "agent", port: 9001 },
    installGate: { intervalSeconds: 1, consecutiveSuccesses: 2, deadlineSeconds: 20 },
    stop: { stopSeconds: 5 },
  },
  agent: file("agent"),
  machines: { count: 2, minimumActive: 1, upgrade: { pauseSeconds: 0 } },
  loadBalancer: { port: 80 },
});

export const url = greeter.url;
