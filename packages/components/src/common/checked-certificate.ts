import * as pulumi from "@pulumi/pulumi";
import { checkCertificate } from "@windows-ha/spec";
import { InvalidArgumentsError } from "./invalid-arguments";

/**
 * A certificate that another resource brings is looked at before it is kept.
 *
 * @param subject whose argument it is, such as `WindowsHaCluster "orders"`
 * @param outcome what didn't happen, such as "no machine was changed"
 */
export function checkedCertificate(
  value: pulumi.Input<string>,
  { subject, outcome, resource }: { subject: string; outcome: string; resource: pulumi.Resource },
): pulumi.Output<string> {
  return pulumi.secret(value).apply((pem) => {
    const findings = checkCertificate(pem);
    if (findings.length > 0) throw new InvalidArgumentsError(subject, findings, { resource, outcome });
    return pem;
  });
}
