import { randomBytes } from "node:crypto";
import {
  Secret,
  UNKNOWN,
  emulatedTypes,
  diffProperties,
  type DiffRequest,
  type DiffResult,
  type PackageSchema,
  type PropertyMap,
  type ResourceProviderImplementation,
} from "../provider";
import type { CommandType } from "./command-type";
import { copyToRemote } from "./copy-to-remote";
import { localCommand } from "./local-command";
import { remoteCommand } from "./remote-command";
import schemas from "./schemas.generated.json";

const SCHEMA = schemas as unknown as PackageSchema;

/** The types that the sandbox emulates, by Pulumi's type token. */
const COMMAND_TYPES: Readonly<Record<string, CommandType>> = {
  "command:local:Command": localCommand,
  "command:remote:Command": remoteCommand,
  "command:remote:CopyToRemote": copyToRemote,
};

const { typeOf, check } = emulatedTypes(SCHEMA, COMMAND_TYPES);

/** Real commands on real hosts over SSH, and on this computer, as the official provider runs them. */
export function commandProvider(): ResourceProviderImplementation {
  return {
    name: "command",
    schema: SCHEMA,
    configure: () => {},
    check,
    diff,
    create: async ({ type: token, name, inputs, preview, signal }) => {
      const type = typeOf(token);
      if (preview) return { id: "", outputs: { ...computed(token), ...inputs } };
      return { id: `${name}${randomBytes(4).toString("hex")}`, outputs: await type.create(inputs, signal) };
    },
    read: async ({ type: token, id, inputs, state }) => {
      if (Object.keys(state).length === 0) throw new Error(`${token}: what ran once can't be imported`);
      return { id, inputs, outputs: concealed(state) };
    },
    update: async ({ type: token, news, state, preview, signal }) => {
      const type = typeOf(token);
      if (preview) return { outputs: { ...computed(token), ...news } };
      return { outputs: await type.update(news, state, signal) };
    },
    delete: ({ type: token, state, signal }) => typeOf(token).delete(state, signal),
    invoke: (token) => Promise.reject(new Error(`the sandbox does not emulate ${token} yet; emulated: no functions`)),
  };
}

/** A changed trigger replaces, and everything else runs again. */
function diff({ oldInputs, news }: DiffRequest): DiffResult {
  return { changes: diffProperties(oldInputs, news, (path) => /^triggers\b/.test(path)), deleteBeforeReplace: false };
}

/** What only a run brings. */
function computed(token: string): PropertyMap {
  const { outputs, properties } = SCHEMA.resources[token]!;
  return Object.fromEntries(outputs.filter((name) => !(name in properties)).map((name) => [name, UNKNOWN]));
}

/** The state's outputs as an answer: the engine took their marks away. */
function concealed(state: PropertyMap): PropertyMap {
  const printed = Object.entries(state).filter(([name]) => name === "stdout" || name === "stderr");
  return { ...state, ...Object.fromEntries(printed.map(([name, text]) => [name, new Secret(text!)])) };
}
