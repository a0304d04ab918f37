/** What the command's exit codes mean; `exec` passes on its command's code instead. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  /** `explain firewall`: the flow doesn't get through. */
  refused: 4,
  /** `report`: something is in the preview that `--fail-on` names. */
  policy: 5,
  /** As shells have it: found, but can't be started. */
  notExecutable: 126,
  /** As shells have it. */
  notFound: 127,
  /** As shells have it: ended by signal number (code − 128). */
  signalBase: 128,
} as const;
