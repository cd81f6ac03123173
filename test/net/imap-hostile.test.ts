import { describe, expect, it } from "vitest";
import { MailboxError, type MailboxSession } from "../../src/domain/net.ts";
import type { ImapLimits } from "../../src/net/imap-limits.ts";
import { never, openScripted } from "../fakes/imap-client.ts";
import { startImapScript, type ImapScript } from "../fakes/imap-script.ts";

const QUICK: Partial<ImapLimits> = { loginMs: 200, commandMs: 200, logoutMs: 50 };
/** For servers that answer quickly, on a machine that may be busy. */
const PATIENT: Partial<ImapLimits> = { loginMs: 10_000, commandMs: 10_000 };
const QUERY = { afterUid: 0, since: undefined, limit: 10 };
const MIB = 1024 * 1024;

const mail = (uid: number) => ({
  uid,
  raw: `Message-ID: <id${uid}@example.org>\r\nX-Canary-Token: token\r\n\r\nHello\r\n`,
});

/** A session from the login to the logout, as a watch makes it. */
async function live(session: MailboxSession): Promise<void> {
  await session.folders();
  const state = await session.examine("INBOX");
  await session.glance({ ...QUERY, since: Date.UTC(2026, 10, 22) });
  await session.read(1, 100);
  await session.news(5, never);
  await session.quota();
  await session.remove("INBOX", state, [1]);
}

/** Plays a whole life against the script; answers how it ended, when every socket is closed. */
async function outcome(
  script: ImapScript,
  limits: Partial<ImapLimits> = {},
  act: (session: MailboxSession) => Promise<unknown> = live,
): Promise<{ error: MailboxError | undefined; sentBytes: number }> {
  await using server = await startImapScript({ mails: [mail(1)], ...script });
  let sentBytes = 0;
  let error: MailboxError | undefined;
  try {
    await using session = await openScripted(server, { ...QUICK, ...limits });
    await act(session);
    for (const open of server.sessions) sentBytes = open.sentBytes;
  } catch (thrown) {
    // Anything else is a bug.
    if (!(thrown instanceof MailboxError)) throw thrown;
    error = thrown;
  }
  await expect.poll(() => server.openSockets(), { interval: 2, timeout: 10_000 }).toBe(0);
  return { error, sentBytes };
}

async function each(count: number, step: number, play: (n: number) => Promise<void>) {
  const LANES = 20;
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      for (let n = lane * step; n < count; n += LANES * step) await play(n);
    }),
  );
}

describe("a server that", () => {
  it("closes at any byte of a session is told as unreachable", async () => {
    const short = { capabilities: "IMAP4rev1 IDLE" };
    const look = async (session: MailboxSession) => {
      await session.examine("INBOX");
      await session.glance(QUERY);
      await session.news(5, never);
      await session.poke();
    };
    const { error, sentBytes } = await outcome(short, PATIENT, look);
    expect(error).toBeUndefined();
    await each(sentBytes, 1, async (afterBytes) => {
      const script: ImapScript = { ...short, cut: { afterBytes, how: "close" } };
      const { error } = await outcome(script, PATIENT, look);
      expect([afterBytes, error?.reason]).toEqual([afterBytes, "unreachable"]);
    });
  });

  it("closes at some byte of a long session is told as unreachable", async () => {
    const whole = await outcome({}, PATIENT);
    await each(whole.sentBytes, 13, async (afterBytes) => {
      const { error } = await outcome({ cut: { afterBytes, how: "close" } }, PATIENT);
      expect([afterBytes, error?.reason]).toEqual([afterBytes, "unreachable"]);
    });
  });

  it("falls silent at some byte of a session is told as timed out", async () => {
    const whole = await outcome({}, PATIENT);
    const limits = { loginMs: 60, commandMs: 40, logoutMs: 10 };
    await each(whole.sentBytes, 7, async (afterBytes) => {
      const { error } = await outcome({ cut: { afterBytes, how: "silence" } }, limits);
      expect([afterBytes, error?.reason]).toEqual([afterBytes, "timeout"]);
    });
  });

  it("garbles some byte of a session is survived", async () => {
    const whole = await outcome({}, PATIENT);
    const limits = { loginMs: 60, commandMs: 40, logoutMs: 10 };
    const bytes = [0, 0x0a, 0x28, 0x7b, 0xff];
    await each(whole.sentBytes, 11, async (at) => {
      const garble = (sent: Buffer, offset: number) => {
        const copy = Buffer.from(sent);
        if (at >= offset && at < offset + sent.length) copy[at - offset] = bytes[at % 5] ?? 0;
        return copy;
      };
      const { error } = await outcome({ garble }, limits);
      expect(error?.message ?? "").not.toContain("correct horse");
    });
  });

  it.each<[string, string, ImapScript]>([
    ["says nothing", "timeout", { greeting: "" }],
    ["greets without an end", "timeout", { greeting: "* OK hello" }],
    ["greets with garbage", "timeout", { greeting: "\0\xff\xfe{}{\r\n".repeat(1000) }],
    ["speaks SMTP", "timeout", { greeting: "220 mx ESMTP\r\n" }],
    ["never answers LOGIN", "timeout", answering("AUTHENTICATE", () => "")],
    ["asks for more and more credentials", "timeout", { answer: loop("AUTHENTICATE", "+ \r\n") }],
    ["hangs after the login", "timeout", answering("LIST", () => "")],
    [
      "hangs in a literal",
      "timeout",
      answering("UID FETCH", () => "* 1 FETCH (UID 1 BODY[] {500}\r\nabc"),
    ],
    [
      "announces a literal of 5 GB",
      "too-large",
      answering("UID FETCH", () => "* 1 FETCH (UID 1 BODY[] {5000000000}\r\nabc"),
    ],
    [
      "announces a literal of more digits than a number has",
      "too-large",
      answering("LIST", () => `* LIST () "/" {${"9".repeat(40)}}\r\nabc`),
    ],
    ["sends a line without an end", "too-large", answering("LIST", () => "x".repeat(2 * MIB))],
    [
      "nests ten thousand lists",
      "timeout",
      answering("LIST", () => `* LIST ${"(".repeat(10_000)}\r\n`),
    ],
    [
      "answers with a million tokens",
      "too-large",
      answering("LIST", ({ tag }) => `* LIST (${"a ".repeat(100_000)}) "/" x\r\n${tag} OK\r\n`),
    ],
    ["refuses everything", "protocol", answering("LIST", ({ tag }) => `${tag} BAD no\r\n`)],
    ["answers for somebody else", "timeout", answering("LIST", () => "zzzz OK done\r\n")],
    [
      "says goodbye in the middle of an answer",
      "unreachable",
      answering("LIST", ({ tag }) => `* BYE I am tired\r\n${tag} OK\r\n`),
    ],
    ["says goodbye", "unreachable", answering("LIST", () => "* BYE I am tired\r\n")],
  ])("%s is told as %s", async (_, reason, script) => {
    const { error } = await outcome(script);
    expect(error?.reason).toBe(reason);
    expect(error?.message).toMatch(/^127\.0\.0\.1:\d+ /);
  });

  it("floods with untagged lines is cut off", async () => {
    const line = "* OK still here\r\n".repeat(10_000);
    const flood: ImapScript["answer"] = ({ name }, session) => {
      if (name !== "LIST") return undefined;
      const timer = setInterval(() => session.send(line), 1);
      setTimeout(() => clearInterval(timer), 1500);
      return line;
    };
    const { error } = await outcome({ answer: flood }, { ...PATIENT, callBytes: 64 * 1024 });
    expect(error?.reason).toBe("too-large");
  });

  it("sends more than a session may receive is cut off", async () => {
    const raw = "x".repeat(100_000);
    const { error } = await outcome(
      { mails: [{ uid: 1, raw }] },
      { ...PATIENT, sessionBytes: 250_000 },
      async (session) => {
        await session.examine("INBOX");
        for (let n = 0; n < 2; n++) await session.read(1, raw.length);
        await session.read(1, raw.length);
      },
    );
    expect(error?.reason).toBe("too-large");
  });

  it("lists far too many folders is cut off", async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => `* LIST () "/" folder${n}`);
    const { error } = await outcome(
      answering("LIST", () => rows.join("\r\n")),
      PATIENT,
    );
    expect(error?.reason).toBe("too-large");
  });

  it("has ten thousand folders shows 500 of them", async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => `* LIST () "/" folder${n}`);
    const script = answering("LIST", ({ tag }) => [...rows, `${tag} OK\r\n`].join("\r\n"));
    let folders = 0;
    const { error } = await outcome(script, PATIENT, async (session) => {
      folders = (await session.folders()).length;
    });
    expect([error, folders]).toEqual([undefined, 500]);
  });

  it("has a message of 50 MB is asked for its beginning alone", async () => {
    const huge = { uid: 1, raw: `Message-ID: <huge@example.org>\r\n\r\n${"x".repeat(50 * MIB)}` };
    const { error, sentBytes } = await outcome({ mails: [huge] }, PATIENT, async (session) => {
      await session.examine("INBOX");
      expect(await session.glance(QUERY)).toMatchObject([{ messageId: "huge@example.org" }]);
      const part = await session.read(1, 10_000);
      expect([part?.raw.length, part?.complete]).toEqual([10_000, false]);
    });
    expect(error).toBeUndefined();
    expect(sentBytes).toBeLessThan(100_000);
  });

  it("sends all of 50 MB, whatever was asked for, is cut off", async () => {
    const literal = "x".repeat(50 * MIB);
    const script = answering(
      "UID FETCH",
      ({ tag }) => `* 1 FETCH (UID 1 BODY[] {${literal.length}}\r\n${literal})\r\n${tag} OK\r\n`,
    );
    const { error } = await outcome(script, PATIENT, async (session) => {
      await session.examine("INBOX");
      await session.read(1, 10_000);
    });
    expect(error?.reason).toBe("too-large");
  });

  it("never answers LOGOUT does not hold us", async () => {
    const { error } = await outcome(
      answering("LOGOUT", () => ""),
      {},
      (session) => session.poke(),
    );
    expect(error).toBeUndefined();
  });
});

describe("an abort", () => {
  it.each<[string, (session: MailboxSession) => Promise<unknown>]>([
    ["a command", (session) => session.folders()],
    ["a wait for news", (session) => session.examine("INBOX").then(() => session.news(1e6, never))],
    ["nothing in particular", () => Promise.reject(new MailboxError("aborted", ""))],
  ])("ends %s and the connection", async (_, act) => {
    const abort = new AbortController();
    await using server = await startImapScript(answering("LIST", () => ""));
    await using session = await openScripted(server, {}, abort.signal);
    const acting = act(session);
    setTimeout(() => abort.abort(), 20);
    await expect(acting).rejects.toMatchObject({ reason: "aborted" });
    await expect.poll(() => server.openSockets()).toBe(0);
    await expect(session.poke()).rejects.toMatchObject({ reason: "aborted" });
  });

  it.each([
    ["connects", { greeting: "" }],
    ["logs in", answering("AUTHENTICATE", () => "")],
  ])("ends a session that still %s", async (_, script) => {
    const abort = new AbortController();
    await using server = await startImapScript(script);
    const opening = openScripted(server, {}, abort.signal);
    setTimeout(() => abort.abort(), 20);
    await expect(opening).rejects.toMatchObject({ reason: "aborted" });
    await expect.poll(() => server.openSockets()).toBe(0);
  });

  it("before the beginning opens no connection", async () => {
    await using server = await startImapScript();
    const opening = openScripted(server, {}, AbortSignal.abort());
    await expect(opening).rejects.toMatchObject({ reason: "aborted" });
    expect(server.lines).toEqual([]);
  });
});

it("leaves no timer and no listener behind", async () => {
  const abort = new AbortController();
  const timers = () =>
    process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
  await using server = await startImapScript({ mails: [mail(1)] });
  const before = timers();
  {
    await using session = await openScripted(
      server,
      { loginMs: 1e6, commandMs: 1e6 },
      abort.signal,
    );
    await live(session);
  }
  expect(timers()).toBeLessThanOrEqual(before);
});

function answering(name: string, answer: NonNullable<ImapScript["answer"]>): ImapScript {
  return {
    answer: (command, session) => (command.name === name ? answer(command, session) : undefined),
  };
}

/** Answers this command, and whatever the client says then, always with the same. */
function loop(first: string, answer: string): NonNullable<ImapScript["answer"]> {
  let looping = false;
  return ({ name }) => {
    looping ||= name === first;
    return looping ? answer : undefined;
  };
}
