import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHeader } from "../../src/mail/header-fields.ts";
import { exitOf, lastHopTls } from "../../src/mail/received.ts";
import { trustedResults } from "../../src/mail/trust-boundary.ts";
import * as receivers from "./receivers.ts";

const SEEDS = {
  gmail: { provider: "gmail", address: "seed@gmail.com" },
  microsoft: { provider: "outlook", address: "seed@outlook.com" },
  yahoo: { provider: "yahoo", address: "seed@yahoo.com" },
  icloud: { provider: "icloud", address: "seed@icloud.com" },
  fastmail: { provider: "fastmail", address: "seed@fastmail.com" },
  proton: { provider: "proton", address: "seed@proton.me" },
  gmx: { provider: "gmx", address: "seed@gmx.de" },
  yandex: { provider: "yandex", address: "seed@yandex.ru" },
  small: { provider: "small", address: "seed@small.example" },
};

function believed(raw: string, receiver: { provider: string; address: string }): string[] {
  return trustedResults(parseHeader(raw), receiver).results.map(
    ({ method, result }) => `${method}=${result}`,
  );
}

describe("what the receiver wrote is believed, what the sender forged is not", () => {
  it.each([
    ["gmail", receivers.gmail, ["dkim=fail", "spf=pass", "dmarc=pass"]],
    ["microsoft", receivers.microsoft, ["spf=pass", "dkim=pass", "dmarc=pass", "compauth=pass"]],
    ["yahoo", receivers.yahoo, ["dkim=pass", "spf=pass", "dmarc=pass"]],
    [
      "icloud",
      receivers.icloud,
      ["bimi=skipped", "arc=none", "dmarc=pass", "dkim=pass", "spf=pass"],
    ],
    ["icloud", receivers.icloudBelow, ["spf=pass", "dkim=pass", "dmarc=pass"]],
    ["proton", receivers.proton, ["dmarc=none", "spf=pass", "arc=none", "dkim=pass"]],
    ["gmx", receivers.gmx, ["dkim=pass", "dkim=pass"]],
    ["yandex", receivers.yandex, ["spf=pass", "dkim=pass"]],
    ["small", receivers.postfixMilters, ["dmarc=pass", "dkim=pass", "spf=pass"]],
    ["small", receivers.reinjected, []],
    ["small", receivers.impostor, ["spf=fail"]],
  ] as const)("%s", (seed, raw, expected) => {
    expect(believed(raw, SEEDS[seed])).toEqual(expected);
    expect(JSON.stringify(trustedResults(parseHeader(raw), SEEDS[seed]))).not.toContain("forged");
  });

  it("skips a foreign field that stands between two genuine ones", () => {
    const { asWritten, results } = trustedResults(parseHeader(receivers.fastmail), SEEDS.fastmail);
    expect(asWritten).toHaveLength(4);
    expect(asWritten.join()).not.toContain("partner.example");
    expect(results.filter(({ method }) => method === "dkim")).toMatchObject([{ result: "pass" }]);
  });

  it("gives the fields as they were written, unfolded", () => {
    expect(trustedResults(parseHeader(receivers.gmx), SEEDS.gmx).asWritten).toEqual([
      "gmx.net; dkim=pass header.i=@sender.example",
      "gmx.net; dkim=pass header.i=@relay.example",
    ]);
  });

  it("reads Gmail's own field where there is no ARC set", () => {
    const raw = receivers.gmail.replace("ARC-Authentication-Results", "X-Removed");
    expect(believed(raw, SEEDS.gmail)).toEqual(["dkim=fail", "spf=pass", "dmarc=pass"]);
  });

  it("reads Gmail's ARC copy before what stands below, where a forged field may be the only one", () => {
    const raw = receivers.gmail.replace("\nAuthentication-Results", "\nX-Removed");
    expect(believed(raw, SEEDS.gmail)).toEqual(["dkim=fail", "spf=pass", "dmarc=pass"]);
  });

  it("knows a mailbox at the operator's own domain by the machines that took the message", () => {
    const workspace = { provider: "office", address: "seed@sender.example" };
    expect(believed(receivers.gmail, workspace)).toEqual(["dkim=fail", "spf=pass", "dmarc=pass"]);
    expect(exitOf(parseHeader(receivers.gmail), workspace)?.ip).toBe("192.0.2.7");
  });

  it("reads what a milter wrote directly below, in a canary", () => {
    const raw = receivers.milterBelow("mx.small.example");
    expect(believed(raw, SEEDS.small)).toEqual(["dkim=fail", "spf=pass", "dmarc=pass"]);
    expect(believed(raw.replace("X-Canary-Token", "X-Other"), SEEDS.small)).toEqual([]);
  });

  it.each([
    "Authentication-Results: mx.small.example; dkim=pass header.d=forged.example",
    "Authentication-Results: other.small.example; bimi=pass header.d=forged.example",
    "Authentication-Results: mail.sender.example; auth=pass header.d=forged.example",
    "Authentication-Results: auth=pass header.d=forged.example",
  ])("does not take %s for the milter's", (line) => {
    const raw = receivers.milterBelow("mx.small.example", line);
    expect(believed(raw, SEEDS.small)).toEqual(["dkim=fail", "spf=pass", "dmarc=pass"]);
  });

  it("does not believe a field without an authserv-id where the receiver writes one", () => {
    const raw = receivers.gmx.replaceAll(
      "Authentication-Results:  gmx.net;",
      "Authentication-Results:",
    );
    expect(believed(raw, SEEDS.gmx)).toEqual([]);
  });

  it("believes nothing in a message without Received fields", () => {
    const raw = receivers.forged("mx.small.example").join("\r\n");
    expect(trustedResults(parseHeader(raw), SEEDS.small)).toEqual({ asWritten: [], results: [] });
    expect(exitOf(parseHeader(raw), SEEDS.small)).toBeUndefined();
  });

  it("never believes what stands below an entry hop of a small receiver", () => {
    const line = fc.constantFrom(
      ...receivers.forged("mx.small.example"),
      "Received: from localhost (localhost [127.0.0.1]) by mx.small.example with LMTP; x",
      "Received: by mx.small.example (Postfix, from userid 1); x",
      "Received: from mx.small.example ([10.0.0.1]) by mx.small.example; x",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const entry = "Received: from a.example (a.example [192.0.2.7]) by mx.small.example; x";
        const fields = parseHeader([entry, ...lines].join("\r\n"));
        expect(trustedResults(fields, SEEDS.small).results).toEqual([]);
        expect(exitOf(fields, SEEDS.small)?.ip).toBe("192.0.2.7");
      }),
    );
  });
});

describe("the exit and its TLS, as the receiver saw them", () => {
  const v13 = { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" };
  it.each([
    ["gmail", receivers.gmail, "mail.sender.example", v13],
    ["microsoft", receivers.microsoft, undefined, v13],
    ["yahoo", receivers.yahoo, undefined, { version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256" }],
    ["icloud", receivers.icloud, "mail.sender.example", { version: undefined, cipher: undefined }],
    ["fastmail", receivers.fastmail, "mail.sender.example", v13],
    ["proton", receivers.proton, "mail.sender.example", v13],
    ["gmx", receivers.gmx, undefined, { version: undefined, cipher: undefined }],
    ["yandex", receivers.yandex, "mail.sender.example", v13],
    ["small", receivers.postfixMilters, "mail.sender.example", v13],
    [
      "small",
      receivers.reinjected,
      "mail.sender.example",
      { version: undefined, cipher: undefined },
    ],
  ] as const)("%s", (seed, raw, reverseName, tls) => {
    const fields = parseHeader(raw);
    expect(exitOf(fields, SEEDS[seed])).toEqual({
      ip: "192.0.2.7",
      family: "ipv4",
      helo: "mail.sender.example",
      reverseName,
    });
    expect(lastHopTls(fields, SEEDS[seed])).toEqual(tls);
  });

  it("does not take a HELO for the receiver's own name", () => {
    expect(exitOf(parseHeader(receivers.impostor), SEEDS.small)).toMatchObject({
      ip: "192.0.2.7",
      helo: "mx.small.example",
      reverseName: undefined,
    });
  });

  it("sees a neighbour in the same private network as outside", () => {
    const raw = [
      "Received: from own.test (own.test [10.0.0.2]) by mx.bigmail.test (Postfix) with ESMTP id 1; x",
      "Received: from laptop ([10.0.0.3]) by own.test (Postfix) with ESMTPSA id 2; x",
    ].join("\r\n");
    const seed = { provider: "bigmail", address: "seed@bigmail.test" };
    expect(exitOf(parseHeader(raw), seed)).toMatchObject({ ip: "10.0.0.2", helo: "own.test" });
  });

  it.each(["ESMTPSA", "ESMTPA", "esmtpsa", "UTF8SMTPSA"])(
    "takes no login at the receiver for an exit: %s",
    (protocol) => {
      const raw = [
        "Authentication-Results: own.test; spf=softfail smtp.remote-ip=203.0.113.9",
        `Received: from monitor (pool-9.isp.example [203.0.113.9]) by own.test (Postfix) with ${protocol} id 2; x`,
      ].join("\r\n");
      const seed = { provider: "own.test", address: "seed@own.test" };
      expect(exitOf(parseHeader(raw), seed)).toBeUndefined();
    },
  );

  it("names a sender on the same machine", () => {
    const raw = [
      "Received: from own.test (localhost [127.0.0.1]) by mx.bigmail.test with ESMTP id 1; x",
      "Received: from laptop ([127.0.0.1]) by own.test (Postfix) with ESMTPA id 2; x",
    ].join("\r\n");
    const seed = { provider: "bigmail", address: "seed@bigmail.test" };
    expect(exitOf(parseHeader(raw), seed)).toMatchObject({ ip: "127.0.0.1", helo: "own.test" });
  });

  it("asks what else the receiver wrote where its Received field has no address", () => {
    const raw = [
      "Authentication-Results: mx.small.example; iprev=pass smtp.remote-ip=2001:DB8::7",
      "Received: from mail.sender.example by mx.small.example with ESMTP id 1; x",
    ].join("\r\n");
    expect(exitOf(parseHeader(raw), SEEDS.small)).toMatchObject({
      ip: "2001:db8::7",
      family: "ipv6",
    });
  });
});
