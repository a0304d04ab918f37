export { Clusters } from "./clusters";
