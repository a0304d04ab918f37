/** What the agent's resident part does for the service. */
export interface AgentResident {
  watchdog: AgentWatchdog;
  scheduledEvents: AgentScheduledEvents;
  logs: AgentLogs;
}

/** A service that lives and answers no more on its liveness endpoint is killed and started again. */
export interface AgentWatchdog {
  enabled: boolean;
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
   * Failed questions in a row that make a service a hung one.
   * @minimum 2
   * @maximum 100
   * @asType integer
   */
  failures: number;
}

/** Azure's announcements that the machine will be restarted, moved or deleted. */
export interface AgentScheduledEvents {
  /** Whether the service is drained before Azure begins, and stopped before a deletion. */
  enabled: boolean;
}

/** Limits of the log files that the agent writes for the service. */
export interface AgentLogs {
  /**
   * Megabytes at which a log is put aside before its day is over.
   * @minimum 1
   * @maximum 1024
   * @asType integer
   */
  maxMegabytes: number;
  /**
   * Days that a log stays which was put aside.
   * @minimum 1
   * @maximum 365
   * @asType integer
   */
  keepDays: number;
  /**
   * Megabytes of all logs of the machine together; the oldest that were put aside go first.
   * @minimum 10
   * @maximum 1048576
   * @asType integer
   */
  totalMegabytes: number;
}
