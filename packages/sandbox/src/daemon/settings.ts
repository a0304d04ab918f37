import { readJson } from "../files";
import { preferredBlock, type SandboxLayout, type SandboxSettings } from "../layout";

/** @throws Error that names the file when it isn't JSON: people may edit it. */
export function readSettings(layout: SandboxLayout): SandboxSettings {
  try {
    return readJson<SandboxSettings>(layout.settings) ?? { block: preferredBlock(layout.folder), artifacts: {} };
  } catch (error) {
    throw new Error(
      `${layout.settings} can't be read: ${(error as Error).message}. Correct it, or remove it and publish again`,
      { cause: error },
    );
  }
}
