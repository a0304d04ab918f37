export { tlsProvider } from "./provider";
