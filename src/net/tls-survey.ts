import { TLS_VERSIONS, type Offer, type TlsServer, type TlsSurvey } from "../domain/tls.ts";
import { type Handshake, type Means, withHandshake } from "./tls-handshake.ts";
import {
  ANONYMOUS_SUITES,
  DHE_SUITES,
  MODERN,
  NULL_SUITES,
  onlyVersion,
  type TlsOffer,
} from "./tls-offers.ts";
import { START_TLS } from "./tls-protocols.ts";
import { TlsTrouble } from "./tls-trouble.ts";

/** Offers one thing at a time and sees what is taken; the places per host are the caller's. */
export async function surveyOf(
  server: TlsServer,
  means: Means,
  signal: AbortSignal,
): Promise<TlsSurvey> {
  const offered = async (offer: TlsOffer): Promise<Offer> =>
    (await tried(server, offer, means, signal, () => true)).offer;
  const [versions, nullSuites, anonymousSuites, dh, injection] = await Promise.all([
    Promise.all(
      TLS_VERSIONS.map(async (version) => [version, await offered(onlyVersion(version))]),
    ),
    offered(NULL_SUITES),
    offered(ANONYMOUS_SUITES),
    tried(server, DHE_SUITES, means, signal, groupBits),
    injectionInto(server, means, signal),
  ]);
  return {
    versions: Object.fromEntries(versions) as TlsSurvey["versions"],
    nullSuites,
    anonymousSuites,
    dhBits: dh.seen,
    injection,
  };
}

async function tried<T>(
  server: TlsServer,
  offer: TlsOffer,
  means: Means,
  signal: AbortSignal,
  use: (handshake: Handshake) => T,
): Promise<{ readonly offer: Offer; readonly seen?: T }> {
  try {
    return await withHandshake(server, offer, means, signal, (handshake) =>
      handshake.kind === "secure"
        ? { offer: "offered", seen: use(handshake) }
        : { offer: "unknown" },
    );
  } catch (error) {
    if (!(error instanceof TlsTrouble)) throw error;
    return { offer: error.why === "refused" ? "refused" : "unknown" };
  }
}

function groupBits(handshake: Handshake): number | undefined {
  if (handshake.kind !== "secure") return undefined;
  const group: { readonly type?: unknown; readonly size?: unknown } =
    handshake.socket.getEphemeralKeyInfo() ?? {};
  const { type, size } = group;
  return type === "DH" && typeof size === "number" ? size : undefined;
}

/** CVE-2011-0411: a command behind STARTTLS, in the clear, must be gone once TLS stands. */
async function injectionInto(
  server: TlsServer,
  means: Means,
  signal: AbortSignal,
): Promise<TlsSurvey["injection"]> {
  if (server.tls === "implicit") return "closed";
  const use = async (handshake: Handshake): Promise<TlsSurvey["injection"]> => {
    if (handshake.kind === "no-starttls") return "closed";
    const { clock, limits: patience } = means;
    const talk = { socket: handshake.socket, clock, patience, signal };
    return (await START_TLS[server.protocol].isCarriedOver(talk)) ? "open" : "closed";
  };
  try {
    return await withHandshake(server, MODERN, means, signal, use, true);
  } catch (error) {
    if (!(error instanceof TlsTrouble)) throw error;
    return "unknown";
  }
}
