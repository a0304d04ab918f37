import type { HealthProvider } from "./run-mode";

/** The endpoints by which a service shows how it is. */
export interface ServiceHealthArgs {
  /**
   * Who answers: the `service` itself, or the `agent` for one that has no such endpoints, or no HTTP at all. The agent
   * says `/health` while the service runs and its port takes connections, and `/ready` while it isn't drained besides.
   * A hang isn't seen that way: Windows itself takes connections for a process that doesn't.
   * @default "service"
   */
  provider?: HealthProvider;
  /**
   * Where the agent answers: a port that is free on the machines, not the service's. Required with `agent`, else not
   * allowed.
   * @default none
   */
  port?: number;
  /**
   * Answers 200 while the process serves; must not look at dependencies, else a database fault restarts every machine.
   * @default "/health"
   */
  livenessPath?: string;
  /**
   * Answers 200 while the service may get new connections, 503 while it drains (the file named by
   * `WINDOWS_HA_DRAIN_FILE` exists). A service without such an endpoint gives its liveness path here.
   * @default "/ready"
   */
  readinessPath?: string;
  /**
   * Whether the liveness answer is JSON with an `ApplicationHealthState`, as the application health extension 2.0 wants
   * it. `false` takes the extension's binary states (1.0): 200 is healthy.
   * @default true
   */
  reportsHealthState?: boolean;
}

/** When a release that was just started counts as good. */
export interface InstallGateArgs {
  /**
   * Seconds between two questions, 1 to 60.
   * @default 2
   */
  intervalSeconds?: number;
  /**
   * Seconds until a question counts as failed, 1 to 60.
   * @default 2
   */
  timeoutSeconds?: number;
  /**
   * Healthy answers in a row from one process, 1 to 100.
   * @default 3
   */
  consecutiveSuccesses?: number;
  /**
   * Seconds after the start in which the release must be good, 1 to 3600; else the former one is restored.
   * @default 120
   */
  deadlineSeconds?: number;
}

/** A service that lives and answers no more on its liveness endpoint is killed and started again. */
export interface WatchdogArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * Seconds between two questions, 1 to 60 (S0-54).
   * @default 1
   */
  intervalSeconds?: number;
  /**
   * Seconds until a question counts as failed, 1 to 60.
   * @default 1
   */
  timeoutSeconds?: number;
  /**
   * Failed questions in a row that make a service a hung one, 2 to 100. A fresh process first gets the install gate's
   * `deadlineSeconds` to answer; restarts in a row come at growing distances, 10 s to 5 min.
   * @default 5
   */
  failures?: number;
}
