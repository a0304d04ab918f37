import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { SandboxLayout } from "../layout";
import { findOnPath, findPulumiCli, isProgram } from "./find-cli";
import { quote } from "./shell-quote";

const LANGUAGE_HOST = "pulumi-language-nodejs";

/**
 * Puts into the sandbox's `bin` what has to stand before everything else on PATH: a Pulumi CLI, and beside it our
 * Node.js language host where the official one is missing. Pulumi warns about a language host that it finds on PATH
 * only, so the CLI itself has to stand beside it: as a hard link, since it looks where it really is.
 */
export function prepareToolFolder(layout: SandboxLayout, env: NodeJS.ProcessEnv): void {
  mkdirSync(layout.bin, { recursive: true });
  const cli = findPulumiCli(env);
  const linkedCli = join(layout.bin, "pulumi");
  const launcher = join(layout.bin, LANGUAGE_HOST);
  const usesOurHost = cli && !cli.isScript && process.platform !== "win32" && !hasLanguageHost(cli.file, env);
  if (usesOurHost) {
    placeCli(cli.file, linkedCli);
    placeLauncher(launcher);
    return;
  }
  rmSync(launcher, { force: true });
  rmSync(linkedCli, { force: true });
}

/** The folder of a CLI that is not on PATH itself but has its language hosts beside it. */
export function cliFolder(env: NodeJS.ProcessEnv): string | undefined {
  const cli = findPulumiCli(env);
  return cli && findOnPath("pulumi", env) === undefined ? dirname(cli.file) : undefined;
}

function hasLanguageHost(cli: string, env: NodeJS.ProcessEnv): boolean {
  return isProgram(join(dirname(cli), LANGUAGE_HOST)) || findOnPath(LANGUAGE_HOST, env) !== undefined;
}

function placeCli(source: string, target: string): void {
  if (existsSync(target) && isSameProgram(source, target)) return;
  replace(target, (draft) => {
    try {
      linkSync(source, draft);
    } catch {
      // Another device, or a file system or owner that forbids hard links.
      copyFileSync(source, draft);
    }
  });
}

/** The same file, or a copy of it that is not older. */
function isSameProgram(source: string, target: string): boolean {
  const [from, to] = [statSync(source), statSync(target)];
  return (from.ino === to.ino && from.dev === to.dev) || (from.size === to.size && to.mtimeMs >= from.mtimeMs);
}

function placeLauncher(target: string): void {
  const host = join(__dirname, "language-host.js");
  const text = `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(host)} "$@"\n`;
  if (existsSync(target) && readFileSync(target, "utf8") === text) return;
  replace(target, (draft) => writeFileSync(draft, text, { mode: 0o755 }));
}

/** In one step, as another run may be starting the old file. */
function replace(target: string, write: (draft: string) => void): void {
  const draft = `${target}.${process.pid}.tmp`;
  rmSync(draft, { force: true });
  write(draft);
  renameSync(draft, target);
}
