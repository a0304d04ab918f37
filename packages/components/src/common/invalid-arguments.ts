import * as pulumi from "@pulumi/pulumi";
import { formatFindings, type Finding, type Resolved } from "@windows-ha/spec";

/**
 * Everything that is wrong with a component's arguments, in one error.
 *
 * In a program it is a `ResourceError` without stack. Behind a provider plugin (YAML, Python, Go, .NET) Pulumi knows it
 * as an `InputPropertiesError` and prints its message as it stands.
 */
export class InvalidArgumentsError extends pulumi.ResourceError {
  /** What was found, for programs that want to look at it. */
  readonly findings: readonly Finding[];
  /** Always empty: for each path that stands here Pulumi prints the value as well, and a secret in clear. */
  readonly errors: readonly { propertyPath: string; reason: string }[] = [];
  /** Pulumi's mark of an `InputPropertiesError`. */
  readonly __pulumiInputPropertiesError = true;

  /**
   * @param subject the component, in words
   * @param late for values that were known only during the deployment: the component, and what has not happened
   */
  constructor(subject: string, findings: readonly Finding[], late?: { resource: pulumi.Resource; outcome: string }) {
    // Arguments that are known are checked before the component exists, so that nothing of it gets into the state.
    super(formatFindings(subject, findings, late?.outcome), late?.resource, true);
    this.name = "InvalidArgumentsError";
    this.findings = findings;
  }
}

/** The specification, or one error with every finding. */
export function specOrFail<Spec>(subject: string, resolved: Resolved<Spec>): Spec {
  if (resolved.spec === undefined) throw new InvalidArgumentsError(subject, resolved.findings);
  return resolved.spec;
}
