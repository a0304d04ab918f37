/** What a machine says about its updates, alone or in a scale set. */
export interface WindowsConfiguration {
  provisionVMAgent?: boolean;
  enableAutomaticUpdates?: boolean;
  patchSettings?: { patchMode?: string; enableHotpatching?: boolean };
}

/** What is wrong with who patches a machine. */
export function patchProblem(configuration: WindowsConfiguration = {}): string | false | undefined {
  const { provisionVMAgent = true, enableAutomaticUpdates = true, patchSettings } = configuration;
  const byPlatform = patchSettings?.patchMode === "AutomaticByPlatform";
  if (byPlatform && !(provisionVMAgent && enableAutomaticUpdates)) {
    return "The patch mode AutomaticByPlatform needs provisionVMAgent and enableAutomaticUpdates.";
  }
  if (patchSettings?.patchMode === "Manual" && enableAutomaticUpdates) {
    return "The patch mode Manual needs enableAutomaticUpdates false.";
  }
  return patchSettings?.enableHotpatching && !byPlatform && "Hotpatching needs the patch mode AutomaticByPlatform.";
}
