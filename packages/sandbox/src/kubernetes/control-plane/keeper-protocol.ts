/** A program to start. */
export interface KeeperOrder {
  name: string;
  file: string;
  args: readonly string[];
  /** Where it works. */
  folder: string;
  /** File that takes what it prints. */
  log: string;
}

/** What became of a program. */
export type KeeperEvent = { name: string; processId: number } | { name: string; ended: string };
