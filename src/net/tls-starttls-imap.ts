import { printable } from "./printable.ts";
import { type ServerLines, startLines } from "./server-lines.ts";
import type { StartTls, StartTlsAnswer, Talk } from "./tls-starttls.ts";
import { TlsTrouble } from "./tls-trouble.ts";

/** Capabilities kept, at most; real servers have thirty. */
const MAX_CAPABILITIES = 100;

/** The tag of the smuggled command: an answer with it can be to nothing else. */
const SMUGGLED = "s1";

/** STARTTLS in IMAP (RFC 9051 §6.2.1, RFC 2595 §3.1). */
export const IMAP: StartTls = {
  goodbye: "z9 LOGOUT",
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
    lines.say("c3 NOOP");
    for (;;) {
      const line = await lines.next();
      if (line.startsWith(`${SMUGGLED} `)) return true;
      if (line.startsWith("c3 ")) return false;
    }
  },
};

async function askIn(
  lines: ServerLines,
  { patience }: Talk,
  smuggles: boolean,
): Promise<StartTlsAnswer> {
  const greeting = await readGreeting(lines, patience.greetingMs);
  if (greeting === "PREAUTH") return unasked([], PREAUTH);
  const told = await command(lines, "a1 CAPABILITY", patience.replyMs);
  if (told.status !== "OK") throw new TlsTrouble("rejected", saidBy(told.text));
  const capabilities = capabilitiesIn(told.untagged);
  if (!capabilities.includes("STARTTLS")) {
    return unasked(capabilities, "STARTTLS is not among its capabilities");
  }
  const more = smuggles ? [`${SMUGGLED} NOOP`] : [];
  const answer = await command(lines, "b2 STARTTLS", patience.replyMs, more);
  const clear = { capabilities, saidMore: lines.hasMore };
  return { granted: answer.status === "OK", clear, detail: saidBy(answer.text) };
}

/** RFC 9051 §7.1.4: who is logged in cannot ask for TLS any more, and somebody may want just that. */
const PREAUTH = "it greets with PREAUTH, after which there is no STARTTLS";

function unasked(capabilities: readonly string[], detail: string): StartTlsAnswer {
  return { granted: false, clear: { capabilities, saidMore: false }, detail };
}

async function readGreeting(lines: ServerLines, timeoutMs: number): Promise<"OK" | "PREAUTH"> {
  using _ = lines.within(timeoutMs);
  const line = await lines.next();
  const [, word = ""] = /^\* (OK|PREAUTH|BYE)(?: |$)/i.exec(line) ?? [];
  if (/^ok$/i.test(word)) return "OK";
  if (/^preauth$/i.test(word)) return "PREAUTH";
  if (word === "") throw new TlsTrouble("protocol", "the server does not speak IMAP");
  throw new TlsTrouble("rejected", saidBy(line.slice("* ".length)));
}

interface Response {
  readonly status: string;
  /** The tagged line without its tag. */
  readonly text: string;
  readonly untagged: readonly string[];
}

/**
 * Sends a command and reads up to the line with its tag. Literals (RFC 9051 §4.3) have no place in any
 * answer to these commands: what comes in one is taken for lines like all others.
 */
async function command(
  lines: ServerLines,
  said: string,
  timeoutMs: number,
  more: readonly string[] = [],
): Promise<Response> {
  const [tag = ""] = said.split(" ", 1);
  using _ = lines.within(timeoutMs);
  lines.say(said, ...more);
  const untagged: string[] = [];
  for (;;) {
    const line = await lines.next();
    if (line.startsWith("* ")) {
      const text = line.slice("* ".length);
      if (/^BYE(?: |$)/i.test(text)) throw new TlsTrouble("rejected", saidBy(text));
      untagged.push(text);
      continue;
    }
    const [, status] = /^(OK|NO|BAD)(?: |$)/i.exec(line.slice(tag.length + 1)) ?? [];
    if (!line.startsWith(`${tag} `) || status === undefined) {
      throw new TlsTrouble("protocol", "the server does not speak IMAP");
    }
    return { status: status.toUpperCase(), text: line.slice(tag.length + 1), untagged };
  }
}

function capabilitiesIn(untagged: readonly string[]): readonly string[] {
  return untagged
    .flatMap((text) => (/^CAPABILITY /i.test(text) ? text.split(" ").slice(1) : []))
    .slice(0, MAX_CAPABILITIES)
    .map((word) => printable(word).toUpperCase());
}

function saidBy(text: string): string {
  return `the server said: ${printable(text)}`;
}
