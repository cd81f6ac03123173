import { gunzipSync } from "node:zlib";
import { DAY } from "../../domain/duration.ts";
import type { HttpsAnswer } from "../../domain/https.ts";
import { logoFaults, mendedBimi, pemCertificates, readBimiRecord } from "../../mail/bimi.ts";
import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { readCertificate } from "../../mail/certificate.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { fault, type Fault } from "../domain-probe.ts";
import type { BimiFinding } from "./findings.ts";
import type { Facts } from "./observe.ts";

/** Mark certificates last a year and are issued after checks by hand. */
const NEAR_END_MS = 30 * DAY;
/** A compressed logo may become this large before it is given up. */
const MAX_UNPACKED_BYTES = 256 * 1024;

/** A domain without the record has not set it up: nothing is found. */
export function judge({ asked, logo, certificate, now }: Facts): readonly Fault<BimiFinding>[] {
  const unknown = failuresOf([asked]);
  if (unknown !== undefined) return [fault("bimi-undecided", unknown)];
  const texts = recordsOf(asked);
  const parsed = readBimiRecord(texts);
  if (parsed?.kind === "broken") {
    const publish = txtLine(asked.name, mendedBimi(texts));
    const detail = `${parsed.why}: found ${texts.map(quoted).join(", ")}. Publish ${publish}`;
    return [fault("bimi-record-broken", detail)];
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
      if (answer.location !== undefined && answer.status < 400) {
        return [
          fault(broken, `it redirects too often, or to no https address: ${answer.location}`),
        ];
      }
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
  if (now < leaf.notBefore) {
    return [fault("bimi-certificate-broken", `it is valid from ${dayOf(leaf.notBefore)} on`)];
  }
  const detail = `it ends ${dayOf(leaf.notAfter)}`;
  if (now >= leaf.notAfter) return [fault("bimi-certificate-expired", detail)];
  return leaf.notAfter - now < NEAR_END_MS ? [fault("bimi-certificate-near-end", detail)] : [];
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
