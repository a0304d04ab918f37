export { admit, type Admission, type NetworkInterface, type RefusedFlow } from "./admission";
export { clientInSubnet, INTERNET_CLIENT, machineInSubnet } from "./identities";
export { NetworkView, type SubnetView } from "./network-view";
