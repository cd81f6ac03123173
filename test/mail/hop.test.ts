import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReceived } from "../../src/mail/hop.ts";
import { parseHeader } from "../../src/mail/header-fields.ts";
import { hopsOf } from "../../src/mail/received.ts";

const AT = Date.UTC(2026, 1, 2, 10, 0, 2);

const none = {
  helo: undefined,
  reverseName: undefined,
  ip: undefined,
  by: undefined,
  protocol: undefined,
  tls: undefined,
  at: undefined,
};

describe("parseReceived", () => {
  it.each([
    [
      "Postfix",
      "from helo.example (rdns.example [192.0.2.7]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519) (No client certificate requested) by mx.rcv.example (Postfix) with ESMTPS id 4AAA for <a@rcv.example>; Mon,  2 Feb 2026 11:00:02 +0100 (CET)",
      {
        helo: "helo.example",
        reverseName: "rdns.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "ESMTPS",
        tls: { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" },
        at: AT,
      },
    ],
    [
      "Postfix without a reverse name, over IPv6",
      "from helo.example (unknown [IPv6:2001:DB8::7]) by mx.rcv.example (Postfix) with ESMTP id 4AAA; Mon, 02 Feb 2026 10:00:02 GMT",
      {
        ...none,
        helo: "helo.example",
        ip: "2001:db8::7",
        by: "mx.rcv.example",
        protocol: "ESMTP",
        at: AT,
      },
    ],
    [
      "an address literal as HELO",
      "from [10.1.2.3] (rdns.example [192.0.2.7]) by mx.rcv.example (Postfix) with ESMTPSA id 4AAA; x",
      {
        ...none,
        helo: "[10.1.2.3]",
        reverseName: "rdns.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "ESMTPSA",
        tls: { version: undefined, cipher: undefined },
      },
    ],
    [
      "Exim with a HELO of its own",
      "from rdns.example ([192.0.2.7]:41234 helo=helo.example) by mx.rcv.example with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from <a@b.example>) id 1r-2 for a@rcv.example; Mon, 02 Feb 2026 10:00:02 +0000",
      {
        helo: "helo.example",
        reverseName: "rdns.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "ESMTPS",
        tls: { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" },
        at: AT,
      },
    ],
    [
      "Exim without a reverse name, older TLS notation",
      "from [2001:db8::7] (helo=helo.example) by mx.rcv.example with esmtps (TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256) (Exim 4.92) id 1r; Mon, 02 Feb 2026 10:00:02 +0000",
      {
        helo: "helo.example",
        reverseName: undefined,
        ip: "2001:db8::7",
        by: "mx.rcv.example",
        protocol: "ESMTPS",
        tls: { version: "TLSv1.2", cipher: "ECDHE_RSA_AES_256_GCM_SHA384" },
        at: AT,
      },
    ],
    [
      "Exim where HELO and reverse name agree",
      "from rdns.example ([192.0.2.7]) by mx.rcv.example with esmtp (Exim 4.96) id 1r; x",
      {
        ...none,
        helo: "rdns.example",
        reverseName: "rdns.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "ESMTP",
      },
    ],
    [
      "Gmail",
      "from helo.example (rdns.example. [192.0.2.7]) by mx.google.com with ESMTPS id 5b-2si for <a@gmail.com> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); Mon, 02 Feb 2026 02:00:02 -0800 (PST)",
      {
        helo: "helo.example",
        reverseName: "rdns.example",
        ip: "192.0.2.7",
        by: "mx.google.com",
        protocol: "ESMTPS",
        tls: { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" },
        at: AT,
      },
    ],
    [
      "Gmail within itself",
      "by 2002:a05:6a10:8a8b:b0:5f1:1f2a:33bb with SMTP id dn11csp100; Mon, 2 Feb 2026 02:00:02 -0800 (PST)",
      { ...none, by: "2002:a05:6a10:8a8b:b0:5f1:1f2a:33bb", protocol: "SMTP", at: AT },
    ],
    [
      "Microsoft",
      "from helo.example (192.0.2.7) by DU2PEPF.mail.protection.outlook.com (10.167.8.71) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.9000.2 via Frontend Transport; Mon, 2 Feb 2026 10:00:02 +0000",
      {
        ...none,
        helo: "helo.example",
        ip: "192.0.2.7",
        by: "DU2PEPF.mail.protection.outlook.com",
        protocol: "Microsoft SMTP Server",
        tls: { version: "TLSv1.2", cipher: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" },
        at: AT,
      },
    ],
    [
      "Sendmail, which saw that the reverse name does not lead back",
      "from helo.example (rdns.example [192.0.2.7] (may be forged)) by mx.rcv.example (8.17.1/8.17.1) with ESMTPS id 612 (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NOT) for <a@rcv.example>; Mon, 2 Feb 2026 10:00:02 GMT",
      {
        ...none,
        helo: "helo.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "ESMTPS",
        tls: { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" },
        at: AT,
      },
    ],
    [
      "Sendmail with an ident answer",
      "from helo.example (root@rdns.example [192.0.2.7]) by mx.rcv.example (8.17.1/8.17.1) with ESMTP id 612; x",
      {
        ...none,
        helo: "helo.example",
        reverseName: "rdns.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "ESMTP",
      },
    ],
    [
      "Dovecot's LMTP",
      "from mx.rcv.example ([10.0.0.1]) by store.rcv.example with LMTP id AAAA (envelope-from <a@b.example>) for <a@rcv.example>; Mon, 02 Feb 2026 10:00:02 +0000",
      {
        ...none,
        helo: "mx.rcv.example",
        ip: "10.0.0.1",
        by: "store.rcv.example",
        protocol: "LMTP",
        at: AT,
      },
    ],
    [
      "qmail, whose reverse name proves nothing",
      "from rdns.example (HELO helo.example) (ident@192.0.2.7) by mx.rcv.example with SMTP; 2 Feb 2026 10:00:02 -0000",
      {
        ...none,
        helo: "helo.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "SMTP",
        at: AT,
      },
    ],
    [
      "qmail within itself",
      "(qmail 1234 invoked from network); 2 Feb 2026 10:00:02 -0000",
      { ...none, at: AT },
    ],
    [
      "Yahoo",
      "from 192.0.2.7 (EHLO helo.example) by 10.217.150.69 with SMTPs (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256); Mon, 02 Feb 2026 10:00:02 +0000",
      {
        ...none,
        helo: "helo.example",
        ip: "192.0.2.7",
        by: "10.217.150.69",
        protocol: "SMTPS",
        tls: { version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256" },
        at: AT,
      },
    ],
    [
      "MDaemon",
      "from helo.example (192.0.2.7) by mx.rcv.example (MDaemon PRO v24.0.0) with ESMTPS id md500.msg; Mon, 02 Feb 2026 10:00:02 +0000",
      {
        ...none,
        helo: "helo.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "ESMTPS",
        tls: { version: undefined, cipher: undefined },
        at: AT,
      },
    ],
    [
      "Courier",
      "from helo.example (rdns.example [::ffff:192.0.2.7]) (TLS: TLSv1.3,256bits,TLS_AES_256_GCM_SHA384) by mx.rcv.example with ESMTPS id 0000; Mon, 02 Feb 2026 10:00:02 +0000",
      {
        helo: "helo.example",
        reverseName: "rdns.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "ESMTPS",
        tls: { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" },
        at: AT,
      },
    ],
    [
      "Yandex, with TLS behind the date",
      "from helo.example (rdns.example [192.0.2.7]) by mxfront.mail.yandex.net (mxfront/Yandex) with ESMTPS id x; Mon, 02 Feb 2026 13:00:02 +0300 (using TLSv1.2 with cipher ECDHE-RSA-AES128-GCM-SHA256 (128/128 bits)) (Client certificate not present)",
      {
        helo: "helo.example",
        reverseName: "rdns.example",
        ip: "192.0.2.7",
        by: "mxfront.mail.yandex.net",
        protocol: "ESMTPS",
        tls: { version: "TLSv1.2", cipher: "ECDHE-RSA-AES128-GCM-SHA256" },
        at: AT,
      },
    ],
    [
      "a HELO that is a keyword",
      "from by (rdns.example [192.0.2.7]) by mx.rcv.example with SMTP; x",
      {
        ...none,
        helo: "by",
        reverseName: "rdns.example",
        ip: "192.0.2.7",
        by: "mx.rcv.example",
        protocol: "SMTP",
      },
    ],
    ["nothing to read", "complete nonsense (", none],
    ["an empty field", "", none],
  ])("reads %s", (_, value, hop) => {
    expect(parseReceived(value)).toEqual(hop);
  });

  it.each([
    ["Fri, 30 Feb 2026 10:00:02 +0000"],
    ["Mon, 2 Feb 2026 25:00:02 +0000"],
    ["Mon, 2 Feb 2026 10:00:02"],
    ["yesterday"],
    ["2026-02-02T10:00:02Z"],
  ])("has no time for %s", (date) => {
    expect(parseReceived(`by mx.rcv.example with SMTP; ${date}`).at).toBeUndefined();
  });

  it.each([
    ["2 Feb 26 10:00 EST", Date.UTC(2026, 1, 2, 15, 0, 0)],
    ["Thu, 31 Dec 1998 23:59:60 +0000", Date.UTC(1999, 0, 1)],
    ["Mon, 02 Feb 2026 15:30:02 +0530 (IST)", AT],
    ["2 feb 2026 10:00:02.123 UT", AT],
  ])("reads the unusual date %s", (date, at) => {
    expect(parseReceived(`by mx.rcv.example with SMTP; ${date}`).at).toBe(at);
  });

  it("survives endless brackets and words", () => {
    expect(parseReceived(`from a (${"(".repeat(10_000)}`)).toEqual({ ...none, helo: "a" });
    expect(parseReceived("from ".repeat(10_000)).helo).toBe("from");
  });

  it("never throws", () => {
    const unit = fc.constantFrom(
      ...'ab1.:[]()<>;"\\ '.split(""),
      "from ",
      "by ",
      "with ",
      "TLS",
      "IPv6:",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 300 }), (value) => {
        const { at } = parseReceived(value);
        expect(at === undefined || Number.isSafeInteger(at)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

it("gives the hops newest first and not more than a hundred", () => {
  const raw = Array.from({ length: 150 }, (_, n) => `Received: by mx${n}.example; x`).join("\n");
  const hops = hopsOf(parseHeader(raw));
  expect(hops).toHaveLength(100);
  expect(hops[0]?.by).toBe("mx0.example");
});
