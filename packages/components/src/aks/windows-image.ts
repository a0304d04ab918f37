import * as pulumi from "@pulumi/pulumi";
import { buildCommand, dockerfile, dockerignore, imageReference, resolveWindowsImage } from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { withName } from "../common/resource-names";
import type { WindowsImageArgs } from "./image-args";

/**
 * How a Go service becomes an image for Windows nodes: texts to build it with, and its address. Whoever has BuildKit
 * builds it on any system; the component itself builds nothing.
 *
 * @example
 * ```ts
 * const image = new WindowsImage("orders", { name: "orders", version: "1.4.2", repository: "orders.azurecr.io/orders", port: 8080 });
 * export const { dockerfile, dockerignore, buildCommand } = image;
 * ```
 * @throws InvalidArgumentsError with every finding
 */
export class WindowsImage extends pulumi.ComponentResource {
  /** The text of the Dockerfile. */
  public readonly dockerfile: pulumi.Output<string>;
  /** The text of the .dockerignore beside it. */
  public readonly dockerignore: pulumi.Output<string>;
  /** What builds and pushes it, from the folder with both files and go.mod. */
  public readonly buildCommand: pulumi.Output<string>;
  /** The image, for `service.image`. */
  public readonly reference: pulumi.Output<string>;

  constructor(name: string, args: WindowsImageArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `WindowsImage "${name}"`,
      withName(name, resolveWindowsImage(args), () => []),
    );
    super("windows-ha:index:WindowsImage", name, { factsVersion: 1, ...spec }, opts);

    this.dockerfile = pulumi.output(dockerfile(spec));
    this.dockerignore = pulumi.output(dockerignore());
    this.buildCommand = pulumi.output(buildCommand(spec).join(" "));
    this.reference = pulumi.output(imageReference(spec));
    this.registerOutputs({
      dockerfile: this.dockerfile,
      dockerignore: this.dockerignore,
      buildCommand: this.buildCommand,
      reference: this.reference,
    });
  }
}
