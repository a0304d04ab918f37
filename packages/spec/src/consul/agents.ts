import type { ConsulConfiguration } from "../agent-consul";
import { DEFAULTS } from "../defaults";
import type { ConsulAgentDocument, ConsulSecretsDocument, ConsulTokens } from "./agent-document";
import {
  consulClientConfiguration,
  consulServerConfiguration,
  type ConsulClientConfigurationInput,
  type ConsulServerConfigurationInput,
} from "./configuration";

const MEGABYTE = 1024 * 1024;

/** Where the files of an agent are, for a program that installs Consul by itself. */
export interface ConsulFiles {
  /** A folder that outlives the process. */
  dataFolder: string;
  /** The certificate of who vouches for the servers, as a file. */
  caFile: string;
  /** Where the log goes; a service on Windows has no console, systemd keeps one. Left out: standard output. */
  logFile?: string;
}

export interface ConsulServerInput extends ConsulServerConfigurationInput, ConsulFiles {
  /** The server's own certificate, for `server.<datacenter>.<domain>`, and its key. */
  certFile: string;
  keyFile: string;
}

export interface ConsulClientInput extends ConsulClientConfigurationInput, ConsulFiles {}

/** The complete configuration of a server. */
export function consulServerDocument(input: ConsulServerInput): ConsulAgentDocument {
  const certificate = { cert_file: input.certFile, key_file: input.keyFile };
  return withFiles(consulServerConfiguration(input), input, certificate);
}

/** The complete configuration of the client on a machine. */
export function consulClientDocument(input: ConsulClientInput): ConsulAgentDocument {
  return withFiles(consulClientConfiguration(input), input);
}

/** What only Consul may read: files beside the configuration, so that the rest may be shown and compared. */
export function consulSecretsDocument(gossipKey: string, tokens: ConsulTokens): ConsulSecretsDocument {
  return { encrypt: gossipKey, acl: { tokens } };
}

type Certificate = { cert_file: string; key_file: string };

function withFiles(
  { tls, ...configuration }: ConsulConfiguration,
  { dataFolder, caFile, logFile }: ConsulFiles,
  certificate?: Certificate,
): ConsulAgentDocument {
  return {
    ...configuration,
    data_dir: dataFolder,
    tls: { ...tls, defaults: { ca_file: caFile, ...certificate, ...tls.defaults } },
    ...(logFile === undefined ? {} : { log_file: logFile, ...LOG_ROTATION }),
  };
}

const LOG_ROTATION = {
  log_rotate_duration: "24h",
  log_rotate_bytes: DEFAULTS.logs.maxMegabytes * MEGABYTE,
  log_rotate_max_files: DEFAULTS.logs.keepDays,
};
