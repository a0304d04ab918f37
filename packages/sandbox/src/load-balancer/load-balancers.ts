import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ResourceStore } from "../azure/resource-store";
import type { FrontEndStatus } from "../data-plane";
import { NetworkView, type RefusedFlow } from "../firewall";
import { poolInterface, type BackEndMachines } from "./back-end";
import { direct } from "./direct";
import { Endpoints } from "./endpoints";
import { carry, drop, reset } from "./flow";
import { FrontEndListener } from "./front-end";
import { balancingRules, type BalancingRule } from "./rules";
import { SparingLog } from "./sparing-log";

export interface LoadBalancersOptions {
  store: ResourceStore;
  machines: BackEndMachines;
  /**
   * Whether a probe's answer other than 200 takes a machine out without waiting for the threshold: Azure's documents
   * disagree.
   */
  non200AtOnce: boolean;
  log: (message: string) => void;
  /** Told of every flow that a firewall refuses. */
  refused?: (flow: RefusedFlow) => void;
}

interface FrontEnd {
  rule: BalancingRule;
  /** Missing when what is declared can't be done here. */
  listener?: FrontEndListener;
}

/** How long until a front end that can't listen tries again. */
const RETRY_MS = 5_000;

/** Listens at every front end of every load balancer that the store holds, and follows the store's changes. */
export class LoadBalancers {
  /** By `<address>:<port>`, or by the rule's name where nothing can listen. */
  #frontEnds = new Map<string, FrontEnd>();
  #work: Promise<void> = Promise.resolve();
  #scheduled = false;
  #running = false;
  #retry: NodeJS.Timeout | undefined;
  readonly #network: NetworkView;
  readonly #endpoints: Endpoints;
  readonly #flowLog: SparingLog;
  readonly #onChange = () => this.changed();

  constructor(private readonly options: LoadBalancersOptions) {
    this.#network = new NetworkView(options.store);
    this.#endpoints = new Endpoints({ ...options, network: this.#network });
    this.#flowLog = new SparingLog(options.log);
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.options.store.on("changed", this.#onChange);
    this.changed();
    await this.settled();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.options.store.off("changed", this.#onChange);
    await this.settled();
    clearTimeout(this.#retry);
    this.#endpoints.reconcile([]);
    await Promise.all([...this.#frontEnds.values()].flatMap(({ listener }) => (listener ? [listener.close()] : [])));
    this.#frontEnds.clear();
  }

  /** Something declared or a machine changed. Many changes in one turn are one piece of work. */
  changed(): void {
    if (this.#scheduled || !this.#running) return;
    this.#scheduled = true;
    this.#work = this.#work
      .then(() => nextTurn())
      .then(() => {
        this.#scheduled = false;
        return this.#running ? this.#reconcile() : undefined;
      })
      .catch((error: unknown) => this.options.log(`load balancer: ${String(error)}`));
  }

  /** Resolves when all changes so far are in effect. */
  settled(): Promise<void> {
    return this.#work;
  }

  status(): FrontEndStatus[] {
    return [...this.#frontEnds.values()].map(({ rule, listener }) => {
      const error = listener ? listener.error : whyNot(rule);
      return {
        loadBalancer: rule.loadBalancer,
        rule: rule.name,
        address: rule.frontEnd.address,
        port: rule.frontEnd.port,
        ...(error === undefined ? {} : { error }),
        backEnds: this.options
          .machines()
          .filter((machine) => poolInterface(machine, rule.pools))
          .map((machine) => ({
            machine: machine.name,
            address: machine.address,
            port: rule.backEndPort,
            state: this.#endpoints.state(rule, machine),
          })),
      };
    });
  }

  async #reconcile(): Promise<void> {
    const before = this.#frontEnds;
    const after = new Map<string, FrontEnd>();
    for (const rule of balancingRules(this.options.store)) {
      const place = `${rule.frontEnd.address}:${rule.frontEnd.port}`;
      const holder = after.get(place)?.rule;
      if (holder) rule.problems.push(`${place} already belongs to the rule ${holder.name} of ${holder.loadBalancer}`);
      if (whyNot(rule)) after.set(`${rule.loadBalancer}/${rule.name}`, { rule });
      else after.set(place, { rule, listener: before.get(place)?.listener ?? this.#listenerFor(rule) });
    }
    this.#frontEnds = after;
    this.#endpoints.reconcile([...after.values()].flatMap(({ rule, listener }) => (listener ? [rule] : [])));
    for (const [place, { listener }] of before) {
      if (listener && after.get(place)?.listener !== listener) await listener.close();
    }
    await Promise.all([...after.values()].map((frontEnd) => this.#listen(frontEnd, before)));
    this.#retryLater();
  }

  #listenerFor(rule: BalancingRule): FrontEndListener {
    const { address, port } = rule.frontEnd;
    return new FrontEndListener(address, port, (client) => this.#accept(client, `${address}:${port}`));
  }

  async #listen({ rule, listener }: FrontEnd, before: Map<string, FrontEnd>): Promise<void> {
    const name = `${rule.loadBalancer}/${rule.name}`;
    const place = `${rule.frontEnd.address}:${rule.frontEnd.port}`;
    if (!listener) {
      if (!before.has(name)) this.options.log(`${name} doesn't listen: ${whyNot(rule)}`);
    } else if (!listener.listening) {
      const former = listener.error;
      await listener.listen();
      if (listener.error === undefined) this.options.log(`${name} listens on ${place}`);
      else if (listener.error !== former) this.options.log(`${name} can't listen: ${listener.error}`);
    }
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    const failed = [...this.#frontEnds.values()].some(({ listener }) => listener && !listener.listening);
    if (failed) this.#retry = setTimeout(() => this.changed(), RETRY_MS).unref();
  }

  #accept(client: Socket, place: string): void {
    const rule = this.#frontEnds.get(place)?.rule;
    if (!rule || client.remoteAddress === undefined) {
      client.destroy();
      return;
    }
    const { machines } = this.options;
    const isUp = (machine: Parameters<Endpoints["state"]>[1]) => this.#endpoints.state(rule, machine) === "up";
    const direction = direct(client, rule, machines(), this.#network, isUp);
    if ("refused" in direction) {
      this.#flowLog.write(`${rule.loadBalancer}/${rule.name} refuses flows: ${direction.refused}`);
      reset(client);
    } else if ("dropped" in direction) {
      const { flow, machine, by } = direction.dropped;
      this.#flowLog.write(`firewall drops ${flow.source} to ${machine}:${flow.destinationPort} by ${by}`);
      this.options.refused?.(direction.dropped);
      drop(client);
    } else {
      const { name, address, boot } = direction.to;
      carry({
        client,
        address,
        port: rule.backEndPort,
        idleTimeoutMs: rule.idleTimeoutMs,
        resetOnIdle: rule.resetOnIdle,
        powered: () => machines().some((machine) => machine.name === name && machine.powered && machine.boot === boot),
      });
    }
  }
}

/** Why nothing can listen for a rule, whatever the state of this computer. */
function whyNot(rule: BalancingRule): string | undefined {
  const { address } = rule.frontEnd;
  if (rule.problems.length > 0) return rule.problems.join("; ");
  if (address === "") return "its front end has no address yet";
  if (!address.startsWith("127.")) return `its front end's address ${address} isn't one that the sandbox gave`;
  return undefined;
}
