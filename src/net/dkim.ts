import type { DKIMResult } from "mailauth";
import type { SignatureCheck } from "../domain/canary.ts";
import { SECOND } from "../domain/duration.ts";
import type { Signatures } from "../domain/net.ts";
import { parseHeader } from "../mail/header-fields.ts";
import type { Resolve } from "./dns.ts";
import { printable } from "./printable.ts";

/** Each signature has the message hashed anew, at worst (blanks) a megabyte in half a second. */
const MAX_HASHED_BYTES = 1024 * 1024;
/** Every signature picks from every field: beyond these a forged header costs seconds to verify. */
const MAX_HEADER_BYTES = 128 * 1024;
const MAX_FIELDS = 500;
const MAX_SIGNATURES = 10;
/** All signatures of a message together. */
const VERIFY_TIMEOUT_MS = 30 * SECOND;

/** RFC 8601 §2.7.1 knows more results than RFC 6376 §3.9; these are one permanent failure there. */
const RESULTS: Readonly<Record<string, SignatureCheck["result"]>> = {
  pass: "pass",
  fail: "fail",
  temperror: "temperror",
  neutral: "permerror",
  policy: "permerror",
};

/** Verifies DKIM with keys fetched through `resolve` and by no other way. */
export function createSignatures(resolve: Resolve, timeoutMs = VERIFY_TIMEOUT_MS): Signatures {
  return {
    async verifyDkim(raw, signal) {
      const signatures = signaturesOf(raw);
      if (signatures.length === 0) return [];
      const obstacle = tooMuch(raw, signatures.length);
      if (obstacle !== undefined) return undecided(signatures, obstacle);
      try {
        const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        return await unlessAborted(verify(raw, resolve), within);
      } catch (error) {
        if (signal.aborted) return undecided(signatures, "aborted");
        const why = error instanceof Error ? error.message : String(error);
        return undecided(signatures, `could not be verified: ${printable(why)}`);
      }
    },
  };
}

async function verify(raw: string, resolve: Resolve): Promise<SignatureCheck[]> {
  // Loaded with the first message: it costs memory that a daemon without mail need not pay.
  const { dkimVerify } = await import("mailauth/lib/dkim/verify.js");
  const { results } = await dkimVerify(Buffer.from(raw, "latin1"), {
    resolver: (name) => resolve(name, "TXT"),
    strict: true,
  });
  return results.filter(({ status }) => status.result !== "none").map(checkOf);
}

function checkOf({ signingDomain, selector, status, ...sizes }: DKIMResult): SignatureCheck {
  const result = RESULTS[status.result] ?? "permerror";
  return {
    domain: printable(signingDomain ?? ""),
    selector: printable(selector ?? ""),
    result,
    detail: result === "pass" ? uncovered(sizes) : reasonOf(status),
  };
}

function reasonOf({ comment, policy }: DKIMResult["status"]): string {
  return printable(comment ?? policy?.["dkim-rules"] ?? "no reason given");
}

/** RFC 6376 §8.2: with the l= tag anybody may append to the body, and the signature holds. */
function uncovered({ canonBodyLengthLimit, canonBodyLengthTotal }: Partial<DKIMResult>) {
  if (canonBodyLengthLimit === undefined || canonBodyLengthTotal === undefined) return undefined;
  return `l=${canonBodyLengthLimit}: signs that much of a body of ${canonBodyLengthTotal} bytes`;
}

type Signer = Pick<SignatureCheck, "domain" | "selector">;

/** Who claims to have signed, whether it can be verified or not. */
function signaturesOf(raw: string): Signer[] {
  return parseHeader(raw)
    .filter(({ name }) => name === "dkim-signature")
    .map(({ value }) => ({ domain: tag(value, "d"), selector: tag(value, "s") }));
}

/** RFC 6376 §3.2: tags are parted by semicolons, with blanks wherever the signer liked. */
function tag(value: string, name: string): string {
  const field = value.split(";").find((part) => part.trimStart().startsWith(`${name}=`));
  return printable(field?.slice(field.indexOf("=") + 1) ?? "");
}

function tooMuch(raw: string, signatures: number): string | undefined {
  const headerEnd = /\r?\n\r?\n/.exec(raw)?.index ?? raw.length;
  if (signatures > MAX_SIGNATURES) return `more than ${MAX_SIGNATURES} signatures`;
  if (raw.length * signatures > MAX_HASHED_BYTES) return "too long for so many signatures";
  if (headerEnd > MAX_HEADER_BYTES) return `a header longer than ${MAX_HEADER_BYTES} bytes`;
  if (parseHeader(raw).length > MAX_FIELDS) return `more than ${MAX_FIELDS} header fields`;
  return undefined;
}

function undecided(signatures: readonly Signer[], detail: string): SignatureCheck[] {
  return signatures
    .slice(0, MAX_SIGNATURES)
    .map((signer) => ({ ...signer, result: "temperror", detail }));
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
