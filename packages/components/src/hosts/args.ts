import type * as pulumi from "@pulumi/pulumi";
import type { ProbeTimingArgs } from "../load-balancer/args";
import type { ServiceArgs } from "../service-install/args";

/** A Windows host that exists already and is reached over SSH. */
export interface HostArgs {
  /**
   * What the host is called here: 1 to 63 letters, digits and hyphens. It stays when the address changes; another name
   * is another host, so the service is removed by the old one after it was installed by the new one.
   */
  name: string;
  /** Host name or IP address, as the computer that runs the deployment sees it. */
  address: pulumi.Input<string>;
  /**
   * Port of the SSH server, 1 to 65535.
   * @default 22
   */
  port?: number;
  /** An administrator of the host. */
  user: pulumi.Input<string>;
  /** Text of the user's private key, such as `config.requireSecret("deployKey")`; kept as a secret. */
  privateKey: pulumi.Input<string>;
  /**
   * What the private key is encrypted with; kept as a secret.
   * @default the key isn't encrypted
   */
  privateKeyPassword?: pulumi.Input<string>;
  /**
   * The key that the host must show, such as `ssh-ed25519 AAAAC3Nz…`: a line of `ssh-keyscan` without the host's name,
   * compared with the file on the host. Nothing is sent to a host that shows another one.
   */
  hostKey: pulumi.Input<string>;
}

/** Arguments of {@link HostInstall}. */
export interface HostInstallArgs {
  /** The hosts, 1 to 200, in the order in which they are changed. */
  hosts: HostArgs[];
  /**
   * The service. An artifact that is a `path` is copied to the hosts; one with `url` and `sha256` is downloaded by them.
   * Secrets and TLS need an Azure identity on the hosts.
   */
  service: ServiceArgs;
  /**
   * The `windows-ha-agent` program for windows/amd64, absolute or relative to the folder that Pulumi runs the program in.
   * @default the one of `@windows-ha/agent`
   */
  agentPath?: string;
  /** The probe of the balancer in front of the hosts, from which the drain time follows. */
  probe?: ProbeTimingArgs;
  /**
   * Hosts that are changed at the same time, fewer than there are; the next ones wait until these serve.
   * @default 1
   */
  atOnce?: number;
}
