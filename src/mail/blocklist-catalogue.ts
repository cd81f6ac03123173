import { ADDRESS_LISTS } from "./blocklist-addresses.ts";
import { ALLOW_LISTS } from "./blocklist-allow.ts";
import { DOMAIN_LISTS } from "./blocklist-domains.ts";
import { LITTLE_LISTS } from "./blocklist-little.ts";
import { REGISTERED_LISTS } from "./blocklist-registered.ts";
import type { Blocklist } from "./blocklist.ts";

/** Every list that we know to be alive. */
export const BLOCKLISTS: readonly Blocklist[] = [
  ...ADDRESS_LISTS,
  ...REGISTERED_LISTS,
  ...DOMAIN_LISTS,
  ...ALLOW_LISTS,
  ...LITTLE_LISTS,
];
