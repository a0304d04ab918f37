export { randomProvider } from "./provider";
