import type { SmtpReply } from "../domain/canary.ts";
import { withoutSecrets } from "./printable.ts";

const MAX_TEXT_CHARACTERS = 500;
const MAX_QUEUE_ID_CHARACTERS = 100;

/** How servers tell the name they gave a message, the unmistakable ones first. */
const QUEUE_IDS: readonly RegExp[] = [
  /\bqueued as <?([\w.@-]+)/i, // Postfix, Haraka
  /\bid=([\w-]+)/i, // Exim
  /\bqueued with id ([\w-]+)/i, // Stalwart
  /\[InternalId=(\d+)/i, // Exchange
  /\bqueued \(([\w.-]+)\)/i, // Haraka
  /^(\w+) Message accepted for delivery/i, // Sendmail, OpenSMTPD
  /^ok (\d+ qp \d+)/i, // qmail
];

/**
 * Reads a reply as it came, lines and codes and all (RFC 5321 §4.2.1). Undefined: that is no
 * final reply, whatever it is.
 */
export function readReply(response: string, secrets: readonly string[]): SmtpReply | undefined {
  const lines = response.split("\n");
  const [, code] = /^([245]\d\d)(?:[ -]|\r?$)/.exec(lines[0] ?? "") ?? [];
  if (code === undefined) return undefined;
  const said = lines.map((line) => withoutCodes(line, code));
  const text = withoutSecrets(said.map(({ text }) => text).join(" "), secrets)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return {
    code: Number(code),
    enhanced: said.find(({ enhanced }) => enhanced !== undefined)?.enhanced,
    text: text.slice(0, MAX_TEXT_CHARACTERS),
    queueId: queueIdIn(text),
  };
}

/** Each line of a reply repeats the code, and the enhanced one as well (RFC 2034 §4). */
function withoutCodes(line: string, code: string): { enhanced: string | undefined; text: string } {
  const rest = line.startsWith(code) ? line.slice(code.length + 1) : line;
  const [matched = "", enhanced] = /^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(rest) ?? [];
  if (enhanced?.[0] !== code[0]) return { enhanced: undefined, text: rest };
  return { enhanced, text: rest.slice(matched.length) };
}

function queueIdIn(text: string): string | undefined {
  for (const pattern of QUEUE_IDS) {
    const id = pattern.exec(text)?.[1];
    if (id !== undefined) return id.slice(0, MAX_QUEUE_ID_CHARACTERS);
  }
  return undefined;
}
