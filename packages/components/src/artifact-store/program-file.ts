import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import {
  checkLinuxProgram,
  checkProgram,
  checkProgramSize,
  remarksOnProgram,
  type Finding,
  type ImageSpec,
  type RunMode,
} from "@windows-ha/spec";

/** A program on the computer that runs the deployment. */
export interface ProgramFile {
  /** Absolute: a provider's own folder is another one than the program's. */
  file: string;
  fileName: string;
  sha256: string;
  /** What a release shouldn't be, though it runs. */
  remarks: string[];
}

/**
 * Reads a program that is to be uploaded: the only place where a component reads a file.
 *
 * @param at the argument that names the file, for findings
 * @param image of the machines, where it is known
 * @param mode what the program is declared to be, where it is known
 */
export function readProgramFile(path: string, at: string, image?: ImageSpec, mode?: RunMode): ReadProgram {
  return read(path, at, {
    findings: (content) => checkProgram(content, at, image),
    remarks: (content) => remarksOnProgram(content, mode),
  });
}

/** The same for a machine with Linux. */
export function readLinuxProgramFile(path: string, at: string): ReadProgram {
  return read(path, at, { findings: (content) => checkLinuxProgram(content, at), remarks: () => [] });
}

export interface ReadProgram {
  program?: ProgramFile;
  findings: Finding[];
}

interface Judge {
  findings: (content: Uint8Array) => Finding[];
  remarks: (content: Uint8Array) => string[];
}

function read(path: string, at: string, judge: Judge): ReadProgram {
  const file = resolve(path);
  const fileName = basename(file);
  const named = fileNameFindings(fileName, at);
  try {
    const tooLarge = checkProgramSize(statSync(file).size, at);
    if (tooLarge.length > 0) return { findings: [...named, ...tooLarge] };
    const content = readFileSync(file);
    const findings = [...named, ...judge.findings(content)];
    if (findings.length > 0) return { findings };
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { program: { file, fileName, sha256, remarks: judge.remarks(content) }, findings };
  } catch (error) {
    return { findings: [...named, unreadable(file, at, error as NodeJS.ErrnoException)] };
  }
}

/** The name becomes the end of an address, and the file's name on the machine. */
function fileNameFindings(fileName: string, path: string): Finding[] {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(fileName)) return [];
  return [
    {
      rule: "artifact-name",
      path,
      seen: JSON.stringify(fileName),
      allowed: "a file name of letters, digits, dots, underscores and hyphens, a letter or digit first",
      fix: "Rename the file.",
    },
  ];
}

const REASONS: Record<string, string> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "a folder",
  EACCES: "not readable",
};

function unreadable(file: string, path: string, { code = "", message }: NodeJS.ErrnoException): Finding {
  return {
    rule: "artifact-missing",
    path,
    seen: `${JSON.stringify(file)}: ${REASONS[code] ?? message}`,
    allowed: "a file that exists, absolute or relative to the folder that Pulumi runs the program in",
    fix: "Build the program first, or correct the path.",
  };
}
