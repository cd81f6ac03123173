import type { DnsAnswer } from "../../domain/dns.ts";
import type { ListedKind } from "../../mail/blocklist.ts";
import type { TestNames } from "../../mail/dnsbl.ts";
import type { OurSubject, Skipped } from "./subjects.ts";

/** What one list answered at one look, without its key. */
export interface Facts {
  readonly tests: readonly TestAnswer[];
  readonly answers: readonly SubjectAnswer[];
  readonly skipped: readonly Skipped[];
}

export interface TestAnswer {
  readonly kind: ListedKind;
  readonly expected: keyof TestNames;
  readonly answer: DnsAnswer<string>;
}

export interface SubjectAnswer {
  readonly subject: OurSubject;
  readonly answer: DnsAnswer<string>;
  /** What the list says about the entry in its TXT record (RFC 5782 §2.1), where it has one. */
  readonly reason: string | undefined;
}
