import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** What a report must never print: the value of a secret, under a name that doesn't say so. */
const CANARY = "canary-7f3a9c";
/** Markup of every format that a report is written in. */
const HOSTILE =
  '<img src=x onerror=alert(1)> | `code` [link](javascript:alert(1)) @someone #1 "quoted" \u001b[31mred\u202e';

const config = new pulumi.Config();
const generation = config.get("generation") ?? "1";

const name = new random.RandomId("name", { byteLength: 2, keepers: { generation } });
new random.RandomString("uses-name", { length: 8, keepers: { name: name.hex } });
new random.RandomId(HOSTILE, { byteLength: 2, prefix: `${HOSTILE} ${generation}` });
new random.RandomId("secret-keeper", { byteLength: 4, keepers: { note: pulumi.secret(`${CANARY} ${generation}`) } });
new random.RandomString(generation === "1" ? "goes" : "comes", { length: 4 });
