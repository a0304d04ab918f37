#!/usr/bin/env node
import "./check-node"; // first: what follows can't be loaded by an old Node.js
import { run } from "./run";
import { processTerminal } from "./terminal";

// `windows-ha … | head`: the reader has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

void run(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
});
