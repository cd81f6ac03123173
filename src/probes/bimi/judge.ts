import { gunzipSync } from "node:zlib";
import { DAY } from "../../domain/duration.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import type { Finding } from "../../domain/finding.ts";
import type { HttpsAnswer } from "../../domain/https.ts";
import { logoFaults, pemCertificates, readBimiRecord } from "../../mail/bimi.ts";
import { readCertificate } from "../../mail/certificate.ts";
import { quoted } from "../../mail/txt-record.ts";
import type { BimiFinding } from "./findings.ts";

export interface Facts {
  readonly now: number;
  readonly record: DnsAnswer<string>;
  /** What follows is there where the record names it. */
  readonly logo: HttpsAnswer | undefined;
  readonly certificate: HttpsAnswer | undefined;
}

/** Mark certificates last a year and are issued after checks by hand. */
const NEAR_END_MS = 30 * DAY;
/** A compressed logo may become this large before it is given up. */
const MAX_UNPACKED_BYTES = 256 * 1024;

type Found = Finding<BimiFinding>;

/** A domain without the record has not set it up: nothing is found. */
export function judge(facts: Facts, domain: string): readonly Found[] {
  const found = (kind: BimiFinding, detail: string): Found => ({ kind, subject: domain, detail });
  const { record, logo, certificate, now } = facts;
  if (record.kind === "failed") {
    return [found("bimi-undecided", `TXT of default._bimi.${domain}: ${record.detail}`)];
  }
  const parsed = record.kind === "found" ? readBimiRecord(record.records) : undefined;
  if (record.kind === "found" && parsed?.kind === "broken") {
    const published = record.records.map(quoted).join(", ");
    return [found("bimi-record-broken", `${parsed.why}: found ${published}`)];
  }
  if (parsed?.kind !== "record") return [];
  return [
    ...judgeDocument(logo, "bimi-logo-broken", judgeLogo),
    ...judgeDocument(certificate, "bimi-certificate-broken", (pem) => judgeCertificate(pem, now)),
  ].map(({ kind, detail }) => found(kind, detail));
}

interface Complaint {
  readonly kind: BimiFinding;
  readonly detail: string;
}

function judgeDocument(
  answer: HttpsAnswer | undefined,
  broken: BimiFinding,
  read: (body: string) => readonly Complaint[],
): readonly Complaint[] {
  switch (answer?.kind) {
    case undefined:
      return [];
    case "failed":
      return [{ kind: "bimi-undecided", detail: `${answer.detail} (${answer.why})` }];
    case "too-large":
      return [{ kind: broken, detail: "the file is too large" }];
    case "no-host":
    case "certificate":
      return [{ kind: broken, detail: answer.detail }];
    case "answered":
      if (answer.status === 200) return read(answer.body);
      return [
        {
          kind: answer.status >= 500 ? "bimi-undecided" : broken,
          detail: `the web server answers with status ${answer.status}`,
        },
      ];
  }
}

function judgeLogo(body: string): readonly Complaint[] {
  const svg = body.startsWith("\x1f\x8b") ? unpacked(body) : body;
  const faults = svg === undefined ? ["it cannot be unpacked"] : logoFaults(svg);
  return faults.length === 0 ? [] : [{ kind: "bimi-logo-broken", detail: faults.join("; ") }];
}

/** Logos may be compressed (.svgz). */
function unpacked(body: string): string | undefined {
  try {
    const limit = { maxOutputLength: MAX_UNPACKED_BYTES };
    return gunzipSync(Buffer.from(body, "latin1"), limit).toString("latin1");
  } catch {
    return undefined; // Broken or a bomb: zlib says it by throwing.
  }
}

function judgeCertificate(pem: string, now: number): readonly Complaint[] {
  const [der] = pemCertificates(pem);
  const leaf = der && readCertificate(der);
  if (leaf === undefined) {
    return [{ kind: "bimi-certificate-broken", detail: "the file holds no certificate (PEM)" }];
  }
  const detail = `it ends ${new Date(leaf.notAfter).toISOString().slice(0, 10)}`;
  if (now >= leaf.notAfter) return [{ kind: "bimi-certificate-expired", detail }];
  return leaf.notAfter - now < NEAR_END_MS ? [{ kind: "bimi-certificate-near-end", detail }] : [];
}
