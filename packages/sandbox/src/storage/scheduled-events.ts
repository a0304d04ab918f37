import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** An event as Azure's metadata service announces it. */
export interface ScheduledEvent {
  EventId: string;
  EventType: "Terminate";
  ResourceType: "VirtualMachine";
  Resources: string[];
  EventStatus: "Scheduled" | "Started";
  /** RFC 1123; empty once it has started. */
  NotBefore: string;
  Description: string;
  EventSource: "User" | "Platform";
  /** -1: the interruption has no end, or an unknown one. */
  DurationInSeconds: number;
}

/** Azure switches the events off again for machines that don't ask for so long. */
const ENABLED_FOR_MS = 24 * 60 * 60_000;

/** What Azure announces to one machine, and whether the machine lets it begin. */
export class ScheduledEvents {
  #incarnation = 1;
  #events: ScheduledEvent[] = [];
  #approvals = new Map<string, AbortController>();
  #askedAt: number | undefined;

  constructor(private readonly machine: string) {}

  /** Whether the machine has asked: the first question switches its events on. */
  get enabled(): boolean {
    return this.#askedAt !== undefined && Date.now() - this.#askedAt < ENABLED_FOR_MS;
  }

  document(): { DocumentIncarnation: number; Events: ScheduledEvent[] } {
    this.#askedAt = Date.now();
    return { DocumentIncarnation: this.#incarnation, Events: this.#events };
  }

  /** @returns whether there is such an event */
  approve(id: string): boolean {
    const approval = this.#approvals.get(id);
    approval?.abort();
    return approval !== undefined;
  }

  /** Announces the machine's deletion. Resolves when the machine approves it, when its time has come, or at `end`. */
  async terminate(noticeMs: number, end: AbortSignal): Promise<"approved" | "timed out" | "ended"> {
    const approval = new AbortController();
    const event: ScheduledEvent = {
      EventId: randomUUID().toUpperCase(),
      EventType: "Terminate",
      ResourceType: "VirtualMachine",
      Resources: [this.machine],
      EventStatus: "Scheduled",
      NotBefore: new Date(Date.now() + noticeMs).toUTCString(),
      Description: "The virtual machine is being deleted.",
      EventSource: "User",
      DurationInSeconds: -1,
    };
    this.#approvals.set(event.EventId, approval);
    this.#change([...this.#events, event]);
    const timedOut = await sleep(noticeMs, true, {
      signal: AbortSignal.any([approval.signal, end]),
    }).catch(() => false);
    this.#approvals.delete(event.EventId);
    const started: ScheduledEvent = {
      ...event,
      EventStatus: "Started",
      NotBefore: "",
    };
    this.#change(this.#events.map((other) => (other === event ? started : other)));
    return approval.signal.aborted ? "approved" : timedOut ? "timed out" : "ended";
  }

  #change(events: ScheduledEvent[]): void {
    this.#events = events;
    this.#incarnation++;
  }
}
