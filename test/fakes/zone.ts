import type {
  Dns,
  DnsAnswer,
  QueryOptions,
  RecordData,
  RecordSignature,
  RecordType,
} from "../../src/domain/dns.ts";

/** Why nobody knows. */
type Failure = Extract<DnsAnswer<never>, { kind: "failed" }>["why"];

/** The records of one name; a failure in their place is what asking for them comes to. */
type Records = { readonly [Type in RecordType]?: readonly RecordData[Type][] | Failure };

interface Circumstances {
  /** Of the answers at this name; 300 by default. */
  readonly ttlSeconds?: number;
  /** Whether the resolver says that it validated them; false by default. */
  readonly authenticated?: boolean;
  /**
   * The resolver found it bogus: SERVFAIL for all who do not ask for what is unvalidated, but for the
   * DS, which is the parent's. With the codes of RFC 8914 that it gives, where they are named.
   */
  readonly bogus?: boolean | readonly number[];
  /** Given to those who ask with `dnssec`. */
  readonly signatures?: readonly RecordSignature[];
}

/** By name, in lower case; a failure in place of the records is for every type. */
export type LiteralZone = Readonly<Record<string, (Records & Circumstances) | Failure>>;

export interface ZoneDns extends Dns {
  /** `example.org TXT` or `example.org SOA @192.0.2.53`, in the order they were asked. */
  readonly asked: readonly string[];
}

const MAX_ALIASES = 8;

/**
 * A DNS that knows what is written down: `zoneDns({ "example.org": { TXT: ["v=spf1 -all"] } })`.
 * CNAMEs are followed; other names do not exist, unless one below them does. `servers` are zones for
 * questions put to a server, by its address as it is asked; all other servers time out.
 */
export function zoneDns(
  zone: LiteralZone,
  servers: Readonly<Record<string, LiteralZone | Failure>> = {},
): ZoneDns {
  const asked: string[] = [];
  return {
    asked,
    query(name, type, signal, options = {}) {
      const { server } = options;
      asked.push(`${name} ${type}${server === undefined ? "" : ` @${server}`}`);
      if (signal.aborted) return Promise.resolve(failed("aborted"));
      const source = server === undefined ? zone : (servers[server] ?? "timeout");
      if (typeof source === "string") return Promise.resolve(failed(source));
      return Promise.resolve(lookUp(source, name.toLowerCase(), type, options));
    },
  };
}

function lookUp<Type extends RecordType>(
  zone: LiteralZone,
  name: string,
  type: Type,
  options: QueryOptions,
  aliases: readonly string[] = [],
): DnsAnswer<RecordData[Type]> {
  if (aliases.length > MAX_ALIASES) return failed("servfail");
  const entry = zone[name];
  if (typeof entry === "string") return failed(entry);
  const { ttlSeconds = 300, authenticated = false, signatures = [], bogus = false } = entry ?? {};
  if (bogus !== false && type !== "DS" && options.unvalidated !== true) {
    return { ...failed("servfail"), ...(bogus === true ? {} : { extendedErrors: bogus }) };
  }
  const records = entry?.[type] as readonly RecordData[Type][] | Failure | undefined;
  if (typeof records === "string") return failed(records);
  if (records !== undefined && records.length > 0) {
    return {
      kind: "found",
      records,
      ttlSeconds,
      authenticated,
      aliases,
      signatures: options.dnssec === true ? signatures : [],
    };
  }
  const [target] = Array.isArray(entry?.CNAME) ? (entry.CNAME as readonly string[]) : [];
  if (target !== undefined) return lookUp(zone, target, type, options, [...aliases, target]);
  // RFC 8020 §2: a name with names below it exists.
  const exists = entry !== undefined || Object.keys(zone).some((key) => key.endsWith(`.${name}`));
  return {
    kind: "absent",
    why: exists ? "nodata" : "nxdomain",
    ttlSeconds,
    authenticated,
    aliases,
  };
}

function failed(why: Failure): Extract<DnsAnswer<never>, { kind: "failed" }> {
  return { kind: "failed", why, detail: `${why} by the test` };
}
