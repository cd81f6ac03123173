import { lookup } from "node:dns/promises";
import { HOUR, MINUTE } from "../domain/duration.ts";
import type { Clock } from "../domain/net.ts";
import type { Tls, TlsLook, TlsServer, TlsSurvey } from "../domain/tls.ts";
import type { HostPlaces } from "./host-places.ts";
import { HANDSHAKE_LIMITS, type HandshakeLimits } from "./tls-handshake.ts";
import { lookAt } from "./tls-look.ts";
import { createRecall } from "./tls-recall.ts";
import { surveyOf } from "./tls-survey.ts";

/** Several probes ask about one server within minutes of each other. */
const KEEP_LOOK_MS = 10 * MINUTE;
/** A little less than six hours, so that an hourly probe asks anew every six. */
const KEEP_SURVEY_MS = 6 * HOUR - 15 * MINUTE;
/** What came to nothing is tried again soon. */
const KEEP_FAILURE_MS = MINUTE;
/** Addresses of one host, at most. */
const MAX_ADDRESSES = 8;

export interface TlsParts {
  readonly clock: Clock;
  readonly places: HostPlaces;
  readonly limits?: Partial<HandshakeLimits>;
}

export function createTls({ clock, places, limits }: TlsParts): Tls {
  const means = { clock, places, limits: { ...HANDSHAKE_LIMITS, ...limits } };
  const looks = createRecall<TlsLook>(clock, ({ kind }) =>
    kind === "failed" ? KEEP_FAILURE_MS : KEEP_LOOK_MS,
  );
  const surveys = createRecall<TlsSurvey>(clock, ({ versions }) =>
    Object.values(versions).includes("offered") ? KEEP_SURVEY_MS : KEEP_FAILURE_MS,
  );
  return {
    addressesOf,
    look: (server, signal) =>
      looks.get(keyOf(server), (inner) => lookAt(server, means, inner), signal),
    survey: (server, signal) =>
      surveys.get(keyOf(server), (inner) => surveyOf(server, means, inner), signal),
  };
}

async function addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
  signal.throwIfAborted();
  // The system's resolver cannot be interrupted; nobody waits for it longer than the signal says.
  const found = lookup(host, { all: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  });
  const addresses = (await orAbort(found, signal)).map(({ address }) => address);
  return [...new Set(addresses)].slice(0, MAX_ADDRESSES);
}

function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function keyOf({ address, port, tls, protocol, servername, ca }: TlsServer): string {
  return JSON.stringify([address, port, tls, protocol, servername, ca]);
}
