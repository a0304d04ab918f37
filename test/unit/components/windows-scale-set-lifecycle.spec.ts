import { expect } from "chai";
import { Template } from "@windows-ha/testing";
import { WindowsScaleSet, type WindowsScaleSetArgs } from "windows-ha";
import { inBothPasses, PLACE, SCALE_SET } from "./support";

const ARGS: WindowsScaleSetArgs = { ...PLACE, subnetId: "/subnet", health: { port: 8080 } };
const create =
  (changes: Partial<WindowsScaleSetArgs> = {}) =>
  () =>
    new WindowsScaleSet("web", { ...ARGS, ...changes });

describe("WindowsScaleSet over its machines' life", () => {
  inBothPasses(
    "gets five minutes' notice of a deletion, and more or none where it is said",
    () => {
      create()();
      new WindowsScaleSet("slow", { ...ARGS, terminateNotification: { minutes: 15 } });
      new WindowsScaleSet("sudden", { ...ARGS, terminateNotification: { enabled: false } });
    },
    (recording) => {
      const notices = Template.of(recording)
        .findResources(SCALE_SET)
        .map(({ name, inputs }) => {
          const profile = inputs["virtualMachineProfile"] as Record<string, unknown>;
          return [name, profile["scheduledEventsProfile"]] as const;
        });
      expect(Object.fromEntries(notices)).to.deep.equal({
        web: { terminateNotificationProfile: { enable: true, notBeforeTimeout: "PT5M" } },
        slow: { terminateNotificationProfile: { enable: true, notBeforeTimeout: "PT15M" } },
        sudden: { terminateNotificationProfile: { enable: false } },
      });
    },
  );

  inBothPasses("waits as long as it is told to", create({ customTimeouts: { update: "8h" } }), (recording) => {
    const customTimeouts = { create: "2h", update: "8h", delete: "1h" };
    Template.of(recording).hasResource(SCALE_SET, { customTimeouts });
  });
});
