import { connect, type Socket } from "node:net";

/** How a front end carries one client's flow to one machine. */
export interface FlowOptions {
  client: Socket;
  address: string;
  port: number;
  idleTimeoutMs: number;
  /** Whether both ends hear of an idle time-out by a reset. */
  resetOnIdle: boolean;
  /** Whether the machine has power; without it nothing is answered and nothing is reset. */
  powered: () => boolean;
}

/** How long a client waits for a machine that doesn't answer at all: the connect time-out of Windows (3 + 6 + 12 s). */
const SILENCE_MS = 21_000;

/** Time a dropped flow's client gets to close its side before its socket is destroyed. */
const CLOSE_MS = 1_000;

const DEFAULT_SOURCE = "127.0.0.1";

/** Carries a flow to its end. It ends as its ends do: a half-close stays a half-close, a reset a reset. */
export function carry(options: FlowOptions): void {
  const { client, address, port, idleTimeoutMs, resetOnIdle, powered } = options;
  if (!powered()) {
    fallSilent(client);
    return;
  }
  const machine = connect({ host: address, port, allowHalfOpen: true, noDelay: true, ...sourceOf(client) });
  client.setNoDelay(true);
  client.pipe(machine);
  machine.pipe(client, { end: false });

  let over = false;
  const finish = (how: () => void) => {
    if (over) return;
    over = true;
    client.unpipe();
    machine.unpipe();
    how();
  };
  const machineLost = () => finish(() => (powered() ? reset(client) : fallSilent(client)));

  client.on("error", () => finish(() => reset(machine)));
  client.on("close", () => {
    // What the client sent before it closed still goes to the machine.
    if (machine.writableEnded && !over) machine.setTimeout(idleTimeoutMs, () => machine.destroy());
    else machine.destroy();
  });
  machine.on("error", machineLost);
  machine.on("end", () => {
    if (!powered()) machineLost();
    else if (!over) client.end();
  });
  machine.on("close", () => {
    if (!client.writableEnded) machineLost();
  });
  client.setTimeout(idleTimeoutMs, () =>
    finish(() => (resetOnIdle ? reset(client, machine) : forget(client, machine))),
  );
}

/** Answers nothing, and gives up when a client of a silent machine would. */
function fallSilent(client: Socket): void {
  client.resume();
  client.setTimeout(0);
  const timer = setTimeout(() => reset(client), SILENCE_MS);
  client.once("close", () => clearTimeout(timer));
}

/** Closes without an answer what a firewall would drop: the client learns it at once instead of after its time-out. */
export function drop(client: Socket): void {
  client.resume();
  client.end();
  const timer = setTimeout(() => client.destroy(), CLOSE_MS);
  client.once("close", () => clearTimeout(timer));
}

/** Ends sockets by a reset. */
export function reset(...sockets: Socket[]): void {
  for (const socket of sockets) if (!socket.destroyed) socket.resetAndDestroy();
}

/** An idle flow without TCP reset is forgotten silently: who uses it again gets a reset, as for an unknown flow. */
function forget(client: Socket, machine: Socket): void {
  for (const side of [client, machine]) {
    side.once("data", () => reset(client, machine));
    side.once("end", () => reset(client, machine));
    side.resume();
  }
}

/** The balancer doesn't translate addresses: the machine sees the client's own. */
function sourceOf(client: Socket): { localAddress?: string } {
  const { remoteAddress } = client;
  // The kernel's own choice for loopback; naming it would take a port that no other connection could share.
  return remoteAddress === undefined || remoteAddress === DEFAULT_SOURCE ? {} : { localAddress: remoteAddress };
}
