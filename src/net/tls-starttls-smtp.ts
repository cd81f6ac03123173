import { hostname } from "node:os";
import { isIP, type Socket } from "node:net";
import { printable } from "./printable.ts";
import { type Dialogue, type DialogueReply, startDialogue } from "./smtp-dialogue.ts";
import type { PatienceMs, StartTls, StartTlsAnswer } from "./tls-starttls.ts";
import { TlsTrouble } from "./tls-trouble.ts";

/** EHLO keywords kept, at most. */
const MAX_CAPABILITIES = 40;

/** No server answers it with 250, the answer to EHLO, or 220, a greeting; and it does nothing. */
const SMUGGLED = "HELP";

/** STARTTLS in SMTP (RFC 3207 §4). */
export const SMTP: StartTls = {
  // Without QUIT (RFC 5321 §4.1.1.10) servers log a lost connection.
  goodbye: "QUIT",
  async ask({ socket, clock, patience, signal }, smuggles) {
    const dialogue = startDialogue(socket, clock, signal);
    try {
      return await askIn(dialogue, ehloName(socket), patience, smuggles);
    } finally {
      dialogue.detach();
    }
  },
  async isCarriedOver({ socket, clock, patience, signal }) {
    const dialogue = startDialogue(socket, clock, signal);
    dialogue.say(`EHLO ${ehloName(socket)}`);
    const first = await dialogue.read(patience.replyMs);
    if (first.code === 250) return false;
    // Of two answers the first is to what was smuggled; a lone one is an error that we have met.
    const next = first.code === 220 ? first : await dialogue.read(patience.replyMs);
    if (next.code !== 250) throw new TlsTrouble("rejected", said(first));
    return true;
  },
};

async function askIn(
  dialogue: Dialogue,
  name: string,
  patience: PatienceMs,
  smuggles: boolean,
): Promise<StartTlsAnswer> {
  await readGreeting(dialogue, patience);
  dialogue.say(`EHLO ${name}`);
  const hello = await dialogue.read(patience.replyMs);
  if (hello.code !== 250) throw new TlsTrouble("rejected", said(hello));
  const capabilities = capabilitiesIn(hello);
  if (!capabilities.includes("STARTTLS")) {
    const clear = { capabilities, saidMore: false };
    return { granted: false, clear, detail: withoutStartTls(capabilities) };
  }
  dialogue.say("STARTTLS", ...(smuggles ? [SMUGGLED] : []));
  const answer = await dialogue.read(patience.replyMs);
  const clear = { capabilities, saidMore: dialogue.hasMore };
  return { granted: answer.code === 220, clear, detail: said(answer) };
}

/** Reads the greeting; rejects with TlsTrouble where the server does not want us. */
export async function readGreeting(dialogue: Dialogue, patience: PatienceMs) {
  const greeting = await dialogue.read(patience.greetingMs);
  if (greeting.code !== 220) throw new TlsTrouble("rejected", said(greeting));
  return greeting;
}

/** EHLO keywords with parameters (RFC 5321 §4.1.1.1), the server's own name left out. */
export function capabilitiesIn({ lines }: DialogueReply): readonly string[] {
  return lines.slice(1, 1 + MAX_CAPABILITIES).map((line) => printable(line).toUpperCase());
}

/** The name we say EHLO with: the machine's, or its address where it has no proper one. */
export function ehloName(socket: Socket): string {
  const name = hostname();
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(name)) return name;
  const address = socket.localAddress ?? "127.0.0.1";
  // RFC 5321 §4.1.3.
  return isIP(address) === 6 ? `[IPv6:${address}]` : `[${address}]`;
}

/** Some firewalls put X over the keyword so that nobody asks for TLS. */
function withoutStartTls(capabilities: readonly string[]): string {
  return capabilities.some((capability) => /^X{4,}/.test(capability))
    ? "STARTTLS is blotted out (XXXX) in the answer to EHLO: a firewall strips it"
    : "STARTTLS is not among the answers to EHLO";
}

export function said({ code, lines }: DialogueReply): string {
  return `the server said: ${code} ${printable(lines.join(" "))}`;
}
