/** How the daemon's process ends. */
export const DAEMON_EXIT = {
  ended: 0,
  failed: 1,
  /** Another daemon serves the folder: no trouble, its client waits for that one. */
  lockHeld: 75,
} as const;
