import type { Command } from "commander";
import { resolve } from "node:path";
import { printJson, progress, sandboxOf, withJson, type JsonOption } from "./common";
import type { CommandContext } from "./sandbox";

interface PublishOptions extends JsonOption {
  host?: string;
}

export function publishCommand(group: Command, { terminal }: CommandContext): void {
  withJson(group.command("publish"))
    .description(
      "serve a Windows program to the sandbox's machines, which run its build for this computer; starts the sandbox if need be",
    )
    .argument("<file>", "the Windows build, a console program")
    .option("--host <file>", "the same program built for this computer (default: the file's path without .exe)")
    .action(async (file: string, options: PublishOptions) => {
      const publication = await sandboxOf(options, terminal).publish(resolve(terminal.cwd, file), {
        hostBuild: options.host && resolve(terminal.cwd, options.host),
        onProgress: progress(terminal),
      });
      if (options.json) printJson(terminal, publication);
      else terminal.out(`url     ${publication.url}\nsha256  ${publication.sha256}\n`);
    });
}
