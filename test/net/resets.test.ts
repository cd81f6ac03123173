import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { expect, it, onTestFinished } from "vitest";
import { MailboxError } from "../../src/domain/net.ts";
import type { TlsMode } from "../../src/domain/endpoint.ts";
import { never, scriptedMailboxes } from "../fakes/imap-client.ts";
import { scriptSeed, startImapScript } from "../fakes/imap-script.ts";
import { type Cut, resettingProxy } from "../fakes/resetting-proxy.ts";
import { authority, identity } from "./look-at.ts";
import { submitTo } from "./submit.ts";

/** Whole sessions have 900 to 2800 bytes of the server's. */
const LONGEST_BYTES = 3500;
const STEP_BYTES = 113;
const MODES: readonly TlsMode[] = ["none", "starttls", "implicit"];

it.each(MODES)("a hand-over survives a reset anywhere: %s", { timeout: 90_000 }, async (tls) => {
  const port = await submissionServer(tls);
  const answers = await atEachCut(port, (proxyPort) =>
    submitTo({ port: proxyPort, tls, ca: authority.ca }).then(({ kind }) => kind),
  );
  expect(answers.at(-1)).toBe("accepted");
  expect(answers[0]).toBe("deferred");
});

it.each(MODES)("a mailbox survives a reset anywhere: %s", { timeout: 90_000 }, async (tls) => {
  const capabilities = `IMAP4rev1 AUTH=PLAIN${tls === "starttls" ? " STARTTLS" : ""}`;
  const script = tls === "none" ? { capabilities } : { capabilities, tls: identity };
  await using server = await startImapScript(script);
  const answers = await atEachCut(server.port, async (port) => {
    try {
      const seed = scriptSeed({ port, tls, ca: authority.ca });
      await using _session = await scriptedMailboxes({ loginMs: 5000 }).open(seed, never);
      return "open";
    } catch (error) {
      if (error instanceof MailboxError) return "closed";
      throw error;
    }
  });
  expect(answers.at(-1)).toBe("open");
  expect(answers[0]).toBe("closed");
});

/** What comes of it with the connection reset after ever more bytes; an error that nobody hears fails the run. */
async function atEachCut<T>(serverPort: number, attempt: (port: number) => Promise<T>) {
  let cut: Cut = { afterBytes: 0, delivers: false };
  await using proxy = await resettingProxy(serverPort, () => cut);
  const answers: T[] = [];
  for (let afterBytes = 0; afterBytes < LONGEST_BYTES; afterBytes += STEP_BYTES) {
    cut = { afterBytes, delivers: afterBytes % 2 === 1 };
    answers.push(await attempt(proxy.port));
  }
  return answers;
}

async function submissionServer(tls: TlsMode): Promise<number> {
  const server = new SMTPServer({
    ...identity,
    secure: tls === "implicit",
    authOptional: true,
    disabledCommands: tls === "none" ? ["AUTH", "STARTTLS"] : ["AUTH"],
    disableReverseLookup: true,
    onData(stream, _session, callback) {
      stream.on("end", () => callback()).resume();
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return (server.server.address() as AddressInfo).port;
}
