import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { expectWellFormed, Match, Template, type Recording } from "@windows-ha/testing";
import { OsDiskType, WindowsScaleSet, type WindowsScaleSetArgs } from "windows-ha";
import {
  bodyOf,
  inBothPasses,
  ipConfigurationOf,
  known,
  PLACE,
  profileOf,
  recordUpdate,
  SCALE_SET,
  TAGS,
  type Extension,
} from "./support";

const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const INSTALL = { fileUris: ["https://files.example.com/agent.exe"], commandToExecute: "agent.exe install" };
const ARGS: WindowsScaleSetArgs = {
  ...PLACE,
  subnetId: "/subnet",
  backendPoolIds: ["/lb/backendAddressPools/machines"],
  health: { port: 8080 },
  install: INSTALL,
  installSeconds: 210,
};
const create =
  (changes: Partial<WindowsScaleSetArgs> = {}) =>
  () =>
    new WindowsScaleSet("web", { ...ARGS, ...changes });
const extensionOf = (recording: Recording, name: string): Extension | undefined =>
  profileOf(recording).extensionProfile.extensions.find((extension) => extension.name === name);

describe("WindowsScaleSet", () => {
  inBothPasses(
    "is a Flexible set over three zones with one fault domain, and the machines' own identity",
    create(),
    (recording) => {
      expect(bodyOf(recording, SCALE_SET)).to.deep.include({
        ...PLACE,
        orchestrationMode: "Flexible",
        platformFaultDomainCount: 1,
        singlePlacementGroup: false,
        zones: ["1", "2", "3"],
        sku: { name: "Standard_D2s_v5", tier: "Standard", capacity: 3 },
        identity: { type: "UserAssigned", userAssignedIdentities: [known(recording, "web-identity_id")] },
      });
      // Flexible sets refuse these.
      expect(bodyOf(recording, SCALE_SET)).not.to.have.any.keys(
        "overprovision",
        "proximityPlacementGroup",
        "additionalCapabilities",
      );
    },
  );

  inBothPasses("upgrades one machine of three at a time, from the first deployment on", create(), (recording) => {
    expect(bodyOf(recording, SCALE_SET).upgradePolicy).to.deep.equal({
      mode: "Rolling",
      rollingUpgradePolicy: {
        maxBatchInstancePercent: 33,
        maxUnhealthyInstancePercent: 34,
        maxUnhealthyUpgradedInstancePercent: 34,
        pauseTimeBetweenBatches: "PT60S",
        prioritizeUnhealthyInstances: true,
        maxSurge: false,
      },
    });
  });

  inBothPasses(
    "replaces a machine that stays unhealthy, but not in the middle of its boot and install",
    create({ installSeconds: 3000 }),
    (recording) => {
      expect(bodyOf(recording, SCALE_SET).automaticRepairsPolicy).to.deep.equal({
        enabled: true,
        gracePeriod: "PT60M",
        repairAction: "Replace",
      });
    },
  );

  inBothPasses("joins the subnet and the balancer's pool by its network profile", create(), (recording) => {
    expect(profileOf(recording).networkProfile).to.deep.equal({
      networkApiVersion: "2020-11-01",
      networkInterfaceConfigurations: [
        {
          name: "primary",
          primary: true,
          deleteOption: "Delete",
          enableAcceleratedNetworking: true,
          ipConfigurations: [
            {
              name: "primary",
              primary: true,
              privateIPAddressVersion: "IPv4",
              subnet: { id: "/subnet" },
              loadBalancerBackendAddressPools: [{ id: "/lb/backendAddressPools/machines" }],
              applicationSecurityGroups: [],
            },
          ],
        },
      ],
    });
  });

  inBothPasses(
    "carries its extensions inline: the install first, then the health endpoint by which Azure judges",
    create(),
    (recording) => {
      expect(profileOf(recording).extensionProfile).to.deep.equal({
        extensionsTimeBudget: "PT1H30M",
        extensions: [
          {
            name: "service-install",
            publisher: "Microsoft.Compute",
            type: "CustomScriptExtension",
            typeHandlerVersion: "1.10",
            autoUpgradeMinorVersion: true,
            settings: { fileUris: INSTALL.fileUris },
            protectedSettings: { commandToExecute: INSTALL.commandToExecute },
          },
          {
            name: "application-health",
            publisher: "Microsoft.ManagedServices",
            type: "ApplicationHealthWindows",
            typeHandlerVersion: "2.0",
            autoUpgradeMinorVersion: true,
            provisionAfterExtensions: ["service-install"],
            settings: {
              protocol: "http",
              port: 8080,
              requestPath: "/health",
              intervalInSeconds: 5,
              numberOfProbes: 3,
              gracePeriod: 810,
            },
          },
        ],
      });
      Template.of(recording).resourceCountIs("azure-native:compute:VirtualMachineScaleSetExtension", 0);
    },
  );

  inBothPasses(
    "judges by status code alone when the service reports no health state, without a grace that only 2.0 has",
    create({ health: { port: 9, path: "/alive", reportsHealthState: false } }),
    (recording) => {
      expect(extensionOf(recording, "application-health")).to.deep.include({
        typeHandlerVersion: "1.0",
        settings: { protocol: "http", port: 9, requestPath: "/alive", intervalInSeconds: 5, numberOfProbes: 3 },
      });
    },
  );

  inBothPasses(
    "comes up bare without an install step, and outside of every pool without pools",
    create({ install: undefined, backendPoolIds: undefined }),
    (recording) => {
      expect(profileOf(recording).extensionProfile.extensions).to.have.length(1);
      expect(extensionOf(recording, "application-health")).not.to.have.property("provisionAfterExtensions");
      expect(ipConfigurationOf(recording)["loadBalancerBackendAddressPools"]).to.deep.equal([]);
    },
  );

  inBothPasses(
    "starts a patched Windows Server with Trusted Launch, encryption at host and boot diagnostics",
    create({ osDiskType: OsDiskType.PremiumZrs, encryptionAtHost: false }),
    (recording) => {
      const profile = profileOf(recording);
      expect(profile.storageProfile).to.deep.equal({
        imageReference: {
          publisher: "MicrosoftWindowsServer",
          offer: "WindowsServer",
          sku: "2022-datacenter-azure-edition",
          version: "latest",
        },
        osDisk: {
          createOption: "FromImage",
          caching: "ReadWrite",
          deleteOption: "Delete",
          osType: "Windows",
          managedDisk: { storageAccountType: "Premium_ZRS" },
        },
      });
      expect(profile.securityProfile).to.deep.equal({
        securityType: "TrustedLaunch",
        uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
        encryptionAtHost: false,
      });
      expect(profile.osProfile["windowsConfiguration"]).to.deep.equal({
        provisionVMAgent: true,
        enableAutomaticUpdates: true,
        patchSettings: { patchMode: "AutomaticByPlatform", assessmentMode: "AutomaticByPlatform" },
      });
      expect(profile.diagnosticsProfile).to.deep.equal({ bootDiagnostics: { enabled: true } });
    },
  );

  inBothPasses(
    "is replaced on the changes that Azure refuses although the preview would say update",
    create(),
    (recording) => {
      Template.of(recording).hasResource(SCALE_SET, {
        replaceOnChanges: [
          "zones",
          "virtualMachineProfile.osProfile.adminUsername",
          "virtualMachineProfile.osProfile.computerNamePrefix",
          "virtualMachineProfile.osProfile.windowsConfiguration.enableAutomaticUpdates",
        ],
        deleteBeforeReplace: Match.absent(),
        customTimeouts: { create: "2h", update: "3h", delete: "1h" },
      });
    },
  );

  inBothPasses(
    "names computers after itself when nobody says otherwise, as Windows takes it",
    () => new WindowsScaleSet("42", ARGS),
    (recording) => {
      expect(profileOf(recording).osProfile).to.include({ computerNamePrefix: "m42", adminUsername: "clusteradmin" });
    },
  );

  inBothPasses(
    "tells the engine capacity and upgrade in plain values, and hands on its ids",
    create({ count: 12, zones: ["2", "3"] }),
    (recording) => {
      const { inputs, outputs } = Template.of(recording).findResource("windows-ha:index:WindowsScaleSet");
      expect(inputs).to.deep.equal({
        capacity: 12,
        minimumActive: 2,
        zones: ["2", "3"],
        size: "Standard_D2s_v5",
        upgrade: {
          mode: "Rolling",
          batchPercent: 8,
          unhealthyPercent: 25,
          unhealthyUpgradedPercent: 25,
          pauseSeconds: 60,
          maxSurge: false,
        },
      });
      expect(outputs).to.deep.include({
        scaleSetId: known(recording, "web_id"),
        identityId: known(recording, "web-identity_id"),
        identityPrincipalId: known(recording, "11111111-2222-3333-4444-555555555555"),
      });
    },
  );

  inBothPasses(
    "takes ids and commands that only the deployment knows",
    create({
      subnetId: pulumi.output("/later"),
      backendPoolIds: [pulumi.output("/pool")],
      install: { fileUris: pulumi.output(["https://h/a.exe"]), commandToExecute: pulumi.secret("run") },
    }),
    (recording) => {
      expect(ipConfigurationOf(recording)).to.deep.include({
        subnet: { id: "/later" },
        loadBalancerBackendAddressPools: [{ id: "/pool" }],
      });
      expect(extensionOf(recording, "service-install")).to.deep.include({
        settings: { fileUris: ["https://h/a.exe"] },
        protectedSettings: { commandToExecute: "run" },
      });
    },
  );

  it("registers as many resources for a thousand machines as for two, all tagged", async () => {
    const [few, many] = [await recordUpdate(create({ count: 2 })), await recordUpdate(create({ count: 1000 }))];
    expect(few.resources.map((resource) => resource.urn)).to.deep.equal(many.resources.map((resource) => resource.urn));
    expectWellFormed(many, { tags: { values: TAGS, types: [SCALE_SET, IDENTITY] } });
  });
});
