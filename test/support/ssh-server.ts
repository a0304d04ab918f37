import { spawn } from "node:child_process";
import { closeSync, constants, fstatSync, mkdirSync, openSync, statSync, writeSync, type Stats } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import type * as Ssh2 from "ssh2";

/** The very library that the sandbox speaks. */
const ssh2 = createRequire(require.resolve("@windows-ha/sandbox/package.json"))("ssh2") as typeof Ssh2;

export interface KeyPair {
  private: string;
  public: string;
}

/** An ed25519 key. ssh2 1.17 can't read one in some hundred that it makes itself. */
export function keyPair(): KeyPair {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync("ed25519");
    if (!(ssh2.utils.parseKey(made.private) instanceof Error)) return made;
  }
}

/**
 * An SSH server on loopback that runs commands with a shell of this computer and writes its files. It takes one user:
 * `deployer`, by password or by key.
 */
export class SshServer {
  readonly hostKey = keyPair();
  /** Of other kinds, as a real server has them. */
  readonly #otherHostKey = ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 });
  readonly userKey = keyPair();
  readonly password = "canary-4711";
  /** How many clients got in, and what they ran. */
  connections = 0;
  readonly commands: string[] = [];
  /** Clients that are sent away before the others are taken. */
  turnAway = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server = new ssh2.Server({ hostKeys: [this.#otherHostKey.private, this.hostKey.private] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (attempt) => (this.#knows(attempt) ? attempt.accept() : attempt.reject()));
    client.on("ready", () => {
      this.connections++;
      client.on("session", (accept) => this.#session(accept()));
      client.on("tcpip", (accept, _reject, { destIP, destPort }) => {
        const through = accept();
        const target = connect(destPort, destIP);
        target.on("error", () => through.end());
        through.pipe(target).pipe(through);
      });
    });
  });

  async start(): Promise<number> {
    // What a listening socket hands over can be looked at before the protocol begins.
    const inner = (this.#server as unknown as { _srv: NodeJS.EventEmitter })._srv;
    inner.prependListener("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      if (this.turnAway > 0) {
        this.turnAway--;
        socket.destroy();
      }
    });
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #knows(attempt: Ssh2.AuthContext): boolean {
    if (attempt.username !== "deployer") return false;
    if (attempt.method === "password") return attempt.password === this.password;
    if (attempt.method !== "publickey") return false;
    const known = ssh2.utils.parseKey(this.userKey.public) as Ssh2.ParsedKey;
    if (!attempt.key.data.equals(known.getPublicSSH())) return false;
    return !attempt.signature || known.verify(attempt.blob!, attempt.signature, attempt.hashAlgo) === true;
  }

  #session(session: Ssh2.Session): void {
    const environment: Record<string, string> = {};
    session.on("env", (accept, _reject, { key, val }) => {
      environment[key] = val;
      accept?.();
    });
    session.on("exec", (accept, _reject, { command }) => {
      this.commands.push(command);
      const channel = accept();
      const child = spawn("/bin/sh", ["-c", command], { env: { PATH: process.env["PATH"], ...environment } });
      child.stdin.on("error", () => {});
      channel.pipe(child.stdin);
      child.stdout.pipe(channel, { end: false });
      child.stderr.pipe(channel.stderr, { end: false });
      child.on("close", (code, signal) => {
        if (code === null) channel.exit(signal!.slice("SIG".length));
        else channel.exit(code);
        channel.end();
      });
      channel.on("close", () => child.kill());
    });
    session.on("sftp", (accept) => serveFiles(accept()));
  }
}

const { STATUS_CODE } = ssh2.utils.sftp;

/** The part of SFTP that writes files. */
function serveFiles(sftp: Ssh2.SFTPWrapper): void {
  const attributes = ({ mode, size, uid, gid }: Stats): Ssh2.Attributes => ({
    mode,
    size,
    uid,
    gid,
    atime: 0,
    mtime: 0,
  });
  const numberOf = (handle: Buffer): number => handle.readUInt32BE(0);
  const answer = (id: number, work: () => void): void => {
    try {
      work();
    } catch (error) {
      // As OpenSSH's server says it.
      const missing = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code!);
      sftp.status(id, missing ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
    }
  };
  sftp.on("OPEN", (id, path) =>
    answer(id, () => {
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC));
      sftp.handle(id, handle);
    }),
  );
  sftp.on("WRITE", (id, handle, offset, data) =>
    answer(id, () => {
      writeSync(numberOf(handle), data, 0, data.length, offset);
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on("CLOSE", (id, handle) =>
    answer(id, () => {
      closeSync(numberOf(handle));
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on("FSTAT", (id, handle) => answer(id, () => sftp.attrs(id, attributes(fstatSync(numberOf(handle))))));
  sftp.on("STAT", (id, path) => answer(id, () => sftp.attrs(id, attributes(statSync(path)))));
  sftp.on("MKDIR", (id, path) =>
    answer(id, () => {
      mkdirSync(path);
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
}
