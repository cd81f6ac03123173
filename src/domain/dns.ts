/** The DNS as probes see it; implemented in `net/`. Answers are unions, nothing operational is thrown. */
export interface Dns {
  /**
   * Asks the configured resolvers. Follows CNAMEs as a resolver does; names without a final dot.
   * Names in answers are in lower case, the root is `.`, odd octets are escaped (RFC 1035 §5.1).
   */
  query<T extends RecordType>(
    name: string,
    type: T,
    signal: AbortSignal,
    options?: QueryOptions,
  ): Promise<DnsAnswer<RecordData[T]>>;
}

export interface QueryOptions {
  /** Ask this server (`address` or `address:port`) instead, e.g. a zone's own name server. */
  readonly server?: string;
  /** Sets DO and returns the RRSIGs of the answer (RFC 4035). */
  readonly dnssec?: boolean;
  /** Sets CD: a validating resolver answers what it cannot validate too (RFC 4035 §3.2.2). */
  readonly unvalidated?: boolean;
  /** Only what the server says of its own zones (RD clear); an answer without AA is `refused`. */
  readonly authoritative?: boolean;
  /**
   * What the server says of a zone that it hands on to others: the NS records of a referral and the
   * addresses beside them (RFC 1034 §4.2.1), RD clear. Where there is no referral it is `refused`.
   */
  readonly delegation?: boolean;
  /** Answer from our own cache where the TTL allows; default true. */
  readonly cached?: boolean;
}

export type DnsAnswer<Data> =
  | {
      readonly kind: "found";
      readonly records: readonly Data[];
      /** The least TTL of the records and of the CNAMEs before them. */
      readonly ttlSeconds: number;
      /** The resolver says that it validated the answer (AD, RFC 4035 §3.2.3). Worth what the resolver is worth. */
      readonly authenticated: boolean;
      /** The names that CNAMEs led through, the last one holding the records; empty without CNAME. */
      readonly aliases: readonly string[];
      readonly signatures: readonly RecordSignature[];
    }
  | {
      /** There is certainly no such record: NXDOMAIN (RFC 8020), or the name has other types only. */
      readonly kind: "absent";
      readonly why: "nxdomain" | "nodata";
      /** From the SOA (RFC 2308 §5); 0 where there was none. */
      readonly ttlSeconds: number;
      readonly authenticated: boolean;
      readonly aliases: readonly string[];
    }
  | {
      /** Nobody knows. */
      readonly kind: "failed";
      readonly why: "timeout" | "servfail" | "refused" | "malformed" | "unreachable" | "aborted";
      /** In words, for people. */
      readonly detail: string;
      /** The codes of RFC 8914 that servers gave as reasons. */
      readonly extendedErrors?: readonly number[];
    };

export interface RecordData {
  A: string;
  AAAA: string;
  /** Character strings joined without a separator (RFC 7208 §3.3), octets as latin1 text. */
  TXT: string;
  MX: { readonly preference: number; readonly exchange: string };
  /** RFC 2782; the target `.` says that the service is not offered. */
  SRV: {
    readonly priority: number;
    readonly weight: number;
    readonly port: number;
    readonly target: string;
  };
  NS: string;
  PTR: string;
  CNAME: string;
  TLSA: {
    readonly usage: number;
    readonly selector: number;
    readonly matchingType: number;
    /** Lower-case hex. */
    readonly data: string;
  };
  CAA: { readonly critical: boolean; readonly tag: string; readonly value: string };
  SOA: { readonly primary: string; readonly serial: number; readonly minimumSeconds: number };
  DS: { readonly keyTag: number; readonly algorithm: number; readonly digestType: number };
  /** The tag is the one that a DS record names the key by (RFC 4034 Appendix B). */
  DNSKEY: { readonly flags: number; readonly algorithm: number; readonly keyTag: number };
}

export type RecordType = keyof RecordData;

/** An RRSIG (RFC 4034 §3): times in milliseconds since the epoch. */
export interface RecordSignature {
  readonly typeCovered: string;
  readonly signer: string;
  readonly inceptionAt: number;
  readonly expiresAt: number;
}
