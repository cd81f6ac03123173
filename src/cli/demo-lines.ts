import { type Fault, faultName, FAULTS } from "../demo/fault.ts";
import { PROVIDER_NAMES } from "../demo/providers.ts";
import { CANARY_EVERY_SECONDS } from "../demo/world-config.ts";
import type { Canary } from "../domain/canary.ts";
import { formatDuration, SECOND } from "../domain/duration.ts";
import { keyHelp } from "./demo-keys.ts";

/** What the demo says when everything runs. */
export function greeting(at: {
  readonly pageUrl: string;
  readonly controlUrl: string;
  readonly withKeys: boolean;
}): string {
  const page = at.pageUrl.replace(/\/$/, "");
  const keys = at.withKeys ? `\n  with a key:\n${keyHelp().replaceAll(/^/gm, "  ")}` : "";
  return `
A small mail world runs on this machine: a mail server of yours, the providers
${PROVIDER_NAMES.join(", ")}, and the real Mailcanary, which sends each a canary every
${CANARY_EVERY_SECONDS} seconds and looks where it lands.

  Page      ${page}/
  Metrics   ${page}/metrics

Break something, and watch it being noticed:${keys}
  from another terminal, and mend it:
    curl -X POST ${at.controlUrl}/faults/spam-at=bigmail
    curl -X DELETE ${at.controlUrl}/faults/spam-at=bigmail
    curl ${at.controlUrl}/   (what else there is)
  from the start:
    npm run demo -- --fault spam-at=bigmail

Ctrl-C ends it and leaves nothing behind.
`;
}

/** `14:02:03 bigmail  inbox    after 0.8 s`; undefined for a step that is not worth a line. */
export function stepLine(after: Canary, before: Canary | undefined): string | undefined {
  const ended = after.outcome !== undefined && before?.outcome === undefined;
  const cameAfterAll = before?.outcome !== undefined && before.arrival === undefined;
  if (ended) return line(after.provider, after.outcome, explanation(after));
  if (cameAfterAll && after.arrival !== undefined) {
    return line(after.provider, after.arrival.placement, `${explanation(after)}, given up before`);
  }
  return after.late && before?.late === false
    ? line(after.provider, "late", "not seen yet; still looking")
    : undefined;
}

/** A fault coming into force or being mended. */
export function faultLine(fault: Fault, inForce: boolean): string {
  return inForce
    ? `${clock(Date.now())} BROKEN   ${describeFault(fault)}`
    : `${clock(Date.now())} MENDED   ${faultName(fault)}`;
}

/** `spam-at=bigmail:0.3 (files it as spam)`. */
export function describeFault(fault: Fault): string {
  const info = FAULTS[fault.kind];
  if (!("amount" in info)) return `${faultName(fault)} (${info.what})`;
  const amount = info.amount === "duration" ? formatDuration(fault.amount) : `${fault.amount}`;
  const always = info.amount === "probability" && fault.amount === 1;
  return `${faultName(fault)}${always ? "" : `:${amount}`} (${info.what})`;
}

/** Every fault that there is, a line each. */
export function catalogue(): string {
  const lines = Object.entries(FAULTS).map(([kind, info]) => {
    const place = info.where === "provider" ? "=PROVIDER" : "";
    const amount = "amount" in info ? `[:${info.amount}]` : "";
    return `  ${`${kind}${place}${amount}`.padEnd(32)} ${info.what}`;
  });
  return ["There is:", ...lines, `PROVIDER is one of ${PROVIDER_NAMES.join(", ")}.`].join("\n");
}

function line(provider: string, word: string, explanation: string): string {
  return `${clock(Date.now())} ${provider.padEnd(8)} ${word.padEnd(8)} ${explanation}`;
}

function explanation({ arrival, submittedAt, reply, outcome }: Canary): string {
  if (arrival !== undefined && submittedAt !== undefined) {
    return `after ${((arrival.seenAt - submittedAt) / SECOND).toFixed(1)} s`;
  }
  if (reply !== undefined && reply.code >= 400) {
    return [reply.code, reply.enhanced, reply.text].filter((part) => part !== undefined).join(" ");
  }
  if (outcome === "missing" && submittedAt !== undefined) {
    return `in no folder ${formatDuration(Date.now() - submittedAt)} after it was sent`;
  }
  return "could not be told";
}

/** The time of day here: `14:02:03`. */
function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}
