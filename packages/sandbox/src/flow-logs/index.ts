export { FlowLogs, type FlowLogsOptions } from "./flow-logs";
