import { describe, expect, it } from "vitest";
import { openScripted } from "../fakes/imap-client.ts";
import type { FakeMail } from "../fakes/imap-script-answers.ts";
import { startImapScript, type ImapScript } from "../fakes/imap-script.ts";

const NOW = Date.UTC(2026, 10, 22, 13);

const mail = (uid: number | string, storedAt = "22-Nov-2026 12:00:00 +0000"): FakeMail => ({
  uid,
  storedAt,
  raw: `Message-ID: <id${uid}@example.org>\r\nX-Canary-Token: token${uid}\r\n\r\nHello\r\n`,
});

async function glance(
  script: ImapScript,
  query: { afterUid?: number; since?: number; limit?: number },
) {
  await using server = await startImapScript(script);
  await using session = await openScripted(server);
  await session.examine("INBOX");
  const { afterUid = 0, since, limit = 100 } = query;
  const glimpses = await session.glance({ afterUid, since, limit });
  return { glimpses, uids: glimpses.map(({ uid }) => uid), lines: server.lines };
}

describe("glance", () => {
  it("tells what a canary is known by", async () => {
    const { glimpses } = await glance({ mails: [mail(5)] }, { since: NOW });
    expect(glimpses).toEqual([
      {
        uid: 5,
        storedAt: Date.UTC(2026, 10, 22, 12),
        sizeBytes: 64,
        messageId: "id5@example.org",
        token: "token5",
      },
    ]);
  });

  it("is newest first, above a UID, and no more than asked for", async () => {
    const mails = [1, 2, 3, 4, 5, 6].map((uid) => mail(uid));
    expect((await glance({ mails }, { limit: 2 })).uids).toEqual([6, 5]);
    expect((await glance({ mails }, { afterUid: 2, limit: 3 })).uids).toEqual([6, 5, 4]);
    expect((await glance({ mails }, { since: NOW, limit: 4 })).uids).toEqual([6, 5, 4, 3]);
    expect((await glance({ mails }, { limit: 0 })).uids).toEqual([]);
  });

  it("is not fooled by n:*, which always finds the last message", async () => {
    const answer: ImapScript["answer"] = ({ name, tag }) =>
      name === "UID FETCH"
        ? `* 1 FETCH (UID 3 INTERNALDATE "22-Nov-2026 12:00:00 +0000" RFC822.SIZE 9)\r\n${tag} OK\r\n`
        : undefined;
    expect((await glance({ mails: [mail(3)], answer }, { afterUid: 3 })).uids).toEqual([]);
  });

  it("asks for the day before, since servers have time zones of their own", async () => {
    const mails = [
      mail(1, "20-Nov-2026 12:00:00 +0000"),
      mail(2, "21-Nov-2026 23:30:00 -0800"),
      mail(3),
    ];
    const { uids, lines } = await glance({ mails }, { since: NOW });
    expect(lines).toContain("UID SEARCH SINCE 21-Nov-2026");
    expect(uids).toEqual([3, 2]);
  });

  it.each(["", "* SEARCH\r\n"])(
    "manages with a server whose SEARCH finds nothing: %j",
    async (found) => {
      const answer: ImapScript["answer"] = ({ name, tag }) =>
        name === "UID SEARCH" ? `${found}${tag} OK\r\n` : undefined;
      const mails = [mail(1, "20-Nov-2026 12:00:00 +0000"), mail(2), mail(3)];
      expect((await glance({ mails, answer }, { since: NOW })).uids).toEqual([3, 2]);
      const old = [mail(1, "20-Nov-2026 12:00:00 +0000")];
      expect((await glance({ mails: old, answer }, { since: NOW })).uids).toEqual([]);
      expect((await glance({ mails: [], answer }, { since: NOW })).uids).toEqual([]);
    },
  );

  it("manages with a server that refuses SEARCH", async () => {
    const answer: ImapScript["answer"] = ({ name, tag }) =>
      name === "UID SEARCH" ? `${tag} BAD what?\r\n` : undefined;
    expect((await glance({ mails: [mail(2)], answer }, { since: NOW })).uids).toEqual([2]);
  });

  it("ignores silly UIDs", async () => {
    const mails = ["0", "4294967301", "-3", "7", "7", "5", "1e3", "99999999999999999999"].map(
      (uid) => mail(uid),
    );
    expect((await glance({ mails }, { since: NOW })).uids).toEqual([7, 5]);
    expect((await glance({ mails }, {})).uids).toEqual([7, 5]);
    expect((await glance({ mails }, { afterUid: 5 })).uids).toEqual([7]);
    expect((await glance({ mails }, { afterUid: 2 ** 32 - 1 })).uids).toEqual([]);
  });

  it("does not lose a message whose date cannot be read", async () => {
    const { uids, glimpses } = await glance({ mails: [mail(4, "yesterday")] }, { since: NOW });
    expect(uids).toEqual([4]);
    expect(glimpses[0]?.storedAt).toBeGreaterThan(NOW - 365 * 86_400_000);
  });

  it("knows no Message-ID where there is none", async () => {
    const mails = [{ uid: 1, raw: "Subject: hi\r\n\r\n" }];
    const { glimpses } = await glance({ mails }, {});
    expect(glimpses).toMatchObject([{ messageId: undefined, token: undefined }]);
  });

  it("reads but the beginning of an enormous header, and goes on to the next message", async () => {
    const flood = `X-Canary-Token: forged\r\n`.repeat(10_000) + "X: ".padEnd(3_000_000, "x");
    const huge = { uid: 8, raw: `Message-ID: <huge@example.org>\r\n${flood}\r\n\r\n` };
    const { glimpses, lines } = await glance({ mails: [mail(7), huge, mail(9)] }, { since: NOW });
    expect(glimpses.map(({ messageId, token }) => [messageId, token])).toEqual([
      ["id9@example.org", "token9"],
      ["huge@example.org", "forged"],
      ["id7@example.org", "token7"],
    ]);
    expect(lines).toContain("UID FETCH 8 (UID BODY.PEEK[HEADER]<0.65536>)");
  });
});
