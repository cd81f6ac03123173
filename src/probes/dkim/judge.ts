import { DAY } from "../../domain/duration.ts";
import { keyTypeIn, parseDkimKey, usable, withoutTesting } from "../../mail/dkim-key.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { fault, type Fault as FaultOf } from "../domain-probe.ts";
import type { DkimFinding } from "./findings.ts";
import { type Facts, type KeyFacts, keyName, type Target } from "./observe.ts";
import {
  howTo,
  howToEnd,
  howToRotate,
  isKeptElsewhere,
  type KeyType,
  NEW_RSA,
} from "./remedies.ts";
import {
  isMismatch,
  isTurnUnknown,
  signsNow,
  signsWithOtherType,
  type StandIn,
  standIn,
  unsignedRoutes,
} from "./signing.ts";

const OTHER_TYPE = { rsa: "ed25519", ed25519: "rsa" } as const;
/** RFC 8301 §3.2. */
const MIN_RSA_BITS = 1024;
const GOOD_RSA_BITS = 2048;

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
      return [
        fault(
          "dkim-key-broken",
          `${name}: ${parsed.why}: ${quoted(text)}. ${howTo(name, keyTypeIn(text))}`,
        ),
      ];
    case "unusable": {
      const better = usable(text);
      const publish = better === undefined ? howTo(name) : `Publish ${txtLine(name, better)}`;
      return [fault("dkim-key-unusable", `${name}: ${parsed.why}: ${quoted(text)}. ${publish}`)];
    }
    case "revoked":
      return judgeGone(
        key,
        facts,
        fault("dkim-key-revoked", `${name}: ${quoted(text)}. ${howTo(name, keyTypeIn(text))}`),
      );
    case "key":
      return [
        ...judgeStrength(name, parsed),
        ...(parsed.isTesting
          ? [fault("dkim-testing", `Publish ${txtLine(name, withoutTesting(text))}`)]
          : []),
        ...judgeUse(key, parsed.algorithm, facts, target),
      ];
  }
}

/** Without its key a selector is broken, unless another one has taken over. */
function judgeGone(key: KeyFacts, facts: Facts, gone: Fault): readonly Fault[] {
  if (signsNow(key, facts)) return [gone];
  if (key.routes.length === 0) return [];
  const other = standIn(key, facts);
  // A service publishes the key that its CNAME leads to when the turn comes to it.
  const mayWait = other?.isConfigured === true || isTurnUnknown(key, facts);
  if (mayWait && isKeptElsewhere(key)) return [];
  return other === undefined
    ? [gone]
    : [fault("dkim-rotated", `${keyName(key)} is withdrawn, ${other.name} signs`)];
}

function judgeStrength(
  name: string,
  { algorithm, bits }: { readonly algorithm: KeyType; readonly bits: number },
): readonly Fault[] {
  if (algorithm !== "rsa" || bits >= GOOD_RSA_BITS) return [];
  const detail = `${name}: RSA with ${bits} bits. ${NEW_RSA}`;
  return [fault(bits < MIN_RSA_BITS ? "dkim-key-weak" : "dkim-key-short", detail)];
}

function judgeUse(
  key: KeyFacts,
  algorithm: KeyType,
  facts: Facts,
  { rotateAfterMs }: Target,
): readonly Fault[] {
  const name = keyName(key);
  if (isMismatch(key, facts)) {
    const type = signsWithOtherType(key, facts) ? OTHER_TYPE[algorithm] : algorithm;
    const detail = `${name}: the newest signature is not by it. ${howTo(name, type)}`;
    return [fault("dkim-key-mismatch", detail)];
  }
  const other = standIn(key, facts);
  if (other !== undefined && !signsNow(key, facts)) return judgeRest(key, algorithm, other);
  const ageMs = key.firstSeenAt === undefined ? 0 : facts.observedAt - key.firstSeenAt;
  if (ageMs <= rotateAfterMs) return [];
  const age = `${name} has been the same for ${Math.floor(ageMs / DAY)} days`;
  return [fault("dkim-key-old", `${age}. ${howToRotate(key, algorithm)}`)];
}

/** A key that does not sign while another one does; both configured is a pair that takes turns. */
function judgeRest(key: KeyFacts, algorithm: KeyType, other: StandIn): readonly Fault[] {
  const name = keyName(key);
  if (!other.isConfigured) {
    const detail = `${name} is still published, ${other.name} signs. ${howToEnd(key)}`;
    return [fault("dkim-rotation", detail)];
  }
  const [text = ""] = other.key?.answer.kind === "found" ? other.key.answer.records : [];
  // RFC 8463 §6: who cannot verify Ed25519 needs the RSA signature beside it.
  if (algorithm === "ed25519" || keyTypeIn(text) === "rsa") return [];
  const detail = `mail is signed with ${other.name} (Ed25519) alone, without ${name} (RSA), and many receivers verify RSA only`;
  return [fault("dkim-not-signed", detail)];
}
