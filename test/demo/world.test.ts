import { Resolver } from "node:dns/promises";
import { ImapFlow } from "imapflow";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { createTransport } from "nodemailer";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseFault } from "../../src/demo/fault.ts";
import type { ProviderName } from "../../src/demo/providers.ts";
import { startWorld, type World, type WorldProvider } from "../../src/demo/world.ts";

async function newWorld(...faults: string[]): Promise<World> {
  const world = await startWorld({ faults: faults.map(parseFault), slowness: 0 });
  onTestFinished(() => world[Symbol.asyncDispose]());
  return world;
}

async function send(
  world: World,
  to: string,
  password = world.submission.password,
): Promise<string> {
  const { host, port, user } = world.submission;
  const transport = createTransport({
    host,
    port,
    secure: true,
    tls: { ca: world.ca },
    auth: { user, pass: password },
  });
  const from = "newsletter@garden.example";
  return (await transport.sendMail({ from, to, subject: "Hello", text: "Hi there\n" })).response;
}

function providerOf(world: World, name: ProviderName): WorldProvider {
  const provider = world.providers.find((candidate) => candidate.name === name);
  if (provider === undefined) throw new Error(`no ${name}`);
  return provider;
}

async function logIn(world: World, { imap }: WorldProvider): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: imap.host,
    port: imap.port,
    secure: true,
    tls: { ca: world.ca },
    auth: { user: imap.user, pass: imap.password },
    logger: false,
  });
  await client.connect();
  return client;
}

/** Waits for the first message in a folder and reads it. */
async function receive(world: World, provider: WorldProvider, folder: string): Promise<string> {
  const client = await logIn(world, provider);
  const { exists } = await client.mailboxOpen(folder, { readOnly: true });
  if (exists === 0) {
    await new Promise((resolve) => {
      client.once("exists", resolve);
      void client.idle();
    });
  }
  const mail = await client.fetchOne("1", { source: true });
  await client.logout();
  return mail === false ? "" : (mail.source?.toString("latin1") ?? "");
}

async function dkimResult(world: World, raw: string): Promise<unknown> {
  const resolver = new Resolver();
  resolver.setServers([world.dns]);
  const { results } = await dkimVerify(Buffer.from(raw, "latin1"), {
    resolver: async (name, type) => resolver.resolve(name, type) as Promise<string[]>,
  });
  return results[0]?.status.result;
}

describe.each(["bigmail", "postbox", "oldmail"] as const)("%s", (name) => {
  it("gets signed mail into the inbox, with its own words on top", async () => {
    const world = await newWorld();
    const provider = providerOf(world, name);
    expect(await send(world, provider.address)).toMatch(/^250 2\.0\.0 Ok: queued as [0-9A-F]{10}$/);
    const raw = await receive(world, provider, "INBOX");
    expect(raw).toMatch(/^Return-Path: <newsletter@garden\.example>\r\n/);
    expect(raw).toMatch(/^Authentication-Results: \S+\.example;[^]*dkim=pass/m);
    expect(raw).toMatch(/\[(?:192\.0\.2\.25|IPv6:2001:db8::25)\]/);
    expect(await dkimResult(world, raw)).toBe("pass");
  });

  it("files mail as spam when told to", async () => {
    const world = await newWorld(`spam-at=${name}`);
    const provider = providerOf(world, name);
    await send(world, provider.address);
    expect(await receive(world, provider, provider.spamFolder)).toContain("Subject: Hello");
    expect(provider.account.folder("INBOX")?.mails).toEqual([]);
  });
});

describe("a fault", () => {
  it("strikes with its probability", async () => {
    const draws = [0.29, 0.5, 0.5, 0.31, 0.5, 0.5];
    await using world = await startWorld({
      faults: [parseFault("spam-at=bigmail:0.3")],
      slowness: 0,
      random: () => draws.shift() ?? 0.5,
    });
    const provider = providerOf(world, "bigmail");
    await send(world, provider.address);
    await send(world, provider.address);
    await receive(world, provider, "Junk");
    await receive(world, provider, "INBOX");
    const counts = provider.account.folders.map(({ path, mails }) => [path, mails.length]);
    expect(Object.fromEntries(counts)).toMatchObject({ INBOX: 1, Junk: 1 });
  });

  it("drop-at: mail is taken and never seen", async () => {
    const world = await newWorld("drop-at=bigmail");
    const provider = providerOf(world, "bigmail");
    expect(await send(world, provider.address)).toMatch(/^250/);
    world.faults.clear(parseFault("drop-at=bigmail"));
    await send(world, provider.address);
    await receive(world, provider, "INBOX");
    expect(provider.account.folder("INBOX")?.mails).toHaveLength(1);
  });

  it("refuse-at and defer-at: the own server says so, to that recipient alone", async () => {
    const world = await newWorld("refuse-at=oldmail", "defer-at=postbox:1h");
    const sendTo = async (name: ProviderName): Promise<string> =>
      send(world, providerOf(world, name).address);
    await expect(sendTo("oldmail")).rejects.toMatchObject({
      responseCode: 550,
      response: expect.stringMatching(/^550 5\.7\.1 /) as string,
    });
    await expect(sendTo("postbox")).rejects.toMatchObject({
      responseCode: 451,
      response: expect.stringMatching(/^451 4\.7\.1 /) as string,
    });
    expect(await sendTo("bigmail")).toMatch(/^250/);
  });

  it("defer-at ends by itself", async () => {
    const world = await newWorld("defer-at=postbox:0s");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await send(world, providerOf(world, "postbox").address)).toMatch(/^250/);
    expect(world.faults.list()).toEqual([]);
  });

  it("delay-at: mail waits", async () => {
    const world = await newWorld("delay-at=postbox:300ms");
    const provider = providerOf(world, "postbox");
    await send(world, provider.address);
    expect(provider.account.folder("INBOX")?.mails).toEqual([]);
    expect(await receive(world, provider, "INBOX")).toContain("Hello");
  });

  it("break-dkim: receiver and DNS agree that the signature is wrong", async () => {
    const world = await newWorld("break-dkim");
    const provider = providerOf(world, "bigmail");
    await send(world, provider.address);
    const raw = await receive(world, provider, "INBOX");
    expect(raw).toContain("dkim=fail");
    expect(await dkimResult(world, raw)).toBe("fail");
    world.faults.clear(parseFault("break-dkim"));
    expect(await dkimResult(world, raw)).toBe("pass");
  });

  it("login-fails: the password is wrong", async () => {
    const world = await newWorld("login-fails=bigmail");
    await expect(logIn(world, providerOf(world, "bigmail"))).rejects.toMatchObject({
      authenticationFailed: true,
    });
    await (await logIn(world, providerOf(world, "postbox"))).logout();
  });

  it("imap-down: nobody gets in until it is mended", async () => {
    const world = await newWorld("imap-down=oldmail");
    const provider = providerOf(world, "oldmail");
    await expect(logIn(world, provider)).rejects.toThrow(/disconnected|close|reset/i);
    world.faults.clear(parseFault("imap-down=oldmail"));
    await (await logIn(world, provider)).logout();
  });
});

it("wants the password and knows its recipients", async () => {
  const world = await newWorld();
  await expect(send(world, "canary@bigmail.example", "wrong")).rejects.toMatchObject({
    responseCode: 535,
  });
  await expect(send(world, "nobody@bigmail.example")).rejects.toMatchObject({ responseCode: 550 });
});
