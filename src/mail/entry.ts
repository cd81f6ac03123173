import type { Hop } from "../domain/canary.ts";
import type { HeaderField } from "./header-fields.ts";
import { parseReceived } from "./hop.ts";
import { parseIp } from "./ip-address.ts";
import { type KnownReceiver, knownReceiver, type Receiver } from "./known-receivers.ts";
import { isLocalName, isWithin, organisationOf } from "./organisation.ts";

/** The Received field with which a message entered its receiver: everything below came with it. */
export interface Entry {
  /** Position among the fields. */
  readonly index: number;
  readonly hop: Hop;
  /** The machines of the receiver that wrote this Received field and those above it. */
  readonly writers: readonly string[];
  readonly known: KnownReceiver | undefined;
}

/** A receiver hands a message on within itself a handful of times. */
const MAX_INNER_HOPS = 30;

/**
 * Finds the receiver's own entry hop, from the top down.
 *
 * The newest Received field is always the receiver's. The one below it is the receiver's as well as
 * long as the upper one says, by something that a sender cannot choose, that it took the message
 * from inside: LMTP, loopback, no client at all, a private address, a reverse name of its own or an
 * address range of its own. A HELO proves nothing: any sender may say `mx.google.com`. In addition the
 * lower field must name a machine of the receiver as its writer.
 *
 * Undefined when there is no Received field: then nothing in the message can be believed.
 */
export function entryOf(fields: readonly HeaderField[], receiver: Receiver): Entry | undefined {
  const received = [...fields.entries()]
    .filter(([, { name }]) => name === "received")
    .slice(0, MAX_INNER_HOPS)
    .map(([index, { value }]) => ({ index, hop: parseReceived(value) }));
  const known = knownReceiver(receiver, received[0]?.hop.by);
  const writers: string[] = [];
  for (const [position, { index, hop }] of received.entries()) {
    if (hop.by !== undefined) writers.push(hop.by.toLowerCase());
    // The name in front of LMTP is the receiver's as well, and often the only full one.
    if (isLocalDelivery(hop) && hop.helo !== undefined) writers.push(hop.helo.toLowerCase());
    const home = { known, writers };
    const next = received[position + 1]?.hop;
    if (next === undefined || !cameFromInside(hop, home) || !isHome(next.by, home)) {
      return { index, hop, ...home };
    }
  }
  return undefined;
}

interface Home {
  readonly known: KnownReceiver | undefined;
  readonly writers: readonly string[];
}

/** LMTP does not cross the internet (RFC 2033). */
function isLocalDelivery({ protocol = "" }: Hop): boolean {
  return /^(?:UTF8)?LMTP|^LOCAL$/.test(protocol);
}

function cameFromInside(hop: Hop, home: Home): boolean {
  if (isLocalDelivery(hop)) return true;
  const ip = parseIp(hop.ip ?? "");
  if (ip === undefined) {
    if (hop.helo === undefined) return true;
    return home.known === undefined ? hop.helo === "localhost" : isHome(hop.helo, home);
  }
  if (ip.scope === "loopback" || (home.known?.addresses?.test(ip.text) ?? false)) return true;
  if (ip.scope === "private") {
    // Strangers cannot reach a large receiver from a private address, but a neighbour in a small
    // network can reach a small one.
    return home.known !== undefined || isHome(hop.reverseName ?? hop.helo, home);
  }
  const { reverseName } = hop;
  return reverseName !== undefined && !isLocalName(reverseName) && isHome(reverseName, home);
}

function isHome(host: string | undefined, { known, writers }: Home): boolean {
  if (host === undefined) return true;
  const name = host.toLowerCase().replace(/\.$/, "");
  const address = parseIp(name);
  if (address !== undefined) {
    return address.scope !== "public" || (known?.addresses?.test(address.text) ?? false);
  }
  const organisation = organisationOf(name);
  return (
    isLocalName(name) ||
    writers.includes(name) ||
    (known?.hosts.some((domain) => isWithin(name, domain)) ?? false) ||
    (organisation !== undefined && writers.some((by) => organisationOf(by) === organisation))
  );
}
