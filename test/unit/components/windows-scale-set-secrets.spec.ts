import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { expectSecret, Match, Template } from "@windows-ha/testing";
import { WindowsScaleSet, type WindowsScaleSetArgs } from "windows-ha";
import { inBothPasses, known, PLACE, profileOf, SCALE_SET } from "./support";

const PASSWORD = "random:index/randomPassword:RandomPassword";
const ARGS: WindowsScaleSetArgs = {
  ...PLACE,
  subnetId: "/subnet",
  health: { port: 8080 },
  install: { fileUris: ["https://files.example.com/agent.exe"], commandToExecute: "agent.exe install" },
};
const create =
  (changes: Partial<WindowsScaleSetArgs> = {}) =>
  () =>
    new WindowsScaleSet("web", { ...ARGS, ...changes });

describe("WindowsScaleSet, with what must stay secret", () => {
  inBothPasses(
    "makes up a password of 32 characters of all kinds, and keeps it as a secret everywhere",
    create(),
    (recording) => {
      const template = Template.of(recording);
      template.hasResource(PASSWORD, {
        additionalSecretOutputs: Match.arrayWith(["result"]),
        inputs: { length: 32, minLower: 2, minUpper: 2, minNumeric: 2, minSpecial: 2 },
      });
      expectSecret(recording, SCALE_SET, "virtualMachineProfile.osProfile.adminPassword");
      expect(profileOf(recording).osProfile["adminPassword"]).to.equal(known(recording, "Random-password-4711"));
      expect(template.findResource("windows-ha:index:WindowsScaleSet").outputSecretPaths).to.deep.equal([
        "adminPassword",
      ]);
    },
  );

  for (const [kind, adminPassword] of [
    ["plain", "Given-password-4711"],
    ["secret", pulumi.secret("Given-password-4711")],
  ] as const) {
    inBothPasses(
      `takes a ${kind} password instead, as a secret, and makes up none`,
      create({ adminPassword }),
      (recording) => {
        Template.of(recording).resourceCountIs(PASSWORD, 0);
        expect(profileOf(recording).osProfile["adminPassword"]).to.equal("Given-password-4711");
        expectSecret(recording, SCALE_SET, "virtualMachineProfile.osProfile.adminPassword");
      },
    );
  }

  inBothPasses("keeps the command as a secret, because the service's environment is in it", create(), (recording) => {
    expectSecret(recording, SCALE_SET, "virtualMachineProfile.extensionProfile.extensions[0].protectedSettings");
  });
});
