import type { Finding } from "./finding";
import { readGoBuildInfo, type GoBuildInfo } from "./go-build-info";
import type { ImageSpec } from "./machine-image";
import { readPortableExecutable, readSections } from "./portable-executable";
import type { RunMode } from "./service";
import { checkGoVersion } from "./windows-release";

/** Largest program that a store takes: what uploads it reads the whole file into memory. */
export const MAX_ARTIFACT_BYTES = 1024 ** 3;

const BUILD = "Build it with: windows-ha build, or GOOS=windows GOARCH=amd64 go build -o <name>.exe";

/** Why a file is too large to be read and uploaded. */
export function checkProgramSize(bytes: number, path: string): Finding[] {
  if (bytes <= MAX_ARTIFACT_BYTES) return [];
  const seen = `a file of ${bytes} bytes`;
  const allowed = `at most ${MAX_ARTIFACT_BYTES} bytes (1 GiB)`;
  return [{ rule: "artifact-size", path, seen, allowed, fix: "Publish it yourself, and give url and sha256." }];
}

/**
 * Why a file can't be run as a service on the machines.
 *
 * @param content the whole file
 * @param image of the machines, where it is known
 */
export function checkProgram(content: Uint8Array, path: string, image?: ImageSpec): Finding[] {
  const program = readPortableExecutable(content);
  if ("problem" in program) {
    return [
      { rule: "artifact-platform", path, seen: program.problem, allowed: "a program for Windows on amd64", fix: BUILD },
    ];
  }
  const findings: Finding[] = [];
  if (program.machine !== "amd64") {
    const seen = `built for ${program.machine === "arm64" ? "arm64" : "another processor"}`;
    findings.push({ rule: "artifact-platform", path, seen, allowed: "a program for Windows on amd64", fix: BUILD });
  }
  if (program.subsystem !== "console" || program.kind === "library") {
    findings.push({
      rule: "artifact-not-console",
      path,
      seen: program.kind === "library" ? "a library" : `a program of the ${program.subsystem} subsystem`,
      allowed: "a console program: a service without console has no standard output for its log",
      fix: "Build it without -ldflags -H=windowsgui.",
    });
  }
  const build = readGoBuildInfo(content);
  return build && image ? [...findings, ...checkGoVersion(build, image, path)] : findings;
}

const ELF = [0x7f, 0x45, 0x4c, 0x46];
/** 64 bits, little-endian. */
const ELF64 = [2, 1];
const AMD64 = 0x3e;

/** Why a file can't be run on a machine with Linux. */
export function checkLinuxProgram(content: Uint8Array, path: string): Finding[] {
  const isElf = [...ELF, ...ELF64].every((byte, index) => content[index] === byte);
  // The machine is the second number behind the 16 bytes of identification.
  if (isElf && content[18] === AMD64 && content[19] === 0) return [];
  return [
    {
      rule: "artifact-platform",
      path,
      seen: isElf ? "built for another processor" : "no 64-bit program for Linux (ELF)",
      allowed: "a program for Linux on amd64",
      fix: "Build it with GOOS=linux GOARCH=amd64.",
    },
  ];
}

/** Settings of a build that no release should have, though it runs. */
const REMARKABLE: readonly { applies: (build: GoBuildInfo) => boolean; says: string }[] = [
  {
    applies: ({ settings }) => /(^|[\s=])-(N|l)\b/.test(settings.get("-gcflags") ?? ""),
    says: "it is a debug build without optimizations: build it without -gcflags",
  },
  {
    applies: ({ settings }) => settings.get("-race") === "true",
    says: "it watches for data races, which makes it several times slower and larger: build it without -race",
  },
  {
    applies: ({ settings }) => settings.get("vcs.modified") === "true",
    says: "it holds changes that were never committed, so nobody can build it again",
  },
];

/** The module that every Go program speaks with the service control manager by, be it through another one. */
const SERVICE_MODULE = "golang.org/x/sys";

/**
 * What a release of a service shouldn't be, though it runs: each a sentence that says what to do.
 *
 * @param content a whole program, without findings
 * @param mode what it is declared to be, where that is known
 */
export function remarksOnProgram(content: Uint8Array, mode?: RunMode): string[] {
  const debugBytes = readSections(content)
    .filter(({ name }) => /^\.z?debug_/.test(name))
    .reduce((sum, { size }) => sum + size, 0);
  const stripped =
    debugBytes === 0
      ? []
      : [
          `it isn't stripped: ${megabytes(debugBytes)} of ${megabytes(content.length)} are for debuggers, ` +
            'which every machine downloads; build it with windows-ha build, or -ldflags "-s -w"',
        ];
  const build = readGoBuildInfo(content);
  if (!build) return stripped;
  return [
    ...stripped,
    ...REMARKABLE.filter(({ applies }) => applies(build)).map(({ says }) => says),
    ...build.localModules.map(
      (module) => `it holds a module from a local folder (${module}): release it, or vendor it`,
    ),
    ...(mode === "service" && !build.modules.includes(SERVICE_MODULE)
      ? [
          `it doesn't hold the module ${SERVICE_MODULE}, so it hardly speaks with the service control manager, which ` +
            'gives up on such a program after 30 s (error 1053): declare mode "console"',
        ]
      : []),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
