import type { Canary } from "../domain/canary.ts";
import { isPublicIp } from "./ip-address.ts";

/** The public addresses that these canaries left from: an address in a private network is no exit. */
export function exitsShown(arrived: readonly Pick<Canary, "arrival">[]): ReadonlySet<string> {
  const addresses = arrived.map(({ arrival }) => arrival?.exit?.ip ?? "");
  return new Set(addresses.filter(isPublicIp));
}
