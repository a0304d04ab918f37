import { randomBytes } from "node:crypto";
import { hash } from "bcryptjs";
import { Secret, type PropertyMap } from "../provider";
import { checkRandomText, completed, randomText, type RandomTextInputs } from "./random-text";

export interface RandomResourceType {
  /** What the provider refuses, each sentence beginning with the property's path. */
  check(inputs: PropertyMap): string[];
  generate(inputs: PropertyMap): Promise<{ id: string; outputs: PropertyMap }>;
  /** The resource that an imported id stands for. */
  restore(id: string): Promise<{ id: string; inputs: PropertyMap; outputs: PropertyMap }>;
}

/** bcrypt's cost, as the provider has it. */
const BCRYPT_COST = 10;

async function passwordOutputs(inputs: RandomTextInputs, password: string): Promise<PropertyMap> {
  return {
    ...inputs,
    ...completed(inputs),
    result: new Secret(password),
    bcryptHash: new Secret(await hash(password, BCRYPT_COST)),
  };
}

const randomPassword: RandomResourceType = {
  check: (inputs) => checkRandomText(inputs as unknown as RandomTextInputs),
  async generate(given) {
    const inputs = given as unknown as RandomTextInputs;
    return { id: "none", outputs: await passwordOutputs(inputs, randomText(inputs)) };
  },
  async restore(password) {
    const inputs = { length: password.length };
    return { id: "none", inputs, outputs: await passwordOutputs(inputs, password) };
  },
};

const randomString: RandomResourceType = {
  check: (inputs) => checkRandomText(inputs as unknown as RandomTextInputs),
  async generate(given) {
    const inputs = given as unknown as RandomTextInputs;
    const result = randomText(inputs);
    return { id: result, outputs: { ...inputs, ...completed(inputs), result } };
  },
  async restore(result) {
    const inputs = { length: result.length };
    return { id: result, inputs, outputs: { ...inputs, ...completed(inputs), result } };
  },
};

interface RandomIdInputs {
  byteLength: number;
  prefix?: string;
}

function idOutputs(bytes: Buffer, inputs: RandomIdInputs): PropertyMap {
  const { prefix = "" } = inputs;
  const hex = bytes.toString("hex");
  return {
    ...inputs,
    hex: prefix + hex,
    dec: prefix + BigInt(`0x${hex}`).toString(),
    b64Std: prefix + bytes.toString("base64"),
    b64Url: prefix + bytes.toString("base64url"),
  };
}

const randomId: RandomResourceType = {
  check: ({ byteLength }) =>
    Number.isInteger(byteLength) && (byteLength as number) >= 1
      ? []
      : [`byteLength: must be at least 1, is ${byteLength as number}`],
  async generate(given) {
    const inputs = given as unknown as RandomIdInputs;
    const bytes = randomBytes(inputs.byteLength);
    return { id: bytes.toString("base64url"), outputs: idOutputs(bytes, inputs) };
  },
  /** `<base64url>`, or `<prefix>,<base64url>`. */
  async restore(imported) {
    const separator = imported.lastIndexOf(",");
    const id = imported.slice(separator + 1);
    const bytes = Buffer.from(id, "base64url");
    const prefix = separator < 0 ? {} : { prefix: imported.slice(0, separator) };
    const inputs = { byteLength: bytes.length, ...prefix };
    return { id, inputs, outputs: idOutputs(bytes, inputs) };
  },
};

/** The types that the sandbox emulates, by Pulumi's type token. */
export const RANDOM_TYPES: Readonly<Record<string, RandomResourceType>> = {
  "random:index/randomId:RandomId": randomId,
  "random:index/randomPassword:RandomPassword": randomPassword,
  "random:index/randomString:RandomString": randomString,
};
