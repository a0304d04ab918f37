import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { Template } from "@windows-ha/testing";
import { WindowsScaleSet, type WindowsScaleSetArgs } from "windows-ha";
import { inBothPasses, known, PLACE, SCALE_SET } from "./support";

const ON_CALL =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/ops/providers/Microsoft.Insights/actionGroups/on-call";
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

  inBothPasses(
    "replaces machines before the old ones go where that is wanted, and waits for boot and notice besides",
    create({ count: 40, zones: ["1"], minimumActive: 40, upgrade: { maxSurge: true, pauseSeconds: 0 } }),
    (recording) => {
      const template = Template.of(recording);
      template.hasResource(SCALE_SET, {
        inputs: { upgradePolicy: { rollingUpgradePolicy: { maxSurge: true, maxBatchInstancePercent: 5 } } },
        // 20 batches of (600 + 300 + 300 + 15) s, and an hour.
        customTimeouts: { update: "8h" },
      });
      template.hasResource("windows-ha:index:WindowsScaleSet", { inputs: { upgrade: { maxSurge: true } } });
    },
  );

  it("names everything that speaks against replacing machines at once", () => {
    const wrong = create({
      count: 1000,
      minimumActive: 999,
      upgrade: { maxSurge: true },
      terminateNotification: { enabled: false },
    });
    expect(wrong)
      .to.throw("up to 1000 machines and 50 more during an upgrade")
      .with.property("message")
      .that.contains("true with terminateNotification.enabled false");
  });

  inBothPasses(
    "tells action groups when Azure suspends its repairs, or somebody resumes them",
    () => {
      create({ repairs: { actionGroupIds: [pulumi.output(ON_CALL), `${ON_CALL}-too`] }, tags: { team: "web" } })();
      new WindowsScaleSet("unwatched", ARGS);
    },
    (recording) => {
      const [alert, ...others] = Template.of(recording).findResources("azure-native:monitor:ActivityLogAlert");
      expect(others).to.deep.equal([]);
      expect(alert!.name).to.equal("web-repairs-alert");
      expect(alert!.inputs).to.deep.include({
        location: "global",
        tags: { team: "web" },
        scopes: [known(recording, "web_id")],
        condition: {
          allOf: [
            { field: "category", equals: "Administrative" },
            {
              field: "operationName",
              equals: "Microsoft.Compute/virtualMachineScaleSets/setOrchestrationServiceState/action",
            },
            { field: "level", equals: "Informational" },
            { field: "status", equals: "Succeeded" },
          ],
        },
        actions: { actionGroups: [{ actionGroupId: ON_CALL }, { actionGroupId: `${ON_CALL}-too` }] },
      });
    },
  );

  it("watches no repairs that never run, and asks for ids", () => {
    expect(create({ repairs: { enabled: false, actionGroupIds: [ON_CALL] } })).to.throw(
      "repairs.actionGroupIds is a list of 1 with repairs.enabled false",
    );
    expect(create({ repairs: { actionGroupIds: ["on-call"] } })).to.throw("the resource id of an action group");
  });

  inBothPasses("waits as long as it is told to", create({ customTimeouts: { update: "8h" } }), (recording) => {
    const customTimeouts = { create: "2h", update: "8h", delete: "1h" };
    Template.of(recording).hasResource(SCALE_SET, { customTimeouts });
  });
});
