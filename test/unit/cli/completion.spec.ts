import { delimiter, join } from "node:path";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect } from "chai";
import { command, succeed } from "../../support/command";
import { CLI } from "../../support/sandbox-stack";

const windowsHa = (...args: string[]): Promise<string> => succeed(process.execPath, [CLI, ...args]);
const proposals = async (...args: string[]): Promise<string[]> =>
  (await windowsHa("complete", "--", ...args))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith(":"))
    .map((line) => line.split("\t")[0]!);

describe("completion in a shell", function () {
  this.timeout(30_000);

  it("proposes commands, options and values, by what was typed so far", async () => {
    expect(await proposals("sandbox", "st")).to.deep.equal([
      "status",
      "stop-machine",
      "start-machine",
      "stop-zone",
      "start-zone",
    ]);
    expect(await proposals("build", "--host", "--a")).to.deep.equal(["--arch"]);
    expect(await proposals("build", "--arch", "")).to.deep.equal(["amd64", "arm64"]);
  });

  it("is asked by what bash runs at a Tab", async () => {
    const folder = mkdtempSync(join(tmpdir(), "wha-completion-"));
    try {
      symlinkSync(CLI, join(folder, "windows-ha"));
      const script = [
        'eval "$(windows-ha completion bash)"',
        // bash-completion says by this function what was typed; no computer of the tests has to have it.
        "_get_comp_words_by_ref() { words=(windows-ha sandbox sta); cword=2; cur=sta; prev=sandbox; }",
        "function_name=$(complete -p windows-ha | sed 's/.*-F \\([^ ]*\\).*/\\1/')",
        '$function_name; printf "%s\\n" "${COMPREPLY[@]}"',
      ];
      const path = [folder, join(process.execPath, ".."), process.env.PATH].join(delimiter);
      const printed = await succeed("bash", ["-c", script.join("\n")], { env: { ...process.env, PATH: path } });
      expect(printed)
        .to.match(/^status/m)
        .and.match(/^start-machine/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("has a script for each of four shells, and says so of a fifth", async () => {
    for (const shell of ["bash", "fish", "powershell", "zsh"])
      expect(await windowsHa("completion", shell))
        .to.include("windows-ha")
        .and.include("complete");
    const { code, stderr } = await command(process.execPath, [CLI, "completion", "tcsh"]);
    expect(code).to.equal(2);
    expect(stderr).to.include("zsh, bash, fish, powershell");
  });

  it("is named by the help", async () => {
    expect(await windowsHa("--help")).to.match(/^ {2}completion /m);
    expect(await windowsHa("completion", "--help")).to.include("Examples:");
  });
});
