import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { keyPair } from "./ssh-server";

/** The folder that OpenSSH locks a connection's first, untrusted half into; only a server that is root's has it. */
const JAIL = "/run/sshd";
const FILES_SERVERS = ["/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server", "/usr/libexec/sftp-server"];

/**
 * OpenSSH's own server on loopback, as the set-up brought it. Whoever runs it is the user that it lets in, by key, and a
 * given program takes the commands, and the file server's start, in the place of a shell.
 */
export class SshDaemon {
  readonly hostKey = keyPair();
  readonly userKey = keyPair();
  readonly user = userName();
  /** What starts the server's part that writes files: a command like others. */
  readonly filesServer: string;
  /** Clients that were let in. */
  connections = 0;
  readonly #program = findProgram();
  readonly #log: string[] = [];
  #process: ChildProcess | undefined;

  /** @param folder for keys and settings, made by {@link start} */
  constructor(private readonly folder: string) {
    const beside = join(dirname(this.#program), "root/usr/lib/openssh/sftp-server");
    this.filesServer = [beside, ...FILES_SERVERS].find(existsSync)!;
  }

  /** Where the server was unpacked only, it asks these lists: neither its own user nor ours has to exist. */
  get #lists(): Record<string, string> {
    return { NSS_WRAPPER_PASSWD: join(this.folder, "passwd"), NSS_WRAPPER_GROUP: join(this.folder, "group") };
  }

  /** What {@link filesServer} needs of them, too. */
  get filesEnvironment(): Record<string, string> {
    const library = join(dirname(this.#program), "root/usr/lib/x86_64-linux-gnu/libnss_wrapper.so");
    return existsSync(library) ? { ...this.#lists, LD_PRELOAD: library } : {};
  }

  /**
   * @param home where the user lands
   * @param shell gets each command in SSH_ORIGINAL_COMMAND
   * @returns the port
   */
  async start(home: string, shell: readonly string[]): Promise<number> {
    mkdirSync(this.folder, { recursive: true });
    const port = await freePort();
    const file = (name: string, content: string): string => {
      writeFileSync(join(this.folder, name), content, { mode: 0o600 });
      return join(this.folder, name);
    };
    const { uid, gid } = { uid: process.getuid!(), gid: process.getgid!() };
    const users = [`sshd:x:65533:65533::/:/bin/false`, `${this.user}:x:${uid}:${gid}::${home}:/bin/sh`];
    file("passwd", `${users.join("\n")}\n`);
    file("group", `sshd:x:65533:\n${this.user}:x:${gid}:\n`);
    const settings = {
      Port: port,
      ListenAddress: "127.0.0.1",
      HostKey: file("host-key", this.hostKey.private),
      PidFile: "none",
      UsePAM: "no",
      StrictModes: "no",
      PermitRootLogin: "yes",
      PasswordAuthentication: "no",
      KbdInteractiveAuthentication: "no",
      AuthorizedKeysFile: file("authorized-keys", this.userKey.public),
      Subsystem: `sftp ${this.filesServer}`,
      ForceCommand: shell.map((word) => `'${word}'`).join(" "),
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
    makeJail();
    this.#process = spawn(this.#program, ["-D", "-e", "-f", file("settings", `${lines.join("\n")}\n`)], {
      env: { ...process.env, ...this.#lists },
      stdio: ["ignore", "ignore", "pipe"],
    });
    await this.#listening();
    return port;
  }

  async #listening(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      const lines = createInterface({ input: this.#process!.stderr! });
      lines.on("line", (line) => {
        this.#log.push(line);
        if (line.startsWith("Accepted ")) this.connections++;
        if (line.startsWith("Server listening")) resolve();
      });
      lines.on("close", () => reject(new Error(`sshd ended:\n${this.#log.join("\n")}`)));
    });
    await ready;
  }

  async stop(): Promise<void> {
    const server = this.#process;
    if (!server) return;
    if (server.exitCode === null) {
      const ended = once(server, "exit");
      server.kill();
      await ended;
    }
  }
}

/** Who runs this may have no name, in a container. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "deployer";
  }
}

function findProgram(): string {
  const found = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "sshd"))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (!found) throw new Error("there is no sshd on PATH: npm test brings one");
  // It starts itself again for each connection, which takes an absolute path.
  return realpathSync(found);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The server asks for it where root runs it. It stays: the server of another test, in another process, may need it. */
function makeJail(): void {
  if (process.getuid!() === 0) mkdirSync(JAIL, { mode: 0o755, recursive: true });
}
