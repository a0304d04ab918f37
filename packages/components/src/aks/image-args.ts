import type { WindowsVersion } from "./workload-args";

/** What a Windows image is made of, below the program. */
export const WindowsBase = { Nanoserver: "nanoserver", Servercore: "servercore" } as const;
/** `nanoserver`: the small one, enough for a Go program · `servercore`: with most of Windows' libraries. */
export type WindowsBase = (typeof WindowsBase)[keyof typeof WindowsBase];

/** Arguments of {@link WindowsImage}. */
export interface WindowsImageArgs {
  /** Name of the program in the image: that of the service. */
  name: string;
  /** Semantic version, which becomes the tag. */
  version: string;
  /** Registry and repository, such as `orders.azurecr.io/orders`. */
  repository: string;
  /** TCP port that the service listens on. */
  port: number;
  /**
   * The Windows of the nodes.
   * @default "ltsc2022"
   */
  windowsVersion?: WindowsVersion;
  /** @default "nanoserver" */
  base?: WindowsBase;
  /**
   * The image with Go that builds it.
   * @default "golang:1.26"
   */
  goImage?: string;
  /**
   * The package of the program, below the folder of the build.
   * @default "."
   */
  package?: string;
  /**
   * A string variable that gets the version, such as `main.version`.
   * @default none
   */
  versionVariable?: string;
}
