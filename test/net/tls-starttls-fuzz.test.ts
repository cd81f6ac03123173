import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createClock } from "../../src/net/clock.ts";
import { START_TLS } from "../../src/net/tls-protocols.ts";
import { TlsTrouble } from "../../src/net/tls-trouble.ts";

const WORDS =
  "* |OK|PREAUTH|BYE|CAPABILITY |STARTTLS|a1 |b2 |s1 |NO|+ |{9}|+OK|-ERR|STLS|USER|.|220|250|-| |\r\n|\r\n|\n";

/** How far an honest server goes, before it is none any more. */
const HONEST = {
  smtp: ["220 hi\r\n", "250-hi\r\n250 STARTTLS\r\n", "220 go\r\n"],
  imap: ["* OK hi\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "b2 OK\r\n"],
  pop3: ["+OK hi\r\n", "+OK\r\nSTLS\r\n.\r\n", "+OK\r\n"],
};

/** What a server might say, all of it at once or in pieces. */
const speech = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...WORDS.split("|")) },
    fc.uint8Array({ maxLength: 20 }).map((octets) => Buffer.from(octets).toString("latin1")),
  ),
  { maxLength: 60 },
);

/** A connection whose other end says all this, whatever it hears, and hangs up. */
function connection(pieces: readonly string[]): Socket {
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  for (const piece of pieces) if (piece !== "") stream.push(Buffer.from(piece, "latin1"));
  stream.push(null);
  return stream as unknown as Socket;
}

/** Everything that is quoted of the server; throws what should not be thrown. */
async function told(protocol: keyof typeof HONEST, pieces: readonly string[], smuggles: boolean) {
  const socket = connection(pieces);
  const patience = { greetingMs: 1000, replyMs: 1000 };
  const talk = { socket, clock: createClock(), patience, signal: new AbortController().signal };
  try {
    const { granted, clear, detail } = await START_TLS[protocol].ask(talk, smuggles);
    return { outcome: granted ? "granted" : "declined", texts: [detail, ...clear.capabilities] };
  } catch (error) {
    if (!(error instanceof TlsTrouble)) throw error;
    return { outcome: error.why, texts: [error.message] };
  } finally {
    socket.destroy();
  }
}

it.each(["smtp", "imap", "pop3"] as const)(
  "answers or gives up, whatever a server of %s says, and quotes nothing but text",
  async (protocol) => {
    const outcomes = new Set<string>();
    const steps = fc.integer({ min: 0, max: 3 });
    await fc.assert(
      fc.asyncProperty(steps, speech, fc.boolean(), async (honest, pieces, smuggles) => {
        const said = [...HONEST[protocol].slice(0, honest), ...pieces];
        const { outcome, texts } = await told(protocol, said, smuggles);
        outcomes.add(outcome);
        expect(texts.filter((text) => /\p{Cc}/u.test(text) || text.length > 400)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    const possible = ["granted", "declined", "rejected", "closed", "protocol"];
    expect([...outcomes].filter((outcome) => !possible.includes(outcome))).toEqual([]);
    expect(outcomes).toContain("granted");
  },
);
