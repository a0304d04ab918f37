import { goBuild, npmDownload, onPath } from "./lib/ways.mjs";

const PULUMI_ON_PATH = { atLeast: "3.248.0", below: "4.0.0" };

/**
 * Every program of somebody else that a command of this repository starts, and the ways to it, best first.
 * A row is fetched only for the commands that need it. A new way is a function in `lib/ways.mjs`.
 */
export const thirdPartyTools = [
  {
    name: "pulumi",
    title: "Pulumi CLI",
    binary: "pulumi",
    versionArgs: ["version"],
    neededFor: ["start", "test"],
    ways: [
      onPath({ versionArgs: ["version"], accepted: PULUMI_ON_PATH }),
      npmDownload({
        package: "pulumi",
        version: "3.265.0",
        integrity: "sha512-ucJ39xgF3OlLZADNJ6AoHa843jHevkfWfEHu+5TyrXAuuS2OPSO465Tda43KVX8JhogMA6floTJPj3vlR41nng==",
        site: "https://get.pulumi.com/install.sh",
        entry: "run.js",
        firstRun: ["version"],
        homeVariable: "PULUMI_HOME",
        result: "versions/3.265.0/bin",
      }),
      goBuild({
        // The newest version whose modules resolve: later ones require modules that were never published.
        version: "3.259.0",
        module: "pulumi",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        ldflags: "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
        about: "4 minutes",
      }),
    ],
  },
];

/** The rows that a command needs. */
export function toolsFor(command) {
  return thirdPartyTools.filter(({ neededFor }) => neededFor.includes(command));
}
