import { called, type ObjectAddress } from "./api-object";

/** What an API server says when it doesn't do what was asked. */
export interface Status {
  reason?: string;
  message?: string;
  details?: { kind?: string; name?: string; causes?: { reason?: string; message?: string; field?: string }[] };
}

/** How Kubernetes says it, of one kind or the other. */
const IMMUTABLE = /field is immutable|cannot change roleRef|may not change once set/;

/** An API server refused something. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly status: Status,
    address: ObjectAddress,
    server: string,
  ) {
    super(`${called(address)}: ${explained(code, status, server)}`);
    this.name = "Refusal";
  }

  /** Fields that a server never changes: the object has to be made anew. Undefined when that isn't the reason. */
  get immutableFields(): string[] | undefined {
    const causes = (this.status.details?.causes ?? []).filter(({ message = "" }) => IMMUTABLE.test(message));
    return this.code === 422 && causes.length > 0 ? causes.flatMap(({ field }) => field ?? []) : undefined;
  }

  /** Its namespace isn't there, or no kind of this name. */
  get isNowhere(): boolean {
    return this.code === 404;
  }
}

/** What to do about a refusal, by its reason. */
const HINTS: Readonly<Record<string, string>> = {
  Forbidden: "Whoever deploys needs a role in this cluster that allows it.",
  Unauthorized: "The kubeconfig's credential isn't taken: sign in anew, or renew it.",
};

/** What an API server quotes of places that may hold a secret, or of any place when it can't read it. */
const QUOTED: readonly RegExp[] = [
  /(\b(?:data|stringData|binaryData|annotations|env\[\d+\]\.value)\b[^:\s]*: Invalid value: )(?:"(?:[^"\\]|\\.)*"|\S+)/g,
  /(valueUnstructured\{Value:)(?:"(?:[^"\\]|\\.)*"|[^}]*)/g,
];

function withoutValues(message: string): string {
  return QUOTED.reduce((text, pattern) => text.replace(pattern, "$1[hidden]"), message);
}

function explained(code: number, status: Status, server: string): string {
  const { reason = String(code), message = "" } = status;
  if (reason === "Conflict") return conflict(status);
  const isNoKind = code === 404 && status.details?.name === undefined;
  const said = isNoKind
    ? "this cluster knows no such kind; what brings it (an add-on, a CustomResourceDefinition) has to be there first"
    : withoutValues(message.trim());
  return [`${server} refuses it (${reason}): ${said}`, HINTS[reason]].filter(Boolean).join(". ");
}

/** `conflict with "kubectl" using apps/v1` at `.spec.replicas` */
function conflict({ message = "", details }: Status): string {
  const fields = (details?.causes ?? []).map(({ field, message: who = "" }) => `${field} (${who})`);
  if (fields.length === 0) return message;
  return `others own fields that the program declares: ${fields.join(", ")}. Take them out of the program or name them in ignoreChanges; or take them over by the annotation pulumi.com/patchForce: "true".`;
}
