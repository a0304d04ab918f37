import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { StackResource } from "@windows-ha/spec";
import type { Terminal } from "../terminal";

interface ResourceDocument {
  urn: string;
  type: string;
  id?: string;
  /** A former instance that a replacement hasn't deleted yet. */
  delete?: boolean;
  inputs?: Record<string, unknown>;
  propertyDependencies?: Record<string, string[]>;
}

/** What `pulumi stack export` and `pulumi preview --json` print, as far as it is read here. */
interface StackDocument {
  deployment?: { resources?: ResourceDocument[] };
  steps?: { op: string; urn: string; newState?: ResourceDocument }[];
}

/** The resources of an exported state, changed by a preview: either of them, or both. */
export function readStack(files: { state?: string; preview?: string }, terminal: Terminal): StackResource[] {
  const resources = new Map<string, StackResource>();
  if (files.state !== undefined) {
    const { deployment } = readDocument(files.state, terminal);
    if (!deployment) throw wrongDocument(files.state, "deployment", "pulumi stack export");
    for (const resource of deployment.resources ?? []) {
      if (!resource.delete) resources.set(resource.urn, stackResource(resource));
    }
  }
  if (files.preview !== undefined) {
    const { steps } = readDocument(files.preview, terminal);
    if (!steps) throw wrongDocument(files.preview, "steps", "pulumi preview --json");
    for (const { op, urn, newState } of steps) {
      if (newState) resources.set(urn, { ...keptId(op, resources.get(urn)), ...stackResource(newState) });
      else if (op === "delete") resources.delete(urn);
    }
  }
  return [...resources.values()];
}

/** A preview leaves the id out even where it stays: a resource keeps it unless it is created or replaced. */
function keptId(op: string, former: StackResource | undefined): { id?: string } {
  return former?.id !== undefined && ["update", "same", "refresh"].includes(op) ? { id: former.id } : {};
}

function stackResource({ urn, type, id, inputs = {}, propertyDependencies = {} }: ResourceDocument): StackResource {
  return { urn, type, ...(id ? { id } : {}), inputs, propertyDependencies };
}

function readDocument(file: string, { cwd }: Terminal): StackDocument {
  const path = resolve(cwd, file);
  try {
    const document = JSON.parse(readFileSync(path, "utf8")) as StackDocument | null;
    return document ?? {};
  } catch (error) {
    throw new Error(`${path} can't be read as JSON: ${(error as Error).message}`, { cause: error });
  }
}

function wrongDocument(file: string, property: string, command: string): Error {
  return new Error(`${file} has no ${property}: it isn't what \`${command}\` prints. Run \`${command} > ${file}\``);
}
