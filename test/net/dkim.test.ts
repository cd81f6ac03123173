import { generateKeyPairSync } from "node:crypto";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { describe, expect, it } from "vitest";
import { createSignatures } from "../../src/net/dkim.ts";
import type { Resolve } from "../../src/net/dns.ts";

const never = new AbortController().signal;
const keys = rsa(2048);
const MESSAGE = [
  "From: Canary <canary@example.org>",
  "To: seed@example.net",
  "Subject: Lunch",
  "Date: Sun, 22 Nov 2026 12:00:00 +0000",
  "Message-ID: <1@example.org>",
  "",
  "Soup today.",
  "",
].join("\r\n");

describe("a signature", () => {
  it("passes on the message that was signed", async () => {
    expect(await check(await signed())).toEqual([
      { domain: "example.org", selector: "s1", result: "pass", detail: undefined },
    ]);
  });

  it("passes with bytes beyond ASCII, as the mailbox stores them", async () => {
    const raw = await signed({}, MESSAGE.replace("Soup", "Rübensuppe"));
    expect(await check(raw)).toMatchObject([{ result: "pass" }]);
  });

  it("passes with Ed25519 (RFC 8463)", async () => {
    const ed25519 = generateKeyPairSync("ed25519");
    const privateKey = ed25519.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const raw = ed25519.publicKey.export({ type: "spki", format: "der" }).subarray(-32);
    const zone = { [KEY]: `v=DKIM1; k=ed25519; p=${raw.toString("base64")}` };
    expect(await check(await signed({ privateKey }), zone)).toMatchObject([{ result: "pass" }]);
  });

  it("says how little of the body it signs", async () => {
    expect(await check(await signed({ maxBodyLength: 0 }))).toMatchObject([
      { result: "pass", detail: expect.stringMatching(/^l=0: .*13 bytes/) as string },
    ]);
  });

  it.each([
    ["the body", "Soup", "Cake", "body hash did not verify"],
    ["a header field", "Subject: Lunch", "Subject: [List] Lunch", "bad signature"],
  ])("fails when %s was altered on the way", async (_, before, after, detail) => {
    const raw = (await signed()).replace(before, after);
    expect(await check(raw)).toMatchObject([{ result: "fail", detail }]);
  });

  it("fails with another key than the one that signed", async () => {
    const zone = { [KEY]: record(rsa(2048).publicKey) };
    expect(await check(await signed(), zone)).toMatchObject([
      { result: "fail", detail: "bad signature" },
    ]);
  });

  it.each([
    ["is not there", {}, "no key"],
    ["was revoked", { [KEY]: "v=DKIM1; p=" }, "invalid public key"],
    ["is garbage", { [KEY]: "v=DKIM1; p=%%%%" }, "invalid public key"],
    ["is of another version", { [KEY]: "v=DKIM2; p=AAAA" }, "unknown key version"],
  ])("has a permanent error when its key %s", async (_, zone, detail) => {
    expect(await check(await signed(), zone)).toMatchObject([{ result: "permerror", detail }]);
  });

  it("has a permanent error when its key is too short to be trusted (RFC 8301)", async () => {
    const short = rsa(512);
    const zone = { [KEY]: record(short.publicKey) };
    expect(await check(await signed({ privateKey: short.privateKey }), zone)).toMatchObject([
      { result: "permerror", detail: "weak-key" },
    ]);
  });

  it("has a permanent error when it makes no sense", async () => {
    const raw = `DKIM-Signature: v=1; a=rot13; d=example.org; s=s1; b=x; bh=y; h=from\r\n${MESSAGE}`;
    expect(await check(raw)).toMatchObject([
      { domain: "example.org", selector: "s1", result: "permerror", detail: "unknown algorithm" },
    ]);
  });

  it.each(["ETIMEOUT", "ESERVFAIL", "EREFUSED", "ECONNREFUSED"])(
    "has a temporary error when DNS says %s",
    async (code) => {
      expect(await check(await signed(), failing(code))).toMatchObject([{ result: "temperror" }]);
    },
  );
});

describe("a message", () => {
  it("without signatures has none, and asks nobody", async () => {
    const resolve: Resolve = () => Promise.reject(new Error("asked"));
    expect(await createSignatures(resolve).verifyDkim(MESSAGE, never)).toEqual([]);
  });

  it("has each of its signatures judged by itself", async () => {
    const twice = await signed({ signingDomain: "relay.example" }, await signed());
    expect(await check(twice)).toMatchObject([
      { domain: "relay.example", result: "permerror" },
      { domain: "example.org", result: "pass" },
    ]);
  });

  it.each(["", "\r\n", "garbage", "DKIM-Signature", "DKIM-Signature: ;;;=;=\r\n\r\n", "\0\0\r\r"])(
    "that is broken does no harm: %j",
    async (raw) => {
      for (const { result } of await check(raw)) expect(result).toBe("permerror");
    },
  );

  it.each([
    ["many signatures", "DKIM-Signature: d=a; s=b\r\n".repeat(5_000), "more than 10 signatures"],
    ["many fields", "X-A: b\r\n".repeat(900), "more than 500 header fields"],
    ["a long field", `X-A: ${"b".repeat(200_000)}\r\n`, "a header longer than 131072 bytes"],
  ])("with %s is not looked at, and that is not held against it", async (_, fields, detail) => {
    const checks = await check(fields + (await signed()));
    expect(checks.length).toBeLessThanOrEqual(10);
    for (const one of checks) expect(one).toMatchObject({ result: "temperror", detail });
    expect(checks).not.toHaveLength(0);
  });

  it.each([
    ["one", 1, 2 ** 20],
    ["many", 10, 2 ** 17],
  ])("too long for %s to be verified is not looked at", async (_, signatures, sizeBytes) => {
    const more = "DKIM-Signature: d=a; s=b\r\n".repeat(signatures - 1);
    const checks = await check(more + (await signed()) + " ".repeat(sizeBytes));
    expect(checks).toHaveLength(signatures);
    for (const { result } of checks) expect(result).toBe("temperror");
  });
});

describe("waiting", () => {
  const silent: Resolve = () => Promise.withResolvers<string[][]>().promise;

  it("for DNS comes to an end", async () => {
    const signatures = createSignatures(silent, 30);
    expect(await signatures.verifyDkim(await signed(), never)).toMatchObject([
      { domain: "example.org", selector: "s1", result: "temperror" },
    ]);
  });

  it("is broken off with the signal", async () => {
    const leave = new AbortController();
    const checks = createSignatures(silent).verifyDkim(await signed(), leave.signal);
    leave.abort();
    expect(await checks).toMatchObject([{ result: "temperror", detail: "aborted" }]);
  });
});

const KEY = "s1._domainkey.example.org";

function check(raw: string, zone: Zone | Resolve = { [KEY]: record(keys.publicKey) }) {
  const resolve = typeof zone === "function" ? zone : resolverOf(zone);
  return createSignatures(resolve).verifyDkim(raw, never);
}

interface SigningOptions {
  readonly privateKey?: string;
  readonly signingDomain?: string;
  readonly maxBodyLength?: number;
}

/** The message with a signature on top, in the latin1 form that mailboxes hand out. */
async function signed(options: SigningOptions = {}, message = MESSAGE): Promise<string> {
  const { signatures, errors } = await dkimSign(Buffer.from(message), {
    ...DEFAULTS,
    ...options,
    signatureData: [{ ...DEFAULTS, ...options }],
  });
  expect(errors).toEqual([]);
  return Buffer.from(signatures + message).toString("latin1");
}

const DEFAULTS = { signingDomain: "example.org", selector: "s1", privateKey: keys.privateKey };

type Zone = Readonly<Record<string, string>>;

function resolverOf(zone: Zone): Resolve {
  return (name) => {
    const text = zone[name];
    return text === undefined ? failing("ENOTFOUND")(name, "TXT") : Promise.resolve([[text]]);
  };
}

function failing(code: string): Resolve {
  return () => Promise.reject(Object.assign(new Error(code), { code }));
}

function rsa(modulusLength: number) {
  return generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

function record(publicKey: string): string {
  return `v=DKIM1; k=rsa; p=${publicKey.replaceAll(/-----[^-]+-----|\s/g, "")}`;
}
