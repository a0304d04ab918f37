export { agentBinary, type AgentBinary } from "./agent-binary";
export { AgentBinaryChanged, AgentBinaryMissing } from "./errors";
export { AGENT_PLATFORMS, type AgentPlatform } from "./platform";
