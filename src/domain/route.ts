import type { Endpoint } from "./endpoint.ts";
import type { Schedule } from "./schedule.ts";

/** A way mail leaves: a submission server and the identity that mail from it carries. */
export interface Route {
  readonly name: string;
  readonly smtp: Endpoint;
  /** The name given in EHLO; undefined takes the machine's own. */
  readonly helo: string | undefined;
  readonly from: { readonly name: string | undefined; readonly address: string };
  /** The address whose domain SPF is checked against (RFC 5321 §4.5.5: MAIL FROM). */
  readonly envelopeFrom: string;
  /** With a bounce address the envelope sender is made unique per canary (VERP). */
  readonly bounceAddress: string | undefined;
  readonly dkim: readonly ExpectedSignature[];
  readonly schedule: Schedule | undefined;
  readonly warmUp: WarmUpPlan | undefined;
}

/** For a new domain or address: the share of bad canaries that is expected falls from one to the other. */
export interface WarmUpPlan {
  /** Wall clock, milliseconds since the epoch. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** Bad rates, between 0 and 1. */
  readonly from: number;
  readonly to: number;
}

/** A DKIM signature that mail on the route ought to carry (RFC 6376 §3.5, tags d= and s=). */
interface ExpectedSignature {
  readonly domain: string;
  readonly selector: string;
}
