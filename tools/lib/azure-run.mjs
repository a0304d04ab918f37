/** The variables of a run against a real subscription: what each may be, and what is said when it isn't. */
const VARIABLES = [
  { name: "AZURE_TEST_SUBSCRIPTION_ID", pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, allowed: "a GUID" },
  {
    name: "AZURE_TEST_ALLOW_FROM",
    pattern: /^\d{1,3}(\.\d{1,3}){3}(\/(2[4-9]|3[0-2]))?$/,
    allowed: "your public IPv4 address, or a range of /24 or narrower",
  },
  ...["ARTIFACT", "NEXT_ARTIFACT", "AGENT"].flatMap((file) => [
    { name: `AZURE_TEST_${file}_URL`, pattern: /^https:\/\/[^\s?]+$/, allowed: "an https address without a query" },
    { name: `AZURE_TEST_${file}_SHA256`, pattern: /^[0-9a-f]{64}$/i, allowed: "64 hexadecimal digits" },
  ]),
  ...["VERSION", "NEXT_VERSION"].map((name) => ({
    name: `AZURE_TEST_${name}`,
    pattern: /^\d+\.\d+\.\d+(-[\w.]+)?$/,
    allowed: "the version that the artifact says of itself, such as 1.4.2",
  })),
  {
    name: "AZURE_TEST_LOCATION",
    pattern: /^[a-z0-9]+$/,
    allowed: "an Azure region such as westeurope",
    default: "westeurope",
  },
  { name: "AZURE_TEST_BUDGET_MINUTES", pattern: /^(?:[3-9]\d|[1-3]\d\d)$/, allowed: "30 to 399", default: "150" },
];

const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
/** Minutes that stay for the end, whatever happened before. */
const DESTROY_MINUTES = 20;
const MACHINES = 3;

/**
 * Why a run against Azure must not start; nothing if it may.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {{ yesIPay: boolean }} flags
 * @returns {string[]}
 */
export function refusals(env, { yesIPay }) {
  const found = [];
  if (env.CI) found.push("CI is set: this run costs money and is started by a person, never by a pipeline");
  if (!yesIPay) found.push("--yes-i-pay is missing: the run creates machines that Azure bills to the subscription");
  for (const { name, pattern, allowed, default: fallback } of VARIABLES) {
    const value = env[name] ?? fallback;
    if (value === undefined) found.push(`${name} is missing; allowed: ${allowed}`);
    else if (!pattern.test(value)) found.push(`${name} is ${JSON.stringify(value)}; allowed: ${allowed}`);
  }
  const subscription = env.AZURE_TEST_SUBSCRIPTION_ID;
  if (subscription === NO_SUBSCRIPTION)
    found.push("AZURE_TEST_SUBSCRIPTION_ID is the sandbox's all-zero one; name your own");
  if (env.ARM_SUBSCRIPTION_ID && env.ARM_SUBSCRIPTION_ID.toLowerCase() !== subscription?.toLowerCase()) {
    found.push(
      "ARM_SUBSCRIPTION_ID names another subscription than AZURE_TEST_SUBSCRIPTION_ID; make them equal or unset it",
    );
  }
  const principal = ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID"];
  const missing = principal.filter((name) => !env[name]);
  if (missing.length > 0 && missing.length < principal.length) {
    found.push(
      `${missing.join(" and ")} missing beside the other ARM_ variables; give all three, or none and \`az login\``,
    );
  }
  if (env.WINDOWS_HA_SANDBOX) found.push("WINDOWS_HA_SANDBOX is set: leave the sandbox's environment first");
  if (same(env, "ARTIFACT_SHA256", "NEXT_ARTIFACT_SHA256"))
    found.push("AZURE_TEST_NEXT_ARTIFACT_SHA256 is the first artifact's: the version change would change nothing");
  if (same(env, "VERSION", "NEXT_VERSION"))
    found.push("AZURE_TEST_NEXT_VERSION equals AZURE_TEST_VERSION: the answers could not tell them apart");
  return found;
}

function same(env, one, other) {
  const value = env[`AZURE_TEST_${one}`];
  return value !== undefined && value.toLowerCase() === env[`AZURE_TEST_${other}`]?.toLowerCase();
}

/**
 * What a run will do, from variables without refusals.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} suffix random, so that no run meets another's resource group
 */
export function planAzureRun(env, suffix) {
  const value = (name) =>
    env[`AZURE_TEST_${name}`] ?? VARIABLES.find((row) => row.name === `AZURE_TEST_${name}`)?.default ?? "";
  const file = (name) => ({ url: value(`${name}_URL`), sha256: value(`${name}_SHA256`).toLowerCase() });
  const budgetMinutes = Number(value("BUDGET_MINUTES"));
  return {
    subscriptionId: value("SUBSCRIPTION_ID"),
    location: value("LOCATION"),
    resourceGroup: `windows-ha-test-${suffix}`,
    allowFrom: value("ALLOW_FROM"),
    releases: [
      { version: value("VERSION"), artifact: file("ARTIFACT"), agent: file("AGENT") },
      { version: value("NEXT_VERSION"), artifact: file("NEXT_ARTIFACT"), agent: file("AGENT") },
    ],
    machines: MACHINES,
    testMinutes: budgetMinutes - DESTROY_MINUTES,
    destroyMinutes: DESTROY_MINUTES,
    mostMachineHours: (MACHINES * budgetMinutes) / 60,
    /** With a service principal the Azure CLI gets a sign-in of its own; else the user's own is taken. */
    signIn: env.ARM_CLIENT_SECRET ? "service principal" : "az login",
  };
}

/** The plan as a person reads it before money is spent. */
export function describePlan(plan) {
  return [
    `Subscription    ${plan.subscriptionId}, by ${plan.signIn}`,
    `Resource group  ${plan.resourceGroup} in ${plan.location}: ${plan.machines} machines, reached from ${plan.allowFrom} alone`,
    `Steps           up ${plan.releases[0].version}, change to ${plan.releases[1].version} under load, faults, destroy`,
    `Budget          ${plan.testMinutes} min, then ${plan.destroyMinutes} min to destroy; at most ${plan.mostMachineHours} machine-hours`,
  ];
}
