import { printable } from "./printable.ts";
import { type ServerLines, startLines } from "./server-lines.ts";
import type { StartTls, StartTlsAnswer, Talk } from "./tls-starttls.ts";
import { TlsTrouble } from "./tls-trouble.ts";

/** Capabilities kept, at most. */
const MAX_CAPABILITIES = 40;

/** Not allowed before login (RFC 1939 §5), so that no server answers it with +OK; and it does nothing. */
const SMUGGLED = "NOOP";

/** STLS in POP3 (RFC 2595 §4). */
export const POP3: StartTls = {
  goodbye: "QUIT",
  async ask(talk, smuggles) {
    const lines = startLines(talk.socket, talk.signal);
    try {
      return await askIn(lines, talk, smuggles);
    } finally {
      lines.detach();
    }
  },
  async isCarriedOver({ socket, patience, signal }) {
    const lines = startLines(socket, signal);
    using _ = lines.within(patience.replyMs);
    lines.say("CAPA");
    const first = await readStatus(lines);
    if (first.isOk) return false;
    // Of two answers the first is to what was smuggled; a lone one is an error that we have met.
    if (!(await readStatus(lines)).isOk) throw new TlsTrouble("rejected", saidBy(first.line));
    return true;
  },
};

async function askIn(
  lines: ServerLines,
  { patience }: Talk,
  smuggles: boolean,
): Promise<StartTlsAnswer> {
  const greeting = await readGreeting(lines, patience.greetingMs);
  if (!greeting.isOk) throw new TlsTrouble("rejected", saidBy(greeting.line));
  const capabilities = await askCapabilities(lines, patience.replyMs);
  if (!capabilities.includes("STLS")) {
    const clear = { capabilities, saidMore: false };
    return { granted: false, clear, detail: "STLS is not among the answers to CAPA" };
  }
  using _ = lines.within(patience.replyMs);
  lines.say("STLS", ...(smuggles ? [SMUGGLED] : []));
  const answer = await readStatus(lines);
  const clear = { capabilities, saidMore: lines.hasMore };
  return { granted: answer.isOk, clear, detail: saidBy(answer.line) };
}

interface Status {
  readonly isOk: boolean;
  readonly line: string;
}

async function readGreeting(lines: ServerLines, timeoutMs: number): Promise<Status> {
  using _ = lines.within(timeoutMs);
  return await readStatus(lines);
}

/** RFC 1939 §3: +OK or -ERR, and words behind it. */
async function readStatus(lines: ServerLines): Promise<Status> {
  const line = await lines.next();
  const [, sign] = /^(\+OK|-ERR)(?: |$)/i.exec(line) ?? [];
  if (sign === undefined) throw new TlsTrouble("protocol", "the server does not speak POP3");
  return { isOk: sign.startsWith("+"), line };
}

/** RFC 2449 §5: a line each, up to a line with nothing but a dot; none where CAPA is not known. */
async function askCapabilities(lines: ServerLines, timeoutMs: number): Promise<readonly string[]> {
  using _ = lines.within(timeoutMs);
  lines.say("CAPA");
  const capabilities: string[] = [];
  if (!(await readStatus(lines)).isOk) return capabilities;
  for (;;) {
    const line = await lines.next();
    if (line === ".") return capabilities;
    if (capabilities.length < MAX_CAPABILITIES) capabilities.push(printable(line).toUpperCase());
  }
}

function saidBy(line: string): string {
  return `the server said: ${printable(line)}`;
}
