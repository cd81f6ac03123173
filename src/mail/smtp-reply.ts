import type { SmtpReply } from "../domain/canary.ts";

/** What a refusing or deferring reply is about, as far as its text tells. */
export const CAUSES = [
  "greylisting",
  "rate-limit",
  "blocklist",
  "authentication",
  "policy",
  "content",
  "mailbox-full",
  "no-such-user",
  "tls-required",
  "relay-denied",
  "login",
  "too-large",
  "loop",
  "dns",
  "unavailable",
  "other",
] as const;
export type Cause = (typeof CAUSES)[number];

/** Sorts a reply into the catalogue: by what its text says first, then by its codes. */
export function replyCause(reply: SmtpReply): Cause {
  const { enhanced = "" } = reply;
  const text = `${enhanced} ${reply.text}`;
  for (const [cause, pattern] of BY_TEXT) if (pattern.test(text)) return cause;
  for (const [cause, pattern] of BY_ENHANCED) if (pattern.test(enhanced)) return cause;
  return BY_CODE[reply.code] ?? "other";
}

/** The first that fits counts: words that name a cause outright come before those that hint at it. */
const BY_TEXT: readonly (readonly [Cause, RegExp])[] = [
  // Some receivers quote a list that refused *them*: that is no listing of ours.
  ["other", /query refused|open resolver/i],
  [
    "greylisting",
    /gr[ea]ylist|postgrey|try again in \d+ (?:seconds|minutes)|temporarily deferred by policy/i,
  ],
  [
    "relay-denied",
    /relay(?:ing)? (?:access |is )?(?:denied|not (?:permitted|allowed))|unable to relay|not (?:permitted|allowed) to relay|cannot relay/i,
  ],
  [
    "login",
    /authentication (?:failed|required|credentials)|auth(?:entication)? (?:is )?required|not logged in|invalid credentials|sender address rejected: not (?:logged in|owned)/i,
  ],
  [
    "tls-required",
    /\b[45]\.7\.29\b|must issue a starttls|starttls (?:is )?required|(?:tls|encryption) (?:is )?(?:required|needed)|requires? (?:tls|encryption)/i,
  ],
  [
    "dns",
    /\b[45]\.7\.25\b|reverse (?:dns|hostname|lookup)|\bptr\b|\brdns\b|cannot find your (?:reverse )?hostname|domain (?:of sender address .{1,100} )?(?:not found|does not (?:exist|resolve))|helo command rejected/i,
  ],
  // Google 4.7.26 to 5.7.32, Microsoft 5.7.515, and anybody's wording.
  [
    "authentication",
    /\b[45]\.7\.(?:2[0-4]|2[67]|3[0-2]|515)\b|\b(?:dmarc|dkim|spf)\b|unauthenticated|sender (?:is )?not authenticated|does(?:n't| not) pass authentication/i,
  ],
  // Microsoft S775 and 421 RP-001, Yahoo TSS04 to TSS11, Orange OFR_104.
  [
    "rate-limit",
    /\b[45]\.7\.28\b|rate[- ]?limit|too many (?:connections|messages|recipients|emails|errors|concurrent)|\btss(?:04|09|11)\b|\bs775\b|\brp-00[123]\b|throttl|quota for (?:sending|messages)|sending limit|exceeded (?:the|your) (?:rate|limit|maximum)|unusual rate|receiving mail (?:at a rate|too quickly)/i,
  ],
  // Microsoft S3140, S3150, 5.7.511, 5.7.606; Yahoo BL21, BL23; Apple CS01, HME1; T-Online (BL).
  [
    "blocklist",
    /\bs31[45]0\b|\b5\.7\.(?:511|60[6-9]|6[1-4]\d)\b|\b(?:bl21|bl23|cs01|hme1)\b|\(bl\)|spamhaus|spamcop|barracuda|abusix|sorbs|mimecast|uceprotect|proofpoint|cloudmark|invaluement|psbl|\brbl\b|\bdnsbl\b|b(?:lack|lock)[- ]?list|\b(?:is|are|was|been) (?:blocked|banned|listed)|blocked using|poor reputation|(?:low|bad) reputation|ask your postmaster/i,
  ],
  [
    "mailbox-full",
    /mailbox (?:is )?full|over (?:the )?quota|quota exceeded|exceeded (?:its )?(?:storage|quota)|out of storage|insufficient (?:disk|storage|system storage)/i,
  ],
  [
    "no-such-user",
    /user unknown|unknown user|no such (?:user|recipient|mailbox|address)|(?:mailbox|recipient|address|account|user) (?:\S{1,100} )?(?:not found|unavailable|unknown|does ?n[o']t exist|is disabled|rejected: (?:user )?un)|does not exist|invalid recipient|recipientnotfound/i,
  ],
  ["too-large", /message (?:size )?(?:exceeds|too (?:big|large))|size limit|too large/i],
  ["loop", /mail loop|loop detected|too many hops|hop count/i],
  [
    "content",
    /\bspam\b|content (?:rejected|denied|not (?:accepted|allowed))|virus|malware|phish|looks like|bulk mail|suspicious|unsolicited|undesirable/i,
  ],
  [
    "policy",
    /polic(?:y|ies)|not (?:accepted|allowed|permitted)|administrative(?:ly)? (?:prohibited|denied)|access denied|refused|rejected/i,
  ],
  [
    "unavailable",
    /service (?:temporarily )?(?:unavailable|not available)|temporar(?:y|ily)|try (?:again )?later|server busy|system not available|internal error|queue file write error/i,
  ],
];

/** RFC 3463 §3 and RFC 7372 §3. */
const BY_ENHANCED: readonly (readonly [Cause, RegExp])[] = [
  ["no-such-user", /^[45]\.1\.(?:[1236]|10)$|^[45]\.2\.1$/],
  ["dns", /^[45]\.1\.8$|^[45]\.7\.25$/],
  ["mailbox-full", /^[45]\.2\.2$|^[45]\.3\.1$/],
  ["too-large", /^[45]\.(?:2\.3|3\.4)$/],
  ["loop", /^[45]\.4\.6$/],
  ["login", /^[45]\.7\.(?:8|9)$/],
  ["tls-required", /^[45]\.7\.(?:10|11)$/],
  ["content", /^[45]\.6\.\d$/],
  ["policy", /^[45]\.7\.\d{1,3}$/],
  ["unavailable", /^4\.[34]\.\d$/],
];

/** RFC 5321 §4.2.3 and RFC 4954 §6. */
const BY_CODE: Readonly<Record<number, Cause>> = {
  421: "unavailable",
  450: "unavailable",
  451: "unavailable",
  452: "mailbox-full",
  530: "login",
  534: "login",
  535: "login",
  550: "policy",
  552: "mailbox-full",
  554: "policy",
};
