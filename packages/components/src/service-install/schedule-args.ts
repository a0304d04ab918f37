import type { ScheduleTimeZone } from "./run-mode";

/**
 * When a scheduled task runs: every `intervalSeconds`, or once a day. A run that is due while another one goes on is left
 * out; one that was missed because the machine was off is made up for once.
 */
export interface ScheduleArgs {
  /**
   * Seconds between the starts of two runs, 10 to 2678400. The first one comes an interval after the installation.
   * @default none, with `dailyAt`
   */
  intervalSeconds?: number;
  /**
   * Time of the day at which it starts, such as `"03:30"`.
   * @default none, with `intervalSeconds`
   */
  dailyAt?: string;
  /**
   * Whose time of the day, with `dailyAt`. By the machine's own, a time that a clock change leaves out is an hour later.
   * @default none with `intervalSeconds`, else `UTC`
   */
  timeZone?: ScheduleTimeZone;
  /**
   * Seconds after which a run is ended as if the service were stopped, 1 to 259200.
   * @default 259200 (72 hours, Task Scheduler's own)
   */
  timeLimitSeconds?: number;
}
