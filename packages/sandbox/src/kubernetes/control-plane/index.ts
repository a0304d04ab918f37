export { ApiClient, type Answer, type KubernetesObject } from "./api-client";
export { API_PORT, TENDED } from "./arguments";
export { ControlPlane, type ControlPlaneOptions } from "./control-plane";
export { findPrograms, MISSING_PROGRAMS_HINT, type ProgramFiles } from "./programs";
