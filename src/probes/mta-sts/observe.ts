import type { HttpsAnswer } from "../../domain/https.ts";
import { SECOND } from "../../domain/duration.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import type { TlsLook } from "../../domain/tls.ts";
import { findExchangers, type MailExchangers } from "../../mail/mail-exchangers.ts";
import { MAX_POLICY_BYTES, readStsPolicy, readStsRecord } from "../../mail/mta-sts.ts";
import { createMemory, type Remembered } from "./memory.ts";

export interface Facts {
  readonly now: number;
  readonly record: DnsAnswer<string>;
  /** What follows is there where a usable record was found. */
  readonly policy: HttpsAnswer | undefined;
  readonly exchangers: MailExchangers | undefined;
  /** Of every MX host, while the policy is enforced. */
  readonly looks: readonly HostLook[];
  /** What the policy was when its id was seen first. */
  readonly first: Remembered | undefined;
}

export interface HostLook {
  readonly host: string;
  readonly address: string;
  readonly look: TlsLook;
}

/** RFC 8461 §3.3 proposes a minute for everything. */
const FETCH_MS = 30 * SECOND;
const SMTP_PORT = 25;

const memory = createMemory();

export async function observe(domain: string, net: Net, signal: AbortSignal): Promise<Facts> {
  const now = net.clock.now();
  const record = await net.dns.query(`_mta-sts.${domain}`, "TXT", signal);
  const parsed = record.kind === "found" ? readStsRecord(record.records) : undefined;
  if (parsed?.kind !== "record") {
    const nothing = { policy: undefined, exchangers: undefined, looks: [], first: undefined };
    return { now, record, ...nothing };
  }
  const url = `https://mta-sts.${domain}/.well-known/mta-sts.txt`;
  const limits = { maxBytes: MAX_POLICY_BYTES, timeoutMs: FETCH_MS };
  const [policy, exchangers] = await Promise.all([
    net.https.get(url, limits, signal),
    findExchangers(domain, net.dns, signal),
  ]);
  const isEnforced = modeOf(policy) === "enforce";
  const looks = isEnforced ? await looksAt(exchangers, net, signal) : [];
  const first =
    policy.kind === "answered" && policy.status === 200
      ? memory.firstWith(domain, parsed.id, policy.body)
      : undefined;
  return { now, record, policy, exchangers, looks, first };
}

function modeOf(answer: HttpsAnswer): string | undefined {
  if (answer.kind !== "answered" || answer.status !== 200) return undefined;
  const read = readStsPolicy(answer.body);
  return "policy" in read ? read.policy.mode : undefined;
}

function looksAt(
  { hosts }: MailExchangers,
  { tls }: Net,
  signal: AbortSignal,
): Promise<readonly HostLook[]> {
  const pairs = hosts.flatMap(({ host, addresses }) =>
    addresses.map((address) => ({ host, address })),
  );
  return Promise.all(
    pairs.map(async ({ host, address }) => {
      const how = {
        port: SMTP_PORT,
        tls: "starttls",
        protocol: "smtp",
        servername: host,
        ca: undefined,
      } as const;
      return { host, address, look: await tls.look({ address, ...how }, signal) };
    }),
  );
}
