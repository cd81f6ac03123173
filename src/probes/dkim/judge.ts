import { DAY } from "../../domain/duration.ts";
import { parseDkimKey, withoutTesting } from "../../mail/dkim-key.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { fault, type Fault as FaultOf } from "../domain-probe.ts";
import type { DkimFinding } from "./findings.ts";
import { type Facts, type KeyFacts, keyName, type Target } from "./observe.ts";
import { isMismatch, signsNow, standIn, unsignedRoutes } from "./signing.ts";

/** RFC 8301 §3.2. */
const MIN_RSA_BITS = 1024;
const GOOD_RSA_BITS = 2048;
const NEW_PAIR = `A new pair: openssl genrsa -out dkim.key ${GOOD_RSA_BITS}`;

type Fault = FaultOf<DkimFinding>;

/** The details say which selectors they are about. */
export function judge(facts: Facts, target: Target): readonly Fault[] {
  return [
    ...facts.keys.flatMap((key) => judgeKey(key, facts, target)),
    ...unsignedRoutes(facts, target).map((detail) => fault("dkim-not-signed", detail)),
  ];
}

function judgeKey(key: KeyFacts, facts: Facts, target: Target): readonly Fault[] {
  const name = keyName(key);
  const { answer } = key;
  if (answer.kind === "failed") {
    return [fault("dkim-undecided", `TXT of ${name}: ${answer.detail}`)];
  }
  if (answer.kind === "absent") {
    return judgeGone(key, facts, fault("dkim-key-missing", howTo(name)));
  }
  const [text = "", ...others] = answer.records;
  if (others.length > 0) {
    return [fault("dkim-several-keys", `${name}: ${answer.records.map(quoted).join(" and ")}`)];
  }
  const parsed = parseDkimKey(text);
  switch (parsed.kind) {
    case "broken":
      return [fault("dkim-key-broken", `${name}: ${parsed.why}: ${quoted(text)}. ${howTo(name)}`)];
    case "unusable":
      return [fault("dkim-key-unusable", `${name}: ${parsed.why}: ${quoted(text)}`)];
    case "revoked":
      return judgeGone(
        key,
        facts,
        fault("dkim-key-revoked", `${name}: ${quoted(text)}. ${howTo(name)}`),
      );
    case "key":
      return [
        ...judgeStrength(name, parsed),
        ...(parsed.isTesting
          ? [fault("dkim-testing", `Publish ${txtLine(name, withoutTesting(text))}`)]
          : []),
        ...judgeUse(key, facts, target),
      ];
  }
}

/** Without its key a selector is broken, unless another one has taken over. */
function judgeGone(key: KeyFacts, facts: Facts, gone: Fault): readonly Fault[] {
  if (signsNow(key, facts)) return [gone];
  if (key.routes.length === 0) return [];
  const other = standIn(key, facts);
  return other === undefined
    ? [gone]
    : [fault("dkim-rotated", `${keyName(key)} is withdrawn, ${other} signs`)];
}

function judgeStrength(
  name: string,
  { algorithm, bits }: { readonly algorithm: string; readonly bits: number },
): readonly Fault[] {
  if (algorithm !== "rsa" || bits >= GOOD_RSA_BITS) return [];
  const detail = `${name}: RSA with ${bits} bits. ${NEW_PAIR}`;
  return [fault(bits < MIN_RSA_BITS ? "dkim-key-weak" : "dkim-key-short", detail)];
}

function judgeUse(key: KeyFacts, facts: Facts, { rotateAfterMs }: Target): readonly Fault[] {
  const name = keyName(key);
  if (isMismatch(key, facts)) {
    return [
      fault("dkim-key-mismatch", `${name}: the newest signature is not by it. ${howTo(name)}`),
    ];
  }
  const other = standIn(key, facts);
  if (other !== undefined && !signsNow(key, facts)) {
    return [fault("dkim-rotation", `${name} is still published, ${other} signs`)];
  }
  const ageMs = key.firstSeenAt === undefined ? 0 : facts.observedAt - key.firstSeenAt;
  if (ageMs <= rotateAfterMs) return [];
  return [
    fault(
      "dkim-key-old",
      `${name} has been the same for ${Math.floor(ageMs / DAY)} days. ${NEW_PAIR}`,
    ),
  ];
}

/** The record with all that we can know of it, and how to get at the rest. */
function howTo(name: string): string {
  const line = txtLine(name, "v=DKIM1; k=rsa; p=KEY");
  return `Publish ${line}, KEY being what this prints: openssl rsa -in YOUR.key -pubout -outform der | openssl base64 -A`;
}
