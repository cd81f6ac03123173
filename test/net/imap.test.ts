import { describe, expect, it } from "vitest";
import { never, openScripted } from "../fakes/imap-client.ts";
import { startImapScript, type ImapScript } from "../fakes/imap-script.ts";

const mail = (uid: number, token = `token${uid}`) => ({
  uid,
  raw: `Received: by mx\r\nMessage-ID: <id${uid}@example.org>\r\nX-Canary-Token:\r\n ${token}\r\n\r\nHello ${uid}\r\n`,
});

async function opened(script: ImapScript = {}) {
  const server = await startImapScript(script);
  const session = await openScripted(server);
  return {
    server,
    session,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe("a session", () => {
  it("tells what it found at the login", async () => {
    await using world = await opened({ capabilities: "IMAP4rev1 AUTH=PLAIN x-odd ID" });
    expect([...world.session.capabilities]).toEqual(["IMAP4REV1", "AUTH=PLAIN", "X-ODD", "ID"]);
    expect(world.session.loginDurationMs).toBeGreaterThan(0);
    expect(world.server.lines).toContain('ID ("name" "mailcanary" "version" "1.2.3")');
  });

  it("lists folders with decoded names", async () => {
    await using world = await opened({
      answer: ({ name, tag }) =>
        name === "LIST"
          ? '* LIST () "/" INBOX\r\n* LIST (\\Junk) "/" "Ind&AOk-sirables"\r\n' +
            `* LIST (\\Noselect) NIL Public\r\n* LIST () NIL flat\r\n${tag} OK\r\n`
          : undefined,
    });
    expect(await world.session.folders()).toEqual([
      { path: "INBOX", delimiter: "/", specialUse: undefined },
      { path: "Indésirables", delimiter: "/", specialUse: "\\Junk" },
      { path: "flat", delimiter: undefined, specialUse: undefined },
    ]);
  });

  it("opens a folder", async () => {
    await using world = await opened({ mails: [mail(7)] });
    const state = await world.session.examine("INBOX");
    expect(state).toEqual({ uidValidity: "77", uidNext: 8, exists: 1 });
  });

  it("says that a folder is not there, and goes on", async () => {
    await using world = await opened({
      answer: ({ name, rest, tag }) =>
        name === "EXAMINE" && rest.includes("Nope") ? `${tag} NO no such folder\r\n` : undefined,
    });
    const opening = world.session.examine("Nope");
    await expect(opening).rejects.toMatchObject({ reason: "no-folder" });
    expect(await world.session.examine("INBOX")).toMatchObject({ exists: 0 });
  });

  it("does not trust a folder without UIDVALIDITY", async () => {
    await using world = await opened({
      answer: ({ name, tag }) => (name === "EXAMINE" ? `* 1 EXISTS\r\n${tag} OK\r\n` : undefined),
    });
    const opening = world.session.examine("INBOX");
    await expect(opening).rejects.toMatchObject({ reason: "protocol" });
  });

  it("reads the quota in bytes", async () => {
    await using world = await opened();
    expect(await world.session.quota()).toEqual({ usedBytes: 10_240, limitBytes: 524_288 });
  });

  it.each([
    ["has no quota", "IMAP4rev1 AUTH=PLAIN", undefined],
    ["has no limit", "IMAP4rev1 AUTH=PLAIN QUOTA", '* QUOTA "" (STORAGE 10 0)\r\n'],
    ["counts messages only", "IMAP4rev1 AUTH=PLAIN QUOTA", '* QUOTA "" (MESSAGE 10 20)\r\n'],
    ["tells nonsense", "IMAP4rev1 AUTH=PLAIN QUOTA", '* QUOTA "" (STORAGE x 1e9)\r\n'],
  ])("knows no quota where the server %s", async (_, capabilities, line) => {
    await using world = await opened({
      capabilities,
      answer: ({ name, tag }) => (name === "GETQUOTAROOT" ? `${line}${tag} OK\r\n` : undefined),
    });
    expect(await world.session.quota()).toBeUndefined();
  });

  it("logs out, closes the connection, and rejects calls from then on", async () => {
    await using world = await opened();
    await world.session[Symbol.asyncDispose]();
    await world.session[Symbol.asyncDispose]();
    expect(world.server.lines.at(-1)).toBe("LOGOUT");
    await expect.poll(() => world.server.openSockets()).toBe(0);
    await expect(world.session.poke()).rejects.toMatchObject({ reason: "aborted" });
  });
});

describe("read", () => {
  it("takes no more than it was told to", async () => {
    const raw = `Subject: \xe9\xff\r\n\r\n${"x".repeat(1000)}`;
    await using world = await opened({ mails: [{ uid: 3, raw }] });
    await world.session.examine("INBOX");
    const part = await world.session.read(3, 100);
    expect(part).toEqual({ raw: raw.slice(0, 100), complete: false });
    expect(await world.session.read(3, raw.length)).toEqual({ raw, complete: true });
    expect(await world.session.read(3, raw.length - 1)).toMatchObject({ complete: false });
  });

  it("tells when the message is gone", async () => {
    await using world = await opened({ mails: [mail(3)] });
    await world.session.examine("INBOX");
    expect(await world.session.read(4, 100)).toBeUndefined();
  });
});

describe("category", () => {
  const gmail = "IMAP4rev1 AUTH=PLAIN X-GM-EXT-1";

  it("finds Gmail's tab", async () => {
    await using world = await opened({
      capabilities: gmail,
      answer: ({ name, rest, tag }) =>
        name === "UID SEARCH"
          ? `* SEARCH${rest.includes("category:social") ? " 9" : ""}\r\n${tag} OK\r\n`
          : undefined,
    });
    await world.session.examine("INBOX");
    expect(await world.session.category(9)).toBe("social");
    expect(await world.session.category(8)).toBeUndefined();
    expect(world.server.lines).toContain("UID SEARCH UID 9 X-GM-RAW category:promotions");
  });

  it("does not take a refused search for the primary tab", async () => {
    await using world = await opened({
      capabilities: gmail,
      answer: ({ name, tag }) => (name === "UID SEARCH" ? `${tag} NO not now\r\n` : undefined),
    });
    await world.session.examine("INBOX");
    await expect(world.session.category(9)).rejects.toMatchObject({ reason: "protocol" });
  });

  it("asks nobody but Gmail", async () => {
    await using world = await opened();
    await world.session.examine("INBOX");
    expect(await world.session.category(9)).toBeUndefined();
    expect(world.server.lines.join()).not.toContain("SEARCH");
  });
});

describe("on the wire", () => {
  it("changes nothing: EXAMINE and PEEK only", async () => {
    await using world = await opened({ mails: [mail(1), mail(2)] });
    const { session } = world;
    await session.folders();
    await session.examine("INBOX");
    await session.glance({ afterUid: 0, since: undefined, limit: 10 });
    await session.glance({ afterUid: 0, since: 0, limit: 10 });
    await session.glance({ afterUid: 1, since: 0, limit: 10 });
    await session.read(1, 1000);
    await session.category(1);
    await session.news(20, never);
    await session.poke();
    await session.quota();
    await session[Symbol.asyncDispose]();

    const harmless =
      /^(?:CAPABILITY|ID|AUTHENTICATE|NAMESPACE|LIST|LSUB|EXAMINE|UID SEARCH|NOOP|IDLE|DONE|GETQUOTAROOT|LOGOUT)\b/;
    const isPeek = (line: string) =>
      /^(?:UID )?FETCH /.test(line) && !/BODY\[|RFC822(?!\.SIZE)|BINARY/.test(line);
    // The answer to AUTHENTICATE's continuation is no command.
    const base64 = Buffer.from("\0seed@example.org\0correct horse").toString("base64");
    const others = world.server.lines.filter(
      (line) => !harmless.test(line) && !isPeek(line) && line !== base64.toUpperCase(),
    );
    expect(others).toEqual([]);
    expect(world.server.lines).toContain("EXAMINE INBOX");
  });

  it("lets concurrent calls take turns", async () => {
    await using world = await opened({ mails: [mail(1)] });
    const { session } = world;
    const [, inbox, , spam] = await Promise.all([
      session.examine("INBOX"),
      session.glance({ afterUid: 0, since: undefined, limit: 10 }),
      session.examine("Spam"),
      session.read(1, 10),
    ]);
    expect([inbox.length, spam?.raw.length]).toEqual([1, 10]);
    const order = world.server.lines.filter((line) => /EXAMINE|FETCH/.test(line));
    expect(order.map((line) => line.split(" ")[0])).toEqual([
      "EXAMINE",
      "FETCH",
      "UID",
      "EXAMINE",
      "UID",
    ]);
  });
});

describe("remove", () => {
  const state = { uidValidity: "77", uidNext: 9, exists: 2 };

  it("deletes by UID, and leaves the folder read-only again", async () => {
    await using world = await opened({ mails: [mail(1), mail(2)] });
    await world.session.examine("INBOX");
    await world.session.remove("Spam", state, [1, 2]);
    const after = world.server.lines.slice(world.server.lines.indexOf("SELECT Spam"));
    expect(after).toEqual([
      "SELECT Spam",
      "UID STORE 1,2 +FLAGS (\\Deleted)",
      "UID EXPUNGE 1,2",
      "EXAMINE INBOX",
    ]);
  });

  it("deletes nothing when the folder was rebuilt", async () => {
    await using world = await opened({ mails: [mail(1)] });
    await world.session.remove("INBOX", { ...state, uidValidity: "76" }, [1]);
    expect(world.server.lines.join()).not.toMatch(/STORE|EXPUNGE/);
    expect(world.server.lines.at(-1)).toBe("EXAMINE INBOX");
  });

  it("refuses where a server cannot delete single messages", async () => {
    await using world = await opened({ capabilities: "IMAP4rev1 AUTH=PLAIN", mails: [mail(1)] });
    const removing = world.session.remove("INBOX", state, [1]);
    await expect(removing).rejects.toThrow(/no UIDPLUS/);
    expect(world.server.lines.join()).not.toContain("SELECT");
  });

  it("says so when the server refuses", async () => {
    await using world = await opened({
      answer: ({ name, tag }) => (name === "UID STORE" ? `${tag} NO read-only\r\n` : undefined),
    });
    const removing = world.session.remove("INBOX", state, [1]);
    await expect(removing).rejects.toThrow(/refuses to delete/);
    expect(world.server.lines.join()).not.toContain("EXPUNGE");
  });

  it("asks for nothing when there is nothing to delete", async () => {
    await using world = await opened();
    await world.session.remove("INBOX", state, [0, -1, 2 ** 32, Number.NaN]);
    expect(world.server.lines.join()).not.toContain("SELECT");
  });
});
