import type { Dns, DnsAnswer } from "../domain/dns.ts";

/**
 * Looks a name up as mailauth does it; TXT answers come as the pieces of each record. Rejects with the
 * codes of node:dns: ENOTFOUND and ENODATA mean that there is nothing, all others that nobody could tell.
 */
export type Resolve = (name: string, type: "TXT") => Promise<string[][]>;

/** Answers from the daemon's own DNS client. */
export function createResolver(dns: Dns): Resolve {
  return async (name, type) => {
    const answer = await dns.query(name, type, new AbortController().signal);
    if (answer.kind === "found") return answer.records.map((text) => [text]);
    throw Object.assign(new Error(`${type} of ${name}: ${describe(answer)}`), {
      code: codeOf(answer),
    });
  };
}

type Nothing = Exclude<DnsAnswer<string>, { kind: "found" }>;

function describe(answer: Nothing): string {
  return answer.kind === "absent" ? answer.why : answer.detail;
}

const CODES = {
  nxdomain: "ENOTFOUND",
  nodata: "ENODATA",
  timeout: "ETIMEOUT",
  servfail: "ESERVFAIL",
  refused: "EREFUSED",
  malformed: "EBADRESP",
  unreachable: "ECONNREFUSED",
  aborted: "ECANCELLED",
} as const;

function codeOf({ why }: Nothing): string {
  return CODES[why];
}
