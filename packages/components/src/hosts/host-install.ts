import type * as remote from "@pulumi/command/remote";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import {
  configurationFacts,
  DEFAULTS,
  hostFiles,
  hostInstallCommand,
  hostInstallTimeouts,
  hostUninstallCommand,
  installSeconds,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { onDemand } from "../common/on-demand";
import { serviceDocument } from "../service-install/document";
import type { HostArgs, HostInstallArgs } from "./args";
import { resolveHostInstall, type HostInstallation } from "./resolve";

/**
 * A service on Windows hosts that exist already, over SSH: the agent, the service's program and its document are copied
 * to every host, and the agent there brings the host to what is declared. `atOnce` hosts are changed at a time, the next
 * ones when those serve; the first that fails ends the update, and the rest stays as it was. A host that leaves the list
 * is uninstalled.
 *
 * Needs on a host: an OpenSSH server that lets an administrator in by key, with its SFTP subsystem.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class HostInstall extends pulumi.ComponentResource {
  /** What the agent said on each host, by the host's name. */
  public readonly results: pulumi.Output<Record<string, string>>;
  /** Longest time of a good install on one host, without the download. */
  public readonly installSeconds: pulumi.Output<number>;

  constructor(name: string, args: HostInstallArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(`HostInstall "${name}"`, resolveHostInstall(args));
    super("windows-ha:index:HostInstall", name, facts(spec), opts);
    for (const remark of spec.program?.remarks ?? []) void pulumi.log.warn(`${spec.program!.file}: ${remark}`, this);

    const document = declaredDocument(name, args, spec, this);
    const installs = installInGroups(name, args, spec, document, this);

    this.results = pulumi.all(installs.map(({ stdout }) => pulumi.unsecret(stdout))).apply((said) => {
      return Object.fromEntries(said.map((text, index) => [spec.hosts[index]!.name, text.trim()]));
    });
    this.installSeconds = pulumi.output(installSeconds(spec.service, spec.probe));
    this.registerOutputs({ results: this.results, installSeconds: this.installSeconds });
  }
}

function facts({ service, hosts, atOnce }: HostInstallation): Record<string, unknown> {
  const named = hosts.map(({ name }) => name);
  return { service: service.name, version: service.version, hosts: named, atOnce, ...configurationFacts(service) };
}

/** The document, a secret: the service's environment is in it. */
function declaredDocument(
  name: string,
  args: HostInstallArgs,
  spec: HostInstallation,
  resource: HostInstall,
): pulumi.Output<string> {
  const { service, program } = spec;
  const copied = program && { fileName: hostFiles(service.name).program, sha256: program.sha256 };
  const known = { service: args.service, ...(copied ? { copied } : {}) };
  return pulumi.secret(serviceDocument(`HostInstall "${name}"`, known, spec, resource, ({ specJson }) => specJson));
}

/** Every group waits for the one before it, so that never more than `atOnce` hosts are being changed or asked. */
function installInGroups(
  name: string,
  { hosts }: HostInstallArgs,
  spec: HostInstallation,
  document: pulumi.Output<string>,
  parent: HostInstall,
): remote.Command[] {
  const installs: remote.Command[] = [];
  for (let first = 0; first < hosts.length; first += spec.atOnce) {
    const before = installs.slice(Math.max(0, first - spec.atOnce));
    const group = hosts.slice(first, first + spec.atOnce);
    installs.push(...group.map((host) => installOn(host, name, spec, document, before, parent)));
  }
  return installs;
}

function installOn(
  host: HostArgs,
  name: string,
  spec: HostInstallation,
  document: pulumi.Output<string>,
  dependsOn: pulumi.Resource[],
  parent: HostInstall,
): remote.Command {
  const { service, agent, program, probe } = spec;
  const child = `${name}-${host.name}`;
  const connection = connectionTo(host);
  const files = hostFiles(service.name);
  const copy = (role: string, remotePath: string, source: pulumi.Input<pulumi.asset.Asset>): remote.CopyToRemote =>
    new onDemand.remote.CopyToRemote(`${child}-${role}`, { connection, remotePath, source }, { parent, dependsOn });
  const copies = [
    copy("agent", files.agent, new pulumi.asset.FileAsset(agent.file)),
    copy(
      "document",
      files.document,
      document.apply((text) => new pulumi.asset.StringAsset(text)),
    ),
    ...(program ? [copy("program", files.program, new pulumi.asset.FileAsset(program.file))] : []),
  ];
  return new onDemand.remote.Command(
    child,
    {
      connection,
      // Run again when it changes, so whenever a file does. A trigger would replace it: create, and then uninstall.
      create: document.apply((text) => hostInstallCommand(service.name, agent.sha256, sha256Of(text))),
      delete: hostUninstallCommand(service.name),
      logging: "none",
      addPreviousOutputInEnv: false,
    },
    {
      parent,
      dependsOn: [...dependsOn, ...copies],
      // Another name of the service: the old one leaves the host, and with it the port, before the new one comes.
      replaceOnChanges: ["delete"],
      deleteBeforeReplace: true,
      additionalSecretOutputs: ["stdout", "stderr"],
      customTimeouts: hostInstallTimeouts(service, probe),
    },
  );
}

function connectionTo(host: HostArgs): {
  host: pulumi.Input<string>;
  port: number;
  user: pulumi.Input<string>;
  privateKey: pulumi.Output<string>;
  privateKeyPassword?: pulumi.Output<string>;
  hostKey: pulumi.Input<string>;
  perDialTimeout: number;
  dialErrorLimit: number;
} {
  const { address, port = DEFAULTS.hosts.port, user, privateKey, privateKeyPassword, hostKey } = host;
  return {
    host: address,
    port,
    user,
    privateKey: pulumi.secret(privateKey),
    ...(privateKeyPassword === undefined ? {} : { privateKeyPassword: pulumi.secret(privateKeyPassword) }),
    hostKey,
    perDialTimeout: DEFAULTS.hosts.dialTimeoutSeconds,
    dialErrorLimit: DEFAULTS.hosts.dialRetries,
  };
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
