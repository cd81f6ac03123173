import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DKIM_NAME, RECEIVER_NAMES, type ReceiverName } from "./domains.ts";
import { arrives, byId, find, type Found, login, send } from "./mail-client.ts";
import { type Lab, startLab } from "./world.ts";

const stack = new AsyncDisposableStack();
let lab: Lab;

beforeAll(async () => {
  lab = stack.use(await startLab());
});
afterAll(() => stack.disposeAsync());

const user = (name: ReceiverName) => `anna@${lab.receivers[name].domain}`;

async function deliver(name: ReceiverName): Promise<Found> {
  const { messageId } = await send(lab, user(name));
  return arrives(lab, lab.receivers[name], user(name), byId(messageId));
}

/** The Authentication-Results of the message, unfolded. */
function verdicts({ raw }: Found): string {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replaceAll(/\r\n[ \t]+/g, " ");
  return head
    .split("\r\n")
    .filter((line) => /^authentication-results:/i.test(line))
    .join("\n");
}

/** How long we watch before we believe that nothing arrives; deliveries here take well under 1 s. */
const SILENCE_MS = 4_000;

describe.each(RECEIVER_NAMES)("%s", (name) => {
  it("gets healthy mail into the inbox with spf, dkim and dmarc pass", async () => {
    const found = await deliver(name);
    expect(found.folder).toBe("INBOX");
    expect(verdicts(found)).toMatch(/\bspf=pass\b/);
    expect(verdicts(found)).toMatch(/\bdkim=pass\b/);
    expect(verdicts(found)).toMatch(/\bdmarc=pass\b/);
    expect(found.raw).toMatch(/from mail\.own\.example \(mail\.own\.example \[10\.213\.0\.10\]\)/);
    expect(found.raw).toMatch(/using TLSv1\.3/);
  });

  it("files as spam what its filter takes for spam, and only as long as it does", async () => {
    {
      await using _ = await lab.faults.spamAt(name, 1);
      expect((await deliver(name)).folder).toBe(lab.receivers[name].spamFolder);
    }
    expect((await deliver(name)).folder).toBe("INBOX");
  });

  it("takes a share of the mail for spam", async () => {
    await using _ = await lab.faults.spamAt(name, 0.5);
    const found = await Promise.all(Array.from({ length: 24 }, () => deliver(name)));
    const spam = found.filter(({ folder }) => folder !== "INBOX").length;
    expect(spam).toBeGreaterThan(0);
    expect(spam).toBeLessThan(24);
  });

  it("drops silently", async () => {
    await using dropping = await lab.faults.dropSilently(name);
    const { messageId } = await send(lab, user(name));
    await sleep(SILENCE_MS);
    await dropping.off();
    await deliver(name);
    expect(await find(lab, lab.receivers[name], user(name), byId(messageId))).toBeUndefined();
  });

  it("refuses with 550, which comes back as a bounce", async () => {
    await using _ = await lab.faults.refuse550(name);
    const { messageId } = await send(lab, user(name));
    const sender = `lab@${lab.submission.domain}`;
    const bounce = await arrives(lab, lab.ownMailboxes, sender, { text: messageId });
    expect(bounce.raw).toMatch(/550 5\.7\.1/);
  });

  it("defers with 451 and accepts later", async () => {
    await using deferring = await lab.faults.defer451(name);
    const { messageId } = await send(lab, user(name));
    await sleep(SILENCE_MS);
    expect(await find(lab, lab.receivers[name], user(name), byId(messageId))).toBeUndefined();
    await deferring.off();
    await arrives(lab, lab.receivers[name], user(name), byId(messageId));
  });

  it("greylists", async () => {
    await using _ = await lab.faults.greylist(name, 2_000);
    const started = performance.now();
    await deliver(name);
    expect(performance.now() - started).toBeGreaterThan(2_000);
  });

  it("delays what it accepted", async () => {
    await using delaying = await lab.faults.delay(name);
    const { messageId } = await send(lab, user(name));
    await sleep(SILENCE_MS);
    expect(await find(lab, lab.receivers[name], user(name), byId(messageId))).toBeUndefined();
    await delaying.off();
    await arrives(lab, lab.receivers[name], user(name), byId(messageId));
  });

  it.each([
    ["refused", "ECONNREFUSED"],
    ["silent", "CONNECT_TIMEOUT"],
  ] as const)("has its IMAP down, %s", async (how, code) => {
    const look = () => find(lab, lab.receivers[name], user(name), byId("nothing@own.example"));
    {
      await using _ = await lab.faults.imapDown(name, how);
      await expect(look()).rejects.toMatchObject({ code });
    }
    expect(await look()).toBeUndefined();
  });

  it("cuts the sessions that are open when its IMAP goes down", async () => {
    const client = await login(lab, lab.receivers[name], user(name));
    // Not events.once: the session may end with an error event, which is as good here.
    const closed = new Promise((resolve) => client.once("close", resolve));
    await using _ = await lab.faults.imapDown(name);
    await closed;
    expect(client.usable).toBe(false);
  });

  it("sees a broken DKIM key, and a missing record", async () => {
    {
      await using _ = await lab.faults.breakDkim();
      expect(verdicts(await deliver(name))).toMatch(/\bdkim=(?!pass)\w+/);
    }
    {
      await using _ = await lab.faults.removeRecord("own.example", "TXT");
      expect(verdicts(await deliver(name))).not.toMatch(/\bspf=pass\b.*smtp\.mailfrom/);
    }
    {
      await using _ = await lab.faults.removeRecord(DKIM_NAME, "TXT");
      expect(verdicts(await deliver(name))).toMatch(/\bdkim=(?!pass)\w+/);
    }
    expect(verdicts(await deliver(name))).toMatch(/\bdkim=pass\b/);
  });
});

describe("the operator's own server", () => {
  it("takes mail on the port with implicit TLS too", async () => {
    const { messageId, reply } = await send(lab, user("bigmail"), lab.submission.ports.implicit);
    expect(reply).toMatch(/^250 2\.0\.0 Ok: queued as \w+/);
    await arrives(lab, lab.receivers.bigmail, user("bigmail"), byId(messageId));
  });

  it("refuses one recipient with 550 and takes the others", async () => {
    await using _ = await lab.faults.refuse550("own", user("bigmail"));
    await expect(send(lab, user("bigmail"))).rejects.toMatchObject({ responseCode: 550 });
    await deliver("oldmail");
  });

  it("defers at submission", async () => {
    await using _ = await lab.faults.defer451("own");
    await expect(send(lab, user("bigmail"))).rejects.toMatchObject({ responseCode: 451 });
  });

  it.each([
    ["refused", "ESOCKET"],
    ["silent", "ETIMEDOUT"],
  ] as const)("is down, %s", async (how, code) => {
    {
      await using _ = await lab.faults.submissionDown(how);
      await expect(send(lab, user("bigmail"))).rejects.toMatchObject({ code });
    }
    await deliver("bigmail");
  });
});
