import { parseIp } from "./ip-address.ts";

const HOST_NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/i;
/** RFC 1035 §2.3.4, written with dots. */
const MAX_LENGTH = 253;

/** Whether it may be a host's on the internet: fit for labels, records and commands; no address, no bare word. */
export function isHostName(name: string): boolean {
  return name.length <= MAX_LENGTH && HOST_NAME.test(name) && parseIp(name) === undefined;
}
