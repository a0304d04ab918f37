import { examine, type EmittedResource, type Examination } from "./examine";
import { NOT_ARM } from "./operations";
import { programs, type Program } from "./programs";

/** What is examined of one program. */
export interface Examined {
  program: string;
  examinations: Examination[];
  /** Why the program could not be recorded; the other programs are examined nevertheless. */
  failure?: unknown;
}

let everything: Promise<Examined[]> | undefined;

/** Every resource that any of the programs declares, examined once for all the tests. */
export function examined(): Promise<Examined[]> {
  return (everything ??= examineAll());
}

async function examineAll(): Promise<Examined[]> {
  const all: Examined[] = [];
  for (const program of programs()) all.push(await examineProgram(program));
  return all;
}

async function examineProgram({ name, record }: Program): Promise<Examined> {
  try {
    const { resources } = await record();
    const bodies = resources.filter(({ type }) => type.startsWith("azure-native:") && !(type in NOT_ARM));
    return { program: name, examinations: await Promise.all(bodies.map(examine)) };
  } catch (failure) {
    return { program: name, examinations: [], failure };
  }
}

/** One body of each type: the largest, so that a change somewhere in it means most. */
export async function largestBodies(): Promise<EmittedResource[]> {
  const largest = new Map<string, Examination>();
  for (const examination of (await examined()).flatMap(({ examinations }) => examinations)) {
    const { type } = examination.resource;
    if (examination.leaves.length > (largest.get(type)?.leaves.length ?? -1)) largest.set(type, examination);
  }
  return [...largest.values()].map(({ resource }) => resource);
}

export async function largestBody(type: string): Promise<EmittedResource> {
  const body = (await largestBodies()).find((resource) => resource.type === type);
  if (!body) throw new Error(`No program emits a ${type}.`);
  return structuredClone({ type, name: body.name, inputs: body.inputs });
}
