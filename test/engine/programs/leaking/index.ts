import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as resources from "@pulumi/azure-native/resources";

const secret = readFileSync(new pulumi.Config().require("settings"), "utf8");
const wide = Buffer.from(secret, "utf16le");
const asHex = (prefix: string, digits: number): string =>
  [...secret].map((letter) => prefix + letter.charCodeAt(0).toString(16).padStart(digits, "0")).join("");

new resources.ResourceGroup("leaking", {
  tags: {
    plain: secret,
    base64: Buffer.from(secret).toString("base64"),
    "base64 of utf-16le": wide.toString("base64"),
    url: asHex("%", 2),
    json: asHex("\\u", 4),
  },
});

// A log beside the sandbox's own, as a Windows tool writes it.
writeFileSync(join(process.env.WINDOWS_HA_SANDBOX!, "tool.log"), wide);
