import type { Command } from "commander";
import { resolve } from "node:path";
import { withHelp } from "../help";
import { watched } from "../progress";
import { printJson, sandboxOf, withJson, type JsonOption } from "./common";
import type { CommandContext } from "./sandbox";

interface PublishOptions extends JsonOption {
  host?: string;
  consul?: string;
}

export function publishCommand(group: Command, { terminal }: CommandContext): void {
  const command = withJson(group.command("publish"));
  command
    .description(
      "serve a Windows program to the sandbox's machines, which run its build for this computer; starts the sandbox if need be",
    )
    .argument("[file]", "the Windows build, a console program")
    .option("--host <file>", "the same program built for this computer (default: the file's path without .exe)")
    .option("--consul <file>", "this computer's Consul, which machines run in place of the one that is declared")
    .action(async (file: string | undefined, options: PublishOptions) => {
      if ((file === undefined) === (options.consul === undefined)) {
        command.error("error: give either a Windows build, or --consul with Consul's program");
      }
      if (options.consul !== undefined) return publishConsul(resolve(terminal.cwd, options.consul), options);
      const hostBuild = options.host && resolve(terminal.cwd, options.host);
      const publication = await watched(terminal, { title: `Publish ${file}`, area: "sandbox" }, (onProgress) =>
        sandboxOf(options, terminal).publish(resolve(terminal.cwd, file!), { hostBuild, onProgress }),
      );
      if (options.json) printJson(terminal, publication);
      else terminal.out(`url     ${publication.url}\nsha256  ${publication.sha256}\n`);
    });
  withHelp(command, {
    examples: [
      "windows-ha sandbox publish dist/orders.exe",
      "windows-ha sandbox publish dist/orders.exe --host dist/orders-linux --json",
      'windows-ha sandbox publish --consul "$(command -v consul)"',
    ],
  });

  async function publishConsul(program: string, options: PublishOptions): Promise<void> {
    const consul = await watched(terminal, { title: `Publish ${program}`, area: "sandbox" }, (onProgress) =>
      sandboxOf(options, terminal).publishConsul(program, { onProgress }),
    );
    if (options.json) printJson(terminal, consul);
    else terminal.out(`Consul  ${consul.version}\nsha256  ${consul.linux.sha256}\n`);
  }
}
