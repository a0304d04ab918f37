export { commandProvider } from "./provider";
