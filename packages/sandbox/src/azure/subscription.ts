/** The subscription and tenant of every sandbox: no real account can have it. */
export const ZERO_UUID = "00000000-0000-0000-0000-000000000000";
