import type { MachineStatus } from "../../data-plane";
import { ControlPlane, type ControlPlaneOptions } from "../control-plane";
import type { ClusterModel } from "./cluster-model";
import { ClusterNodes } from "./cluster-nodes";
import { SECRET_PROVIDER_CLASS_DEFINITION } from "./secret-provider-class";
import { ServiceAddresses } from "./service-addresses";
import { SubnetAddresses } from "./subnet-addresses";

export type ClusterOptions = Pick<ControlPlaneOptions, "folder" | "address" | "programs" | "log">;

/** One cluster on AKS: a real API server, with the nodes that its pools declare. */
export class Cluster {
  readonly #plane: ControlPlane;
  readonly #nodes: ClusterNodes;
  readonly #services: ServiceAddresses;
  readonly #ending = new AbortController();
  #model: ClusterModel;
  #started: Promise<void> | undefined;

  constructor(model: ClusterModel, options: ClusterOptions) {
    const { fqdn, issuer, podCidr, serviceCidr } = model;
    this.#model = model;
    const plane = new ControlPlane({ ...options, name: fqdn, issuer, podCidr, serviceCidr });
    this.#plane = plane;
    const addresses = new SubnetAddresses();
    this.#nodes = new ClusterNodes(plane, addresses);
    this.#services = new ServiceAddresses(
      plane.api,
      addresses,
      () => this.#model.pools[0]!.subnet,
      (line) => options.log(`${fqdn}: ${line}`),
    );
  }

  get id(): string {
    return this.#model.id;
  }

  get server(): string {
    return this.#plane.server;
  }

  /** File for kubectl, of the administrator. */
  get kubeconfig(): string {
    return this.#plane.kubeconfig;
  }

  get authority(): string {
    return this.#plane.authority;
  }

  get token(): string {
    return this.#plane.token;
  }

  /** Brings the cluster to what is declared. @throws Error when its programs or nodes don't come up */
  async put(model: ClusterModel): Promise<void> {
    this.#model = model;
    this.#started ??= this.#start().catch(async (error: unknown) => {
      this.#started = undefined;
      await this.#plane.stop();
      throw error;
    });
    await this.#started;
    if (model.hasSecretsDriver) await this.#defineSecretProviderClass();
    await this.#nodes.put(model);
  }

  nodes(): MachineStatus[] {
    return this.#nodes.statuses();
  }

  hasNode(name: string): boolean {
    return this.#nodes.has(name);
  }

  setPower(node: string, on: boolean): Promise<void> {
    return this.#nodes.setPower(node, on);
  }

  logs(): { name: string; file: string }[] {
    return [{ name: "kwok", file: this.#plane.logOf("kwok") }];
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#started?.catch(() => undefined);
    await this.#plane.stop();
  }

  async #start(): Promise<void> {
    await this.#plane.start(this.#ending.signal);
    await this.#services.watch(this.#ending.signal);
    await this.#nodes.watch(this.#ending.signal);
  }

  async #defineSecretProviderClass(): Promise<void> {
    const { api } = this.#plane;
    const { name } = SECRET_PROVIDER_CLASS_DEFINITION.metadata;
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
    const query = "fieldManager=aks&force=true";
    await api.expect("PATCH", `${path}?${query}`, SECRET_PROVIDER_CLASS_DEFINITION, "application/apply-patch+yaml");
    await this.#plane.until("secrets in volumes can be declared", 30, async () => {
      return (await api.call("GET", "/apis/secrets-store.csi.x-k8s.io/v1/secretproviderclasses")).status === 200;
    });
  }
}
