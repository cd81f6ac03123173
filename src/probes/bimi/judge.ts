import { gunzipSync } from "node:zlib";
import { DAY } from "../../domain/duration.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import type { HttpsAnswer } from "../../domain/https.ts";
import { logoFaults, pemCertificates, readBimiRecord } from "../../mail/bimi.ts";
import { readCertificate } from "../../mail/certificate.ts";
import { quoted } from "../../mail/txt-record.ts";
import { type DomainTarget, fault, type Fault } from "../domain-probe.ts";
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

/** A domain without the record has not set it up: nothing is found. */
export function judge(
  { record, logo, certificate, now }: Facts,
  { domain }: DomainTarget,
): readonly Fault<BimiFinding>[] {
  if (record.kind === "failed") {
    return [fault("bimi-undecided", `TXT of default._bimi.${domain}: ${record.detail}`)];
  }
  const parsed = record.kind === "found" ? readBimiRecord(record.records) : undefined;
  if (record.kind === "found" && parsed?.kind === "broken") {
    const published = record.records.map(quoted).join(", ");
    return [fault("bimi-record-broken", `${parsed.why}: found ${published}`)];
  }
  if (parsed?.kind !== "record") return [];
  return [
    ...judgeDocument(logo, "bimi-logo-broken", judgeLogo),
    ...judgeDocument(certificate, "bimi-certificate-broken", (pem) => judgeCertificate(pem, now)),
  ];
}

function judgeDocument(
  answer: HttpsAnswer | undefined,
  broken: BimiFinding,
  read: (body: string) => readonly Fault<BimiFinding>[],
): readonly Fault<BimiFinding>[] {
  switch (answer?.kind) {
    case undefined:
      return [];
    case "failed":
      return [fault("bimi-undecided", `${answer.detail} (${answer.why})`)];
    case "too-large":
      return [fault(broken, "the file is too large")];
    case "no-host":
    case "certificate":
      return [fault(broken, answer.detail)];
    case "answered":
      if (answer.status === 200) return read(answer.body);
      return [
        fault(
          answer.status >= 500 ? "bimi-undecided" : broken,
          `the web server answers with status ${answer.status}`,
        ),
      ];
  }
}

function judgeLogo(body: string): readonly Fault<BimiFinding>[] {
  const svg = body.startsWith("\x1f\x8b") ? unpacked(body) : body;
  const faults = svg === undefined ? ["it cannot be unpacked"] : logoFaults(svg);
  return faults.length === 0 ? [] : [fault("bimi-logo-broken", faults.join("; "))];
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

function judgeCertificate(pem: string, now: number): readonly Fault<BimiFinding>[] {
  const [der] = pemCertificates(pem);
  const leaf = der && readCertificate(der);
  if (leaf === undefined) {
    return [fault("bimi-certificate-broken", "the file holds no certificate (PEM)")];
  }
  const detail = `it ends ${new Date(leaf.notAfter).toISOString().slice(0, 10)}`;
  if (now >= leaf.notAfter) return [fault("bimi-certificate-expired", detail)];
  return leaf.notAfter - now < NEAR_END_MS ? [fault("bimi-certificate-near-end", detail)] : [];
}
