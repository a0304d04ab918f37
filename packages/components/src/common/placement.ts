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
  /**
   * Tags of every resource that takes tags: at most 49, with names of 1 to 128 characters without `< > % & \ ? /` that
   * don't begin with microsoft, azure or windows, and values of at most 256 characters. New private DNS zones and secrets
   * in a vault take at most 15.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The placement alone, for a child. */
export function placementOf(args: PlacementArgs): PlacementArgs {
  return { resourceGroupName: args.resourceGroupName, location: args.location, tags: args.tags };
}
