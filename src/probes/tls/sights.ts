import { MINUTE } from "../../domain/duration.ts";
import type { MailProtocol } from "../../domain/endpoint.ts";
import type { Net } from "../../domain/net.ts";
import type { TlsLook, TlsServer, TlsSurvey } from "../../domain/tls.ts";
import { withinReach } from "../../mail/within-reach.ts";

export interface Facts {
  readonly observedAt: number;
  readonly servers: readonly Server[];
  /** What DNS would not tell. */
  readonly troubles: readonly Trouble[];
  /** SRV records that certainly lead nowhere. */
  readonly astray: readonly Trouble[];
}

export interface Trouble {
  readonly subject: string;
  /** The domains that its name lies in. */
  readonly about?: readonly string[];
  readonly detail: string;
}

export interface Server {
  readonly protocol: MailProtocol;
  /** The domain whose mail it takes, otherwise `host:port`. */
  readonly subject: string;
  /** The other domains whose mail it takes. */
  readonly about: readonly string[];
  readonly host: string;
  readonly port: number;
  /** What the certificate has to be made out to. */
  readonly name: string;
  /** Senders go by its TLSA records, not by authorities (RFC 7672 §3.1.1). */
  readonly isPinned: boolean;
  /** The operator's, who can mend it; otherwise a provider's. */
  readonly isOurs: boolean;
  /** Its addresses within reach. */
  readonly sights: readonly Sight[];
}

/** One of the server's addresses. */
export interface Sight {
  readonly address: string;
  readonly look: TlsLook;
  /** Undefined where there was nothing to survey, or it took too long. */
  readonly survey: TlsSurvey | undefined;
}

const SURVEY_MS = 3 * MINUTE;

export async function sightsOf(
  addresses: readonly string[],
  { name, ...how }: Omit<TlsServer, "address" | "servername"> & { readonly name: string },
  { tls }: Net,
  signal: AbortSignal,
): Promise<readonly Sight[]> {
  const sights = await Promise.all(
    addresses.map(async (address) => {
      const server = { ...how, address, servername: sniOf(name) };
      const look = await tls.look(server, signal);
      const survey = look.kind === "seen" ? await surveyInTime(server, tls, signal) : undefined;
      return { address, look, survey };
    }),
  );
  return withinReach(sights, ({ look }) => look);
}

/** A server that lets us wait for each handshake shall not cost us what the first look told. */
async function surveyInTime(
  server: TlsServer,
  tls: Net["tls"],
  signal: AbortSignal,
): Promise<TlsSurvey | undefined> {
  const deadline = AbortSignal.timeout(SURVEY_MS);
  try {
    return await tls.survey(server, AbortSignal.any([signal, deadline]));
  } catch (error) {
    if (signal.aborted || !deadline.aborted) throw error;
    return undefined;
  }
}

/** An address never goes into SNI (RFC 6066 §3). */
function sniOf(name: string): string | undefined {
  return isAddress(name) ? undefined : name;
}

export function isAddress(name: string): boolean {
  return /^[\d.]+$|:/.test(name);
}
