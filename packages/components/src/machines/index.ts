export { Availability, MachineTransport, type WindowsMachinesArgs } from "./args";
export { WindowsMachines } from "./windows-machines";
