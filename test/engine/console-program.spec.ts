import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";
import { eventually } from "../support/traffic";

describe("a program that is neither a service nor speaks HTTP", function () {
  this.timeout(240_000);
  const stack = new SandboxStack(join(__dirname, "programs/console"));
  let url: URL;

  before(async () => {
    await stack.create();
    const program = buildGreeter(stack.folder);
    await stack.publishRelease(program);
    await stack.setFiles();
    await stack.set("version", "1.0.0");
  });
  after(() => stack.remove());

  const greeting = () => greet(url.hostname, Number(url.port || 80));
  const allHealthy = async () => (await stack.machines()).every(({ health }) => health === "healthy");

  it("serves behind the balancer, and Azure sees its health, which the agent tells", async () => {
    await stack.up();
    url = new URL(await stack.output("url"));
    await eventually("a greeting", 60, async () => (await greeting()) === "1.0.0");
    await eventually(
      "two healthy machines",
      60,
      async () => (await stack.machines()).length === 2 && (await allHealthy()),
    );
    expect(
      stack.processes().filter((line) => / run --as-service --logs .*greeter/.test(line)),
      "wrapped",
    ).to.have.length(2);
  });

  it("comes back when it is killed, and no client goes without an answer for long", async () => {
    const programs = stack
      .processes()
      .filter((line) => / \S*\/releases\/\S*\/greeter $/.test(line) && !line.includes(" run "));
    expect(programs).to.have.length(2);
    process.kill(Number.parseInt(programs[0]!, 10), "SIGKILL");
    await eventually("another process", 30, async () => {
      const now = stack
        .processes()
        .filter((line) => / \S*\/releases\/\S*\/greeter $/.test(line) && !line.includes(" run "));
      return now.length === 2 && !now.includes(programs[0]!);
    });
    await eventually("two healthy machines", 60, allHealthy);
    await eventually("ten greetings in a row", 30, async () => {
      for (let count = 0; count < 10; count++) if ((await greeting()) !== "1.0.0") return false;
      return true;
    });
  });

  it("is upgraded while every new connection is answered: the balancer hears of a drain from the agent", async () => {
    const seen: Record<string, number> = {};
    let done = false;
    const load = (async () => {
      while (!done) {
        const text = await greeting();
        seen[text] = (seen[text] ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await stack.set("version", "1.1.0");
    await stack.up();
    await eventually("the new release everywhere", 60, async () =>
      (await stack.machines()).every(({ version }) => version === "1.1.0"),
    );
    done = true;
    await load;
    expect(Object.keys(seen).sort(), JSON.stringify(seen)).to.deep.equal(["1.0.0", "1.1.0"]);
  });
});

/** Builds the agent's own test service for Windows and for this computer, and returns the Windows program. */
function buildGreeter(folder: string): string {
  const program = join(folder, "greeter.exe");
  const builds = [{ file: program, GOOS: "windows", GOARCH: "amd64" }, { file: program.replace(/\.exe$/, "") }];
  for (const { file, ...platform } of builds) {
    execFileSync("go", ["build", "-trimpath", "-buildvcs=false", "-o", file, "./internal/testservice"], {
      cwd: join(REPOSITORY, "packages/agent"),
      env: { ...process.env, ...platform, CGO_ENABLED: "0" },
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return program;
}

/** What a connection is told, or why it isn't. */
function greet(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5000 });
    let text = "";
    socket.setEncoding("utf8").on("data", (part: string) => (text += part));
    socket.on("end", () => resolve(text.trim() || "nothing"));
    socket.on("timeout", () => socket.destroy(new Error("time-out")));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
