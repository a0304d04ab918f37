// What a Windows host's shell is to a command of HostInstall, for a host that is a Linux computer: `.\name.exe` names a
// program in the folder where the user lands, which needs no execute bit. Windows builds run as this computer's own.
//
//   node windows-shell.mjs CONFIG   the command stands in SSH_ORIGINAL_COMMAND, as OpenSSH's ForceCommand hands it over
//
// CONFIG is JSON: { folder, environment, builds: { <sha256 of a Windows build>: <path of the same for this computer> },
// filesServer, filesEnvironment, log }. What was run is noted in `log`.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const config = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { folder, builds, filesServer } = config;
const command = process.env["SSH_ORIGINAL_COMMAND"] ?? "";
if (command !== filesServer) appendFileSync(config.log, `${command}\n`);
const sha256 = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");

/** Starts a program as the host's, and ends with its exit code. */
function become(file, args, environment) {
  process.chdir(folder);
  const child = spawn(file, args, { stdio: "inherit", env: { PATH: process.env["PATH"], ...environment } });
  child.on("error", (error) => fail(error.message));
  child.on("close", (code) => process.exit(code ?? 1));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Puts a value behind an option in place of the one that stands there, if that one is right. */
function replaceTrue(args, option, truth, value) {
  const at = args.indexOf(option) + 1;
  return at > 0 && args[at] === truth ? args.with(at, value) : args;
}

/** The document, and for each Windows build the same for this computer: what the sandbox's machines get, too. */
function documentForHere(file) {
  const document = JSON.parse(readFileSync(file, "utf8"));
  const here = document.artifacts.flatMap(({ url, sha256: declared }) => {
    const copied = resolve(folder, url.replace(/^file:/, ""));
    const build = builds[existsSync(copied) ? sha256(copied) : declared];
    const platform = { os: "linux", arch: process.arch === "arm64" ? "arm64" : "amd64" };
    return build ? [{ ...platform, url: `file://${build}`, sha256: sha256(build) }] : [];
  });
  const text = JSON.stringify({ ...document, artifacts: [...document.artifacts, ...here] });
  writeFileSync(`${file}.here`, text);
  return `${file}.here`;
}

const words = /^\.\\([A-Za-z0-9._-]+\.exe)((?: [A-Za-z0-9._-]+)*)$/.exec(command);
if (command === filesServer) {
  become(filesServer, ["-d", folder], config.filesEnvironment);
} else if (!words || !existsSync(resolve(folder, words[1]))) {
  fail(
    `'${command.split(" ")[0]}' is not recognized as an internal or external command, operable program or batch file.`,
  );
} else {
  const program = resolve(folder, words[1]);
  const build = builds[sha256(program)];
  if (!build) fail(`This version of ${words[1]} is not compatible with the version of Windows you're running.`);
  let args = words[2].trim().split(" ");
  args = replaceTrue(args, "--agent-sha256", sha256(program), sha256(build));
  const at = args.indexOf("--spec") + 1;
  const declared = args[args.indexOf("--spec-sha256") + 1];
  // A document that isn't the declared one stays as it is: refusing it is the agent's work.
  if (at > 0 && declared === sha256(resolve(folder, args[at]))) {
    const file = documentForHere(resolve(folder, args[at]));
    args = replaceTrue(args.with(at, file), "--spec-sha256", declared, sha256(file));
  }
  become(build, args, config.environment);
}
