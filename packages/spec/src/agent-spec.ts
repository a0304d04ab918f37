import type { AgentConsul } from "./agent-consul";
import type { AgentResident } from "./agent-resident";
import type { AgentService } from "./agent-service";

/**
 * The one document that the agent on a machine reads. Everything that a machine has to know about its service is in
 * here; the agent never builds shell text and asks nobody else.
 *
 * `packages/agent` carries the JSON Schema that is generated from these types (`pnpm generate`), so both sides check
 * the same shape.
 */
export interface AgentSpec {
  /** Version of this document's shape. The agent refuses a version that it doesn't know. */
  schemaVersion: 1;
  service: AgentService;
  /**
   * The service's program, one entry per platform. The agent takes the entry for its own platform.
   * @minItems 1
   */
  artifacts: AgentArtifact[];
  health: AgentHealthGate;
  stop: AgentStopBudget;
  /**
   * How many releases stay on the machine, the running one included.
   * @minimum 2
   * @maximum 20
   * @asType integer
   */
  releasesToKeep: number;
  /**
   * Values from Azure Key Vault that the service gets as files.
   * @maxItems 50
   */
  secrets?: AgentSecret[];
  /** The service's TLS certificate, kept fresh on the machine. */
  certificate?: AgentCertificate;
  /**
   * Seconds between two looks for new versions of the secrets and the certificate.
   * @minimum 10
   * @maximum 86400
   * @asType integer
   */
  secretRefreshSeconds?: number;
  /** What the machine's own firewall lets in to the service. Without it the service has no rules there. */
  hostFirewall?: AgentHostFirewall;
  /**
   * Name by which the service writes to the Windows event log; without it none is registered.
   * @minLength 1
   * @maxLength 200
   * @pattern ^[A-Za-z0-9][A-Za-z0-9 ._-]*$
   */
  eventSource?: string;
  /** What the part of the agent does that stays on the machine. Without it nothing stays. */
  resident?: AgentResident;
  /** The Consul client beside the service. Without it the machine has none that this agent looks after. */
  consul?: AgentConsul;
}

/** The machine's own firewall, as far as the service goes: everything else of it stays as it is. */
export interface AgentHostFirewall {
  /** @maxItems 600 */
  rules: AgentHostFirewallRule[];
}

/** Lets clients in to the service's own process, and to no other, on one port. */
export interface AgentHostFirewallRule {
  /**
   * Unique in the document.
   * @pattern ^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$
   */
  name: string;
  protocol: "Tcp" | "Udp";
  /**
   * @minimum 1
   * @maximum 65535
   * @asType integer
   */
  port: number;
  /** IPv4 addresses and ranges; none means whoever the network lets through. */
  sources: string[];
}

/** One value from Azure Key Vault. The service gets the path of a file that holds it, in the variable `<NAME>_FILE`. */
export interface AgentSecret {
  /**
   * Name of the value: upper-case letters, digits, underscores; unique in the document.
   * @maxLength 100
   * @pattern ^[A-Z][A-Z0-9_]*$
   */
  name: string;
  /**
   * The secret in its vault. Without a version the agent follows the newest one.
   * @pattern ^https?://[^/?#@]+/secrets/[A-Za-z0-9-]{1,127}(/[0-9a-fA-F]{32})?$
   */
  url: string;
  /**
   * Client id of the managed identity that may read it; a machine can have several.
   * @pattern ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$
   */
  clientId: string;
}

/**
 * The service's TLS certificate with its key, as Key Vault hands it out: PEM, or PKCS#12 in base64. The service gets
 * both as PEM files, whose paths stand in `TLS_CERT_FILE` and `TLS_KEY_FILE`.
 */
export interface AgentCertificate {
  /**
   * The certificate's secret in its vault. Without a version the agent follows the newest one.
   * @pattern ^https?://[^/?#@]+/secrets/[A-Za-z0-9-]{1,127}(/[0-9a-fA-F]{32})?$
   */
  url: string;
  /**
   * Client id of the managed identity that may read it; a machine can have several.
   * @pattern ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$
   */
  clientId: string;
}

/** One build of the service's program. */
export interface AgentArtifact {
  os: "windows" | "linux";
  arch: "amd64" | "arm64";
  /**
   * Where the agent downloads the program, or `file:` and the path of one that was copied to the machine; without a slash
   * first the path counts from the folder that the agent was started in.
   * @pattern ^(https?://|file:(///|[^/?#])[^?#]*$)
   */
  url: string;
  /**
   * SHA-256 of the program, in lower-case hex. A download with another hash is never run (S0-59).
   * @pattern ^[0-9a-f]{64}$
   */
  sha256: string;
  /** How the agent shows that it may download; without it, the download is anonymous. */
  authentication?: AgentArtifactAuthentication;
}

/** A managed identity of the machine that may read the program's private blob in Azure Storage. */
export interface AgentArtifactAuthentication {
  kind: "managedIdentity";
  /**
   * Client id of the identity; a machine can have several.
   * @pattern ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$
   */
  clientId: string;
}

/** When a started release counts as good. */
export interface AgentHealthGate {
  /**
   * Who answers on the health endpoints: the service (if left out), or the agent's resident part for one that has none.
   * Then a release counts as good when its port takes connections, and `path` is where the agent answers.
   */
  provider?: "service" | "agent";
  /**
   * Where the agent answers; only with the provider `agent`.
   * @minimum 1
   * @maximum 65535
   * @asType integer
   */
  port?: number;
  /** How the service answers: plainly if left out. A certificate isn't checked, as the balancer's probe doesn't either. */
  scheme?: "http" | "https";
  /**
   * Path of the liveness endpoint.
   * @pattern ^/
   */
  path: string;
  /**
   * Seconds between two questions.
   * @minimum 1
   * @maximum 60
   */
  intervalSeconds: number;
  /**
   * Seconds until one question counts as failed.
   * @minimum 1
   * @maximum 60
   */
  timeoutSeconds: number;
  /**
   * Healthy answers in a row, from one process, that make a release good.
   * @minimum 1
   * @maximum 100
   * @asType integer
   */
  consecutiveSuccesses: number;
  /**
   * Seconds after the start within which the release must be good; else the former release is restored.
   * @minimum 1
   * @maximum 3600
   */
  deadlineSeconds: number;
  /** What an upgrade waits for before it ends; nothing if left out. */
  admission?: AgentAdmission;
}

/** What a balancer asks before it sends a machine new connections. */
export interface AgentAdmission {
  /**
   * Path of the readiness endpoint.
   * @pattern ^/
   */
  path: string;
  /**
   * Seconds without a break for which it has to answer: the balancer's interval × threshold.
   * @minimum 0
   * @maximum 300
   */
  seconds: number;
}

/** The time a running release gets to leave (S4-36..39). */
export interface AgentStopBudget {
  /**
   * Seconds between "not ready" (the drain file exists) and the stop request: long enough for the balancer to notice.
   * @minimum 0
   * @maximum 300
   */
  drainSeconds: number;
  /**
   * Seconds the service gets to finish its requests after the stop request.
   * @minimum 1
   * @maximum 600
   */
  stopSeconds: number;
  /**
   * Seconds to wait for the end of the process after it was killed.
   * @minimum 1
   * @maximum 60
   */
  killSeconds: number;
  /**
   * Seconds that Windows waits for the service when the machine shuts down; without it, the three times together.
   * @minimum 1
   * @maximum 3600
   */
  preShutdownSeconds?: number;
}
