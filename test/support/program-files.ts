import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { windowsProgram } from "./windows-program";

/** Programs of an agent and of a service, each with a content of its own, in a folder that a suite of tests has. */
export function programFiles(): { folder: string; agentPath: string; programPath: string } {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-programs-"));
  const agentPath = join(folder, "windows-ha-agent.exe");
  const programPath = join(folder, "orders.exe");
  before(() => {
    writeFileSync(agentPath, windowsProgram());
    writeFileSync(programPath, windowsProgram({ headerAt: 0x100 }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, agentPath, programPath };
}
