import { readFileSync } from "node:fs";
import { join } from "node:path";
import { local, remote, type types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

interface Settings {
  connection: types.input.remote.ConnectionArgs;
  /** A folder on the host. */
  folder: string;
  text: string;
  /** Marked as a secret here, and printed by a command. */
  token: string;
}

const config = new pulumi.Config();
const { connection, folder, text, token } = JSON.parse(readFileSync(config.require("settings"), "utf8")) as Settings;

const remotePath = join(folder, "copied", "text");
const copy = new remote.CopyToRemote("text", {
  connection,
  source: new pulumi.asset.StringAsset(text),
  remotePath,
});
const life = new remote.Command(
  "life",
  {
    connection,
    create: `echo "created with $(cat ${remotePath})"`,
    update: `echo "updated from '$PULUMI_COMMAND_STDOUT'"`,
    delete: `touch ${join(folder, "deleted")}`,
    // Changes with the text, as an install command names the hash of its document.
    environment: { TEXT: text },
  },
  { dependsOn: copy },
);
const echo = new remote.Command("echo", { connection, create: "cat", stdin: pulumi.secret(token), logging: "none" });
const here = new local.Command("here", { dir: folder, create: "pwd" });

export const said = life.stdout;
export const echoed = echo.stdout;
export const place = here.stdout;
