/** Variables by which a program finds its way into a real account: azure-native's, Azure's SDKs' and Pulumi Cloud's. */
const ACCOUNT_VARIABLE = /^(ARM_|AZURE_|PULUMI_ACCESS_TOKEN$)/i;

/** An environment from which no real cloud account can be reached. */
export function withoutCloudAccounts(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ACCOUNT_VARIABLE.test(name)));
}
