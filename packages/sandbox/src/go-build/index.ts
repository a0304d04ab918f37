export { buildService, type BuiltProgram, type BuildServiceOptions, type ServiceBuild } from "./build-service";
