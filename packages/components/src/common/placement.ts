import type * as pulumi from "@pulumi/pulumi";

/** Where a part is created, and how it is labelled. */
export interface PlacementArgs {
  /** Name of the resource group that holds the part. */
  resourceGroupName: pulumi.Input<string>;
  /**
   * Azure region, for example `westeurope`.
   * @default the `azure-native:location` of the stack's configuration
   */
  location?: pulumi.Input<string>;
  /** Tags of every resource that takes tags. Values of at most 256 characters. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The placement alone, for a child. */
export function placementOf(args: PlacementArgs): PlacementArgs {
  return { resourceGroupName: args.resourceGroupName, location: args.location, tags: args.tags };
}
