import { mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { requireRecord } from "../client-connection";
import { withoutCloudAccounts } from "../cloud-accounts";
import type { DaemonRecord } from "../daemon/protocol";
import { sandboxLayout, type SandboxLayout } from "../layout";
import { linkOfficialPlugin } from "./official-plugins";
import { cliFolder, prepareToolFolder } from "./tool-folder";

/** The passphrase of stacks in the sandbox, unless the user set one: its state is encrypted, but not secret. */
export const SANDBOX_PASSPHRASE = "windows-ha-sandbox";

/** An account that can't exist: a run that gets past the sandbox ends at Azure's door. */
const NO_ACCOUNT_ID = "00000000-0000-0000-0000-000000000000";

/** Stand-ins that make way for the official plugin. */
const OFFICIAL_WHERE_INSTALLED = ["command", "kubernetes", "random", "tls"];

/** The environment in which Pulumi, and whatever starts it, uses the sandbox and can't reach a real account. */
export function execEnvironment(folder: string, env: NodeJS.ProcessEnv, cwd = process.cwd()): NodeJS.ProcessEnv {
  const layout = sandboxLayout(resolve(folder));
  const record = requireRecord(layout);
  for (const needed of [layout.backend, layout.pulumiHome]) mkdirSync(needed, { recursive: true });
  const path = outerPath(layout, env);
  const outside = { ...env, PATH: path };
  prepareToolFolder(layout, outside);

  return {
    ...withoutCloudAccounts(env),
    ...noAccount(layout),
    ...passphrase(env),
    PATH: [layout.bin, cliFolder(outside), path].filter((part) => part !== undefined).join(delimiter),
    PULUMI_BACKEND_URL: pathToFileURL(layout.backend).href,
    PULUMI_HOME: layout.pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_PROVIDERS: debugProviders(layout, record, cwd, env),
    WINDOWS_HA_SANDBOX: layout.folder,
  };
}

/** PATH without this sandbox's own folder: a command in the sandbox may start another one in it. */
function outerPath(layout: SandboxLayout, env: NodeJS.ProcessEnv): string {
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter);
  return folders.filter((folder) => folder !== layout.bin).join(delimiter);
}

function noAccount(layout: SandboxLayout): NodeJS.ProcessEnv {
  return {
    ARM_SUBSCRIPTION_ID: NO_ACCOUNT_ID,
    ARM_TENANT_ID: NO_ACCOUNT_ID,
    ARM_CLIENT_ID: NO_ACCOUNT_ID,
    ARM_CLIENT_SECRET: NO_ACCOUNT_ID,
    ARM_USE_MSI: "false",
    ARM_USE_OIDC: "false",
    // The Azure CLI's sign-in lives in this folder: here nobody is signed in.
    AZURE_CONFIG_DIR: join(layout.pulumiHome, "no-azure-cli-login"),
  };
}

function passphrase(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSet = env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
  return isSet ? {} : { PULUMI_CONFIG_PASSPHRASE: SANDBOX_PASSPHRASE };
}

/** Pulumi attaches to a provider that listens already, by package name and port. Others that the user gave stay. */
function debugProviders(layout: SandboxLayout, record: DaemonRecord, cwd: string, env: NodeJS.ProcessEnv): string {
  const ours = Object.entries(record.providers).filter(
    ([name]) => !(OFFICIAL_WHERE_INSTALLED.includes(name) && linkOfficialPlugin(layout, name, cwd, env)),
  );
  const given = (env.PULUMI_DEBUG_PROVIDERS ?? "").split(",").filter((entry) => entry !== "" && !isOurs(entry, record));
  return [...ours.map(([name, port]) => `${name}:${port}`), ...given].join(",");
}

function isOurs(entry: string, record: DaemonRecord): boolean {
  return Object.keys(record.providers).includes(entry.split(":")[0]!);
}
