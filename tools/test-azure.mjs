import { randomBytes, randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { readOptions } from "./lib/command-line.mjs";
import { describePlan, planAzureRun, refusals } from "./lib/azure-run.mjs";
import { Failure } from "./lib/errors.mjs";
import { endLeftovers, RUN_MARK } from "./lib/leftovers.mjs";
import { main } from "./lib/main.mjs";
import { run } from "./lib/process.mjs";
import { expectSuccess, openLog } from "./lib/progress.mjs";
import { entries, node24, root, withPath } from "./lib/workspace.mjs";

const AGAIN = "npm run test:azure -- --yes-i-pay";
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);

const USAGE = {
  command: "npm run test:azure --",
  does: "Runs test/azure in an Azure subscription of your own, which costs money. docs/operations/test-azure.md says what it needs.",
  options: {
    "yes-i-pay": { type: /** @type {const} */ ("boolean"), says: "the consent without which nothing starts" },
  },
};

await main(AGAIN, async (signal) => {
  const { "yes-i-pay": yesIPay = false } = readOptions(USAGE);
  const found = refusals(process.env, { yesIPay });
  if (found.length > 0) {
    throw new Failure(
      ["Nothing was started:", ...found.map((line) => `  - ${line}`), "docs/unproven.md says more."].join("\n"),
    );
  }
  const plan = planAzureRun(process.env, randomBytes(4).toString("hex"));
  for (const line of describePlan(plan)) say(line);
  const log = openLog("azure");
  // Program and state; they outlive a crash, so that what was created can be destroyed from another terminal.
  const folder = join(root, ".windows-ha", "azure", plan.resourceGroup);
  cpSync(join(root, "test/azure/program"), folder, { recursive: true });
  const env = azureEnvironment(plan, folder);
  const login = mkdtempSync(join(tmpdir(), "windows-ha-az-"));
  try {
    await signIn(plan, env, { login, signal, log });
    return await testThenDestroy(plan, env, { folder, signal, log });
  } finally {
    rmSync(login, { recursive: true, force: true });
  }
});

async function testThenDestroy(plan, env, { folder, signal, log }) {
  try {
    return await test(plan, env, { signal, log });
  } finally {
    await destroy(plan, env, { folder, log });
  }
}

/** Pulumi with a state of its own, and the plan for the tests. */
function azureEnvironment(plan, folder) {
  const passphrase = join(folder, "passphrase");
  writeFileSync(passphrase, randomBytes(24).toString("hex"), { mode: 0o600 });
  return {
    ...withPath(process.env, [dirname(node24), join(root, "node_modules", ".bin")]),
    ARM_SUBSCRIPTION_ID: plan.subscriptionId,
    PULUMI_BACKEND_URL: pathToFileURL(folder).href,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    AZURE_TEST_PLAN: JSON.stringify({ ...plan, folder }),
  };
}

/** The tests ask and switch machines through the Azure CLI; a service principal gets a sign-in of its own for it. */
async function signIn({ signIn: way, subscriptionId }, env, { login, signal, log }) {
  const az = async (...args) =>
    expectSuccess(`az ${args[0]}`, await run("az", args, { env, signal, log: log.stream }), log.path);
  if (way === "az login") {
    await az("account", "show", "--subscription", subscriptionId, "--output", "none");
    return;
  }
  // A command line can be read by everybody on this computer; a file of one's own can't.
  const secret = join(login, "secret");
  writeFileSync(secret, env.ARM_CLIENT_SECRET, { mode: 0o600 });
  env.AZURE_CONFIG_DIR = login;
  const who = ["--username", env.ARM_CLIENT_ID, "--tenant", env.ARM_TENANT_ID, "--password", `@${secret}`];
  try {
    await az("login", "--service-principal", ...who, "--output", "none");
  } finally {
    rmSync(secret, { force: true });
  }
}

async function test({ testMinutes }, env, { signal, log }) {
  const args = [entries.mocha, "--bail", "test/azure/**/*.spec.ts"];
  const timeoutSeconds = testMinutes * 60;
  const mark = randomUUID();
  const options = {
    cwd: root,
    env: { ...env, [RUN_MARK]: mark },
    signal,
    log: log.stream,
    timeoutSeconds,
    onLine: say,
  };
  const { code, timedOut } = await run(node24, args, options).finally(async () => {
    // An `up` that outlived its test would create what is being destroyed.
    for (const command of await endLeftovers(mark)) say(`ended: ${command}`);
  });
  if (timedOut) say(`The tests took more than their ${testMinutes} min and were ended.`);
  return code === 0 ? 0 : 1;
}

/** Always, also after Ctrl-C: so this one isn't interrupted. */
async function destroy({ resourceGroup, subscriptionId, destroyMinutes }, env, { folder, log }) {
  say(`Destroying ${resourceGroup} …`);
  const options = { cwd: root, env, log: log.stream, timeoutSeconds: destroyMinutes * 60 };
  // Each is tried, whatever became of the one before.
  const attempt = (/** @type {string} */ command, /** @type {string[]} */ ...args) =>
    run(command, args, options).catch((error) => say(`${command} ${args[0]}: ${error.message}`));
  const stack = ["--cwd", folder, "--stack", "test"];
  // A cut-off `up` leaves its lock; nobody else knows this stack.
  await attempt("pulumi", "cancel", "--yes", ...stack);
  await attempt("pulumi", "destroy", "--yes", "--skip-preview", ...stack);
  // The group is the run's own. Deleting it also ends what a broken state no longer knows.
  const group = ["--name", resourceGroup, "--subscription", subscriptionId];
  await attempt("az", "group", "delete", "--yes", ...group);
  const left = await run("az", ["group", "exists", ...group], options);
  if (left.code !== 0 || left.stdout.trim() !== "false") {
    throw new Failure(
      `${resourceGroup} may still exist, and costs money. Look with \`az group exists ${group.join(" ")}\`, delete it with \`az group delete ${group.join(" ")}\`. Its Pulumi state is in ${folder}.`,
      { log: log.path },
    );
  }
  rmSync(folder, { recursive: true, force: true });
  say(`${resourceGroup} is gone.`);
}
