/* eslint-disable @typescript-eslint/no-require-imports -- an import would load the module with ours */
import type * as authorization from "@pulumi/azure-native/authorization";
import type * as containerservice from "@pulumi/azure-native/containerservice";
import type * as keyvault from "@pulumi/azure-native/keyvault";
import type * as monitor from "@pulumi/azure-native/monitor";
import type * as privatedns from "@pulumi/azure-native/privatedns";
import type * as storage from "@pulumi/azure-native/storage";
import type * as remote from "@pulumi/command/remote";
import type * as tls from "@pulumi/tls";

/**
 * Modules of Pulumi's SDKs that a cluster with the defaults doesn't need, each loaded with its first resource. Together
 * they would take about 10 ms of every program, more than all of our own components.
 */
export const onDemand = {
  get authorization() {
    return require("@pulumi/azure-native/authorization") as typeof authorization;
  },
  get containerservice() {
    return require("@pulumi/azure-native/containerservice") as typeof containerservice;
  },
  get keyvault() {
    return require("@pulumi/azure-native/keyvault") as typeof keyvault;
  },
  get monitor() {
    return require("@pulumi/azure-native/monitor") as typeof monitor;
  },
  get privatedns() {
    return require("@pulumi/azure-native/privatedns") as typeof privatedns;
  },
  get remote() {
    return require("@pulumi/command/remote") as typeof remote;
  },
  get storage() {
    return require("@pulumi/azure-native/storage") as typeof storage;
  },
  get tls() {
    return require("@pulumi/tls") as typeof tls;
  },
};
