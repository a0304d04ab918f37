import * as pulumi from "@pulumi/pulumi";
import { outputInternals } from "./sdk-internals";

/** An output's value and what is known about it. */
export interface OutputState<T> {
  /** Undefined if not known. */
  value: T | undefined;
  /** False for what a preview can't know. */
  known: boolean;
  secret: boolean;
}

/**
 * Resolves an output. An `Output` is not thenable: `await output.apply(check)` goes on before `check` has run, so a
 * test that does it passes whatever the value is.
 *
 * @throws what the output was rejected with.
 * @example expect(await promiseOf(cluster.url)).to.deep.equal({ value: "http://10.0.0.4", known: true, secret: false });
 */
export async function promiseOf<T>(output: pulumi.Input<T>): Promise<OutputState<T>> {
  const resolved = outputInternals(pulumi.output(output) as pulumi.Output<T>);
  const [value, known, secret] = await Promise.all([resolved.promise(), resolved.isKnown, resolved.isSecret]);
  return { value: known ? value : undefined, known, secret };
}
