import { succeed } from "../support/command";

interface Release {
  version: string;
  artifact: { url: string; sha256: string };
  agent: { url: string; sha256: string };
}

/** What `tools/test-azure.mjs` decided: see `planAzureRun`. */
export interface AzurePlan {
  subscriptionId: string;
  location: string;
  resourceGroup: string;
  allowFrom: string;
  releases: [Release, Release];
  machines: number;
  /** Holds the run's copy of the program, and its state. */
  folder: string;
}

export interface AzureMachine {
  name: string;
  zones: string[];
}

/** The test program in a real subscription. */
export class AzureStack {
  readonly plan: AzurePlan;

  constructor() {
    const plan = process.env.AZURE_TEST_PLAN;
    if (plan === undefined) throw new Error("These tests cost money: start them with `npm run test:azure`.");
    this.plan = JSON.parse(plan) as AzurePlan;
  }

  async create(): Promise<void> {
    const { subscriptionId, location, resourceGroup, allowFrom, releases } = this.plan;
    await this.pulumi("stack", "init", "test");
    const settings = { "azure-native:subscriptionId": subscriptionId, "azure-native:location": location };
    for (const [key, value] of Object.entries({ ...settings, resourceGroup, allowFrom })) await this.#set(key, value);
    await this.declare(releases[0]);
  }

  async declare(release: Release): Promise<void> {
    await this.#set("release", JSON.stringify(release));
  }

  async declareMachines(machines: object): Promise<void> {
    await this.#set("machines", JSON.stringify(machines));
  }

  async up(): Promise<void> {
    await this.pulumi("up", "--yes", "--skip-preview", "--stack", "test");
  }

  async hasNothingToDo(): Promise<void> {
    await this.pulumi("preview", "--expect-no-changes", "--stack", "test");
  }

  async refreshFindsNothing(): Promise<void> {
    await this.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "test");
  }

  async destroy(): Promise<void> {
    await this.pulumi("destroy", "--yes", "--skip-preview", "--stack", "test");
  }

  async url(): Promise<string> {
    return (await this.pulumi("stack", "output", "url", "--stack", "test")).trim();
  }

  async machines(): Promise<AzureMachine[]> {
    return this.az<AzureMachine[]>("vm", "list", "--resource-group", this.plan.resourceGroup);
  }

  /** Cuts a machine's power, without asking Windows. */
  async powerOff(machine: string): Promise<void> {
    await this.az("vm", "stop", "--skip-shutdown", "--resource-group", this.plan.resourceGroup, "--name", machine);
  }

  async start(machine: string): Promise<void> {
    await this.az("vm", "start", "--resource-group", this.plan.resourceGroup, "--name", machine);
  }

  /** Runs PowerShell on a machine. @returns what it printed */
  async powershell(machine: string, script: string): Promise<string> {
    const where = ["--resource-group", this.plan.resourceGroup, "--name", machine];
    const command = ["--command-id", "RunPowerShellScript", "--scripts", script];
    const { value } = await this.az<{ value: { message: string }[] }>(
      "vm",
      "run-command",
      "invoke",
      ...where,
      ...command,
    );
    return value.map(({ message }) => message).join("\n");
  }

  /** Asks Azure itself. */
  async az<T>(...args: string[]): Promise<T> {
    const all = [...args, "--subscription", this.plan.subscriptionId, "--output", "json"];
    const printed = await succeed("az", all, { timeoutSeconds: 900 });
    return (printed.trim() === "" ? undefined : JSON.parse(printed)) as T;
  }

  async pulumi(...args: string[]): Promise<string> {
    return succeed("pulumi", [...args, "--cwd", this.plan.folder, "--non-interactive"], { timeoutSeconds: 3600 });
  }

  async #set(key: string, value: string): Promise<void> {
    await this.pulumi("config", "set", key, value, "--stack", "test");
  }
}
