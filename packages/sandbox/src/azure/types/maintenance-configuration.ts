import { defineType } from "../resource-type";
import { single } from "../rule-helpers";

interface MaintenanceInputs {
  configName?: string;
  maintenanceWindow?: {
    durationHours?: number;
    startTime?: string;
    utcOffset?: string;
    schedule?: Record<string, unknown>;
  };
}

/** Names that AKS gives a meaning; no others are taken. */
const NAMES = ["default", "aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"];
const WINDOW = "maintenanceWindow";

const rule = (path: string, problem: (inputs: MaintenanceInputs) => string | false | undefined) =>
  single<MaintenanceInputs>([path], path, "InvalidParameter", problem);

export const maintenanceConfiguration = defineType<MaintenanceInputs>({
  token: "azure-native:containerservice:MaintenanceConfiguration",
  armType: "Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}/maintenanceConfigurations/{configName}",
  autoName: "copy",
  location: "none",
  replaceOn: [],
  rules: [
    rule(
      "configName",
      ({ configName = "" }) =>
        !NAMES.includes(configName) && `A maintenance configuration is called ${NAMES.join(", ")}; not ${configName}.`,
    ),
    rule(`${WINDOW}.durationHours`, ({ maintenanceWindow }) => {
      const hours = maintenanceWindow?.durationHours;
      return hours !== undefined && (hours < 4 || hours > 24) && `durationHours is 4 to 24, not ${hours}.`;
    }),
    rule(`${WINDOW}.startTime`, ({ maintenanceWindow }) => {
      const time = maintenanceWindow?.startTime;
      return (
        time !== undefined && !/^([01]\d|2[0-3]):[0-5]\d$/.test(time) && `startTime is written like 02:00, not ${time}.`
      );
    }),
    rule(`${WINDOW}.utcOffset`, ({ maintenanceWindow }) => {
      const offset = maintenanceWindow?.utcOffset;
      return (
        offset !== undefined &&
        !/^[+-](0\d|1[0-4]):[0-5]\d$/.test(offset) &&
        `utcOffset is written like +02:00, not ${offset}.`
      );
    }),
    rule(`${WINDOW}.schedule`, ({ maintenanceWindow }) => {
      const kinds = Object.keys(maintenanceWindow?.schedule ?? {});
      return (
        maintenanceWindow !== undefined &&
        kinds.length !== 1 &&
        `A schedule is one of daily, weekly, absoluteMonthly and relativeMonthly, not ${kinds.length} of them.`
      );
    }),
  ],
});
