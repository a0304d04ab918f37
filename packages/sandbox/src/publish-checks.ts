import { open } from "node:fs/promises";
import { PORTABLE_EXECUTABLE_HEADER_BYTES, readPortableExecutable } from "@windows-ha/spec";
import { SandboxError } from "./sandbox-error";

const BUILD_WINDOWS = "Build it with: GOOS=windows GOARCH=amd64 go build -o <name>.exe";

/** @throws SandboxError unless the file is a console program for Windows on amd64 or arm64. */
export async function checkWindowsBuild(file: string): Promise<void> {
  const header = await readHeader(file, "the Windows build", BUILD_WINDOWS);
  const seen = readPortableExecutable(header);
  if ("problem" in seen) {
    throw unusable(file, `is ${seen.problem}; it must be a Windows console program (.exe). ${BUILD_WINDOWS}`);
  }
  if (seen.kind === "library") throw unusable(file, "is a Windows library (DLL); it must be a program (.exe)");
  if (seen.machine === "other") {
    throw unusable(
      file,
      `is built for another processor than amd64 or arm64, the ones of Windows Server in Azure. ${BUILD_WINDOWS}`,
    );
  }
  if (seen.subsystem === "gui") {
    throw unusable(
      file,
      "is a windowed program (GUI subsystem); a service must be a console program. Build it without -ldflags -H=windowsgui",
    );
  }
  if (seen.subsystem === "other") throw unusable(file, "is not a console program (a driver or firmware subsystem)");
}

/** Processors by Node's name and by ELF's number (e_machine). */
const ELF_MACHINES: Record<string, number> = { x64: 62, arm64: 183 };

/** @throws SandboxError unless the file is a program that this computer can run. */
export async function checkHostBuild(file: string, windowsBuild: string): Promise<void> {
  const build = `Build it from the same source with: CGO_ENABLED=0 go build -o ${file}`;
  if (file === windowsBuild) {
    throw unusable(
      file,
      "has no .exe at its end, so that the host build can't be found beside it. Name it with: windows-ha sandbox publish <file> --host <file>",
    );
  }
  const header = await readHeader(
    file,
    "the host build (the same program for this computer, which the sandbox's machines run)",
    build,
  );
  // Machines run on Linux only; elsewhere the file is kept for when they do.
  if (process.platform !== "linux") return;
  const isElf = header.length >= 20 && header.readUInt32BE(0) === 0x7f454c46;
  if (!isElf)
    throw unusable(
      file,
      `is not an ELF program, which this computer (${process.platform}/${process.arch}) runs. ${build}`,
    );
  const machine = header.readUInt16LE(18);
  if (machine !== ELF_MACHINES[process.arch]) {
    throw unusable(
      file,
      `is an ELF program for another processor (e_machine ${machine}) than this computer's (${process.arch}). ${build}`,
    );
  }
  const type = header.readUInt16LE(16);
  if (type !== 2 && type !== 3) throw unusable(file, `is an ELF file, but not a program (e_type ${type}). ${build}`);
}

/** Whether a file is a program that this computer can run. */
export async function isForThisComputer(file: string): Promise<boolean> {
  try {
    await checkHostBuild(file, "");
    return true;
  } catch (error) {
    if (error instanceof SandboxError) return false;
    throw error;
  }
}

async function readHeader(file: string, role: string, fix: string): Promise<Buffer> {
  let handle;
  try {
    handle = await open(file, "r");
    if ((await handle.stat()).isDirectory()) throw unusable(file, `is a directory; it must be ${role}`);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PORTABLE_EXECUTABLE_HEADER_BYTES));
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw unusable(file, `does not exist; it must be ${role}. ${fix}`);
    throw unusable(file, `can't be read (${code ?? message}); it must be ${role}`);
  } finally {
    await handle?.close();
  }
}

function unusable(file: string, what: string): SandboxError {
  return new SandboxError("unusable", `${file} ${what}`);
}
