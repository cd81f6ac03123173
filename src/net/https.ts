import { request } from "node:https";
import type { Dns, DnsAnswer } from "../domain/dns.ts";
import type { Https, HttpsAnswer, HttpsLimits } from "../domain/https.ts";
import { printable } from "./printable.ts";
import { handshakeTrouble } from "./tls-trouble.ts";

const MAX_HEADER_BYTES = 16 * 1024;
const MAX_LOCATION = 300;
/** Addresses of one host that are tried, at most. */
const MAX_ADDRESSES = 4;

export interface HttpsParts {
  readonly dns: Dns;
  /** PEM; trusted in place of the system's authorities. */
  readonly ca?: string;
}

/** HTTPS by our own DNS, so that what is judged is what the configured resolvers say. */
export function createHttps({ dns, ca }: HttpsParts): Https {
  return {
    async get(url, limits, signal) {
      const deadline = AbortSignal.timeout(limits.timeoutMs);
      const within = AbortSignal.any([signal, deadline]);
      const addresses = await addressesOf(new URL(url).hostname, dns, within);
      let answer: HttpsAnswer = notReached(addresses);
      const startedAt = performance.now();
      for (const [index, address] of addresses.found.entries()) {
        // One that stalls leaves the others their share.
        const leftMs = Math.max(0, limits.timeoutMs - (performance.now() - startedAt));
        const share = AbortSignal.timeout(Math.ceil(leftMs / (addresses.found.length - index)));
        const patience = AbortSignal.any([within, share]);
        answer = await getFrom(address, url, limits.maxBytes, ca, patience);
        if (share.aborted && answer.kind === "failed") answer = tooSlow(limits);
        if (answer.kind !== "failed" || within.aborted) break;
      }
      signal.throwIfAborted();
      return deadline.aborted && answer.kind === "failed" ? tooSlow(limits) : answer;
    },
  };
}

interface Addresses {
  readonly found: readonly string[];
  /** Why there may be more, in words. */
  readonly trouble: string | undefined;
}

async function addressesOf(host: string, dns: Dns, signal: AbortSignal): Promise<Addresses> {
  const answers: DnsAnswer<string>[] = await Promise.all([
    dns.query(host, "A", signal),
    dns.query(host, "AAAA", signal),
  ]);
  const found = answers.flatMap((answer) => (answer.kind === "found" ? answer.records : []));
  const failure = answers.find((answer) => answer.kind === "failed");
  return {
    found: found.slice(0, MAX_ADDRESSES),
    trouble: failure && `${host}: ${failure.detail}`,
  };
}

function notReached({ trouble }: Addresses): HttpsAnswer {
  return trouble === undefined
    ? { kind: "no-host", detail: "the name has no address" }
    : { kind: "failed", why: "dns", detail: trouble };
}

function tooSlow({ timeoutMs }: HttpsLimits): HttpsAnswer {
  const detail = `no complete answer within ${timeoutMs / 1000} s`;
  return { kind: "failed", why: "timeout", detail };
}

/** From this address, whatever the name says. Never rejects. */
function getFrom(
  address: string,
  url: string,
  maxBytes: number,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<HttpsAnswer> {
  return new Promise((resolve) => {
    const family = address.includes(":") ? 6 : 4;
    const asked = request(url, {
      agent: false,
      signal,
      maxHeaderSize: MAX_HEADER_BYTES,
      lookup: (_host, { all = false }, done) =>
        all ? done(null, [{ address, family }]) : done(null, address, family),
      headers: { "user-agent": "mailcanary", accept: "*/*" },
      ...(ca === undefined ? {} : { ca }),
    });
    asked.on("error", (error: NodeJS.ErrnoException) => resolve(failureOf(error)));
    asked.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxBytes) chunks.push(chunk);
        else finish({ kind: "too-large" });
      });
      response.on("error", (error: NodeJS.ErrnoException) => resolve(failureOf(error)));
      response.on("end", () =>
        finish({
          kind: "answered",
          status: response.statusCode ?? 0,
          contentType:
            (response.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "",
          location: response.headers.location?.slice(0, MAX_LOCATION),
          body: Buffer.concat(chunks).toString("latin1"),
        }),
      );
      function finish(answer: HttpsAnswer): void {
        resolve(answer);
        asked.destroy();
      }
    });
    asked.end();
  });
}

const UNREACHABLE = /^E(?:CONNREFUSED|HOSTUNREACH|NETUNREACH|TIMEDOUT|ADDRNOTAVAIL|ACCES)$/;

function failureOf(error: NodeJS.ErrnoException): HttpsAnswer {
  const { code = "" } = error;
  const detail = printable(error.message);
  if (UNREACHABLE.test(code)) return { kind: "failed", why: "unreachable", detail };
  if (code.startsWith("ERR_TLS_CERT") || CERTIFICATE.test(code)) {
    return { kind: "certificate", detail: `${code}: ${detail}` };
  }
  const why = code.startsWith("HPE_") ? "protocol" : handshakeTrouble(error).why;
  return { kind: "failed", why: why === "closed" || why === "timeout" ? why : "protocol", detail };
}

/** OpenSSL's codes for a chain that does not verify, as Node spells them. */
const CERTIFICATE = /^(?:CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_|INVALID_(?:CA|PURPOSE))/;
