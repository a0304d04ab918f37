export { Availability, type WindowsMachinesArgs } from "./args";
export { WindowsMachines } from "./windows-machines";
