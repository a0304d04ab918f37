export { EXIT } from "./exit-codes";
export { run } from "./run";
export { createTerminal, type Terminal, type TerminalOptions } from "./terminal";
