#!/usr/bin/env node
// Builds bin/orders.exe (windows/amd64) and bin/orders (this system). Equal source and equal options give equal bytes:
// no time, path or repository state gets in unless it is asked for.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const folder = dirname(fileURLToPath(import.meta.url));

const help = `Usage: node build.mjs [options]

  --version X.Y.Z   semantic version to build in (default: the file VERSION)
  --commit HASH     commit to build in (default: unknown)
  --built-at TIME   time to build in, ISO 8601 (default: SOURCE_DATE_EPOCH, else unknown)
  --out DIR         folder for the two programs (default: bin beside this file)
  --help`;

const semanticVersion =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

class BadInput extends Error {}

function readOptions() {
  const text = { type: "string" };
  try {
    const options = { version: text, commit: text, "built-at": text, out: text, help: { type: "boolean" } };
    return parseArgs({ options }).values;
  } catch (error) {
    throw new BadInput(`${error.message}\n\n${help}`);
  }
}

/** What ends up in the program, each checked: -X values with blanks or quotes would become other linker options. */
function readBuildInfo(options) {
  const info = {
    version: options.version ?? readFileSync(join(folder, "VERSION"), "utf8").trim(),
    commit: options.commit ?? "unknown",
    builtAt: options["built-at"] ?? fromEpoch(process.env.SOURCE_DATE_EPOCH) ?? "unknown",
  };
  const allowed = {
    version: [semanticVersion, "a semantic version such as 1.4.2 or 1.5.0-rc.1"],
    commit: [/^([0-9a-f]{7,64}|unknown)$/, "7 to 64 hexadecimal digits"],
    builtAt: [
      /^(\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?|unknown)$/,
      "a time such as 2026-01-31T12:00:00Z",
    ],
  };
  for (const [name, [pattern, description]] of Object.entries(allowed)) {
    if (!pattern.test(info[name])) throw new BadInput(`${name} is "${info[name]}"; it must be ${description}`);
  }
  return info;
}

function fromEpoch(seconds) {
  if (!seconds) return undefined;
  const time = new Date(Number(seconds) * 1000);
  if (!/^\d+$/.test(seconds) || Number.isNaN(time.getTime())) {
    throw new BadInput(`SOURCE_DATE_EPOCH is "${seconds}"; it must be whole seconds since 1970-01-01`);
  }
  return time.toISOString().replace(".000Z", "Z");
}

/** Runs the Go tool; what it prints to stderr goes straight to the terminal. */
function go(args, environment = {}) {
  const result = spawnSync("go", args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (result.error?.code === "ENOENT") throw new BadInput("go is not on PATH; install Go 1.26 or newer");
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`go ${args[0]} failed (${result.signal ?? `exit code ${result.status}`})`);
  return result.stdout;
}

function build(info, file, platform) {
  const linker = Object.entries(info).map(([name, value]) => `-X main.${name}=${value}`);
  const args = [
    "build",
    "-trimpath",
    "-buildvcs=false",
    "-ldflags",
    ["-s", "-w", ...linker].join(" "),
    "-o",
    file,
    ".",
  ];
  go(args, { CGO_ENABLED: "0", ...platform });
  const content = readFileSync(file);
  const sha256 = createHash("sha256").update(content).digest("hex");
  console.log(`${file}  ${platform.GOOS}/${platform.GOARCH}  ${content.length} bytes  sha256 ${sha256}`);
}

try {
  const options = readOptions();
  if (options.help) {
    console.log(help);
  } else {
    const info = readBuildInfo(options);
    const out = resolve(options.out ?? join(folder, "bin"));
    const [GOOS, GOARCH] = go(["env", "GOHOSTOS", "GOHOSTARCH"]).trim().split(/\s+/);
    mkdirSync(out, { recursive: true });
    console.log(`orders ${info.version}, commit ${info.commit}, built at ${info.builtAt}`);
    build(info, join(out, "orders.exe"), { GOOS: "windows", GOARCH: "amd64", GOAMD64: "v1" });
    // On Windows orders.exe is the program for this system.
    if (GOOS !== "windows") build(info, join(out, "orders"), { GOOS, GOARCH });
  }
} catch (error) {
  console.error(`build.mjs: ${error instanceof Error ? error.message : error}`);
  process.exitCode = error instanceof BadInput ? 2 : 1;
}
