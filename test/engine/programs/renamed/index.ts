import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster, type WindowsHaClusterArgs } from "windows-ha";

interface Release {
  version: string;
  artifact: { url: string; sha256: string };
  agent: { url: string; sha256: string };
}

const config = new pulumi.Config();
const { version, artifact, agent } = JSON.parse(readFileSync(config.require("release"), "utf8")) as Release;
const args: WindowsHaClusterArgs = {
  service: { name: "orders", version, artifact, port: 8080 },
  agent,
  machines: { count: 2 },
};

/** A component of the team's own, into which the cluster moves. */
class Shop extends pulumi.ComponentResource {
  constructor(name: string, opts: { aliases: pulumi.Alias[] }) {
    super("shop:index:Shop", name);
    new WindowsHaCluster(`${name}-cluster`, args, { parent: this, aliases: opts.aliases });
    this.registerOutputs({});
  }
}

const formerly: pulumi.Alias = { name: "orders", parent: pulumi.rootStackResource };
const stages: Record<string, () => unknown> = {
  before: () => new WindowsHaCluster("orders", args),
  moved: () => new Shop("shop", { aliases: [formerly] }),
  forgotten: () => new Shop("shop", { aliases: [] }),
};
stages[config.require("stage")]!();
