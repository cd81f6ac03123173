import { createPlaces, type Places } from "./places.ts";

/** A probe must not disturb: connections to one address at once, at most. */
const PER_ADDRESS = 2;
/** Addresses come from DNS and could be many over the months. */
const MAX_ADDRESSES = 1000;

/** Waits for a place at the address; the place is free again when it is disposed of. */
export type HostPlaces = (address: string, signal: AbortSignal) => Promise<Disposable>;

export function createHostPlaces(): HostPlaces {
  const byAddress = new Map<string, Places>();
  return (address, signal) => {
    const places = byAddress.get(address) ?? createPlaces(PER_ADDRESS);
    if (byAddress.size >= MAX_ADDRESSES) byAddress.clear();
    byAddress.set(address, places);
    return places.enter(signal);
  };
}
