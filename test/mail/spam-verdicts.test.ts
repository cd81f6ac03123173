import { describe, expect, it } from "vitest";
import { parseHeader } from "../../src/mail/header-fields.ts";
import { spamVerdicts } from "../../src/mail/spam-verdicts.ts";
import * as receivers from "./receivers.ts";

const SMALL = { provider: "small", address: "seed@small.example" };
const ENTRY =
  "Received: from a.example (a.example [192.0.2.7]) by mx.small.example (Postfix) with ESMTP id 1; x";

/** The verdicts when the receiver, a small one, writes these lines above its entry hop. */
function above(...lines: readonly string[]) {
  return spamVerdicts(parseHeader([...lines, ENTRY].join("\r\n")), SMALL);
}

/** The verdicts when a large receiver writes these lines above its entry hop. */
function at(by: string, ...lines: readonly string[]) {
  const entry = `Received: from a.example (a.example [192.0.2.7]) by ${by} with ESMTP id 1; x`;
  return spamVerdicts(parseHeader([...lines, entry].join("\r\n")), SMALL);
}

describe("filters that anybody may run", () => {
  it.each([
    ["X-Spamd-Result: default: False [2.04 / 25.00]; SYM(1.50)[]", "rspamd", 2.04, 25, false],
    ["X-Spamd-Result: default: True [19.80 / 15.00]", "rspamd", 19.8, 15, true],
    ["X-Spam-Status: No, score=-0.1 required=5.0 tests=A,B", "spamassassin", -0.1, 5, false],
    ["X-Spam-Status: Yes, score=23.40", "spamassassin", 23.4, undefined, true],
    ["X-Spam-Status: No, score=x", "spamassassin", undefined, undefined, false],
    ["X-Spam-Status: Yes, hits=7.1 required=5.0", "spamassassin", 7.1, 5, true],
    ["X-Spam-Score: 3.1 (+++)", "unnamed", 3.1, undefined, undefined],
    ["X-Spam-Flag: YES", "unnamed", undefined, undefined, true],
  ])("reads %s", (line, filter, score, threshold, spam) => {
    expect(above(line)).toEqual([{ filter, score, threshold, spam }]);
  });

  it("takes rspamd's mark for the spam folder as its decision", () => {
    expect(above("X-Spamd-Result: default: False [7.00 / 15.00]", "X-Spam: Yes")).toMatchObject([
      { filter: "rspamd", score: 7, spam: true },
    ]);
  });

  it("counts one filter once when it writes several fields", () => {
    expect(
      above("X-Spamd-Result: default: True [20.00 / 15.00]", "X-Spam-Status: Yes, score=20.00"),
    ).toHaveLength(1);
    expect(above("X-Spam-Flag: YES", "X-Spam-Status: Yes, score=6 required=5")).toHaveLength(1);
  });

  it("reads what a milter appended, when it names the receiver's machine", () => {
    const read = (on: string) => spamVerdicts(parseHeader(receivers.milterBelow(on)), SMALL);
    expect(read("mx.small.example")).toEqual([
      { filter: "rspamd", score: 7, threshold: 15, spam: true },
    ]);
    expect(read("mail.sender.example")).toEqual([]);
  });

  it("says nothing where there is nothing to read", () => {
    expect(above()).toEqual([]);
    expect(above("X-Spamd-Result: garbage", "X-Spam-Status: Perhaps")).toEqual([]);
  });

  it("does not read what the sender or a relay wrote", () => {
    const fields = parseHeader([ENTRY, ...receivers.forged("mx.small.example")].join("\r\n"));
    expect(spamVerdicts(fields, SMALL)).toEqual([]);
    expect(spamVerdicts(parseHeader(receivers.forged("x").join("\r\n")), SMALL)).toEqual([]);
  });
});

describe("providers with fields of their own", () => {
  it.each([
    ["proton", receivers.proton, { filter: "proton", score: 102, spam: true }],
    ["gmx", receivers.gmx, { filter: "gmx", score: 0, spam: false }],
    ["yandex", receivers.yandex, { filter: "yandex", score: 4, spam: true }],
    ["fastmail", receivers.fastmail, { filter: "fastmail", score: 2.1, threshold: 5 }],
    [
      "small",
      receivers.postfixMilters,
      { filter: "rspamd", score: 2.04, threshold: 15, spam: false },
    ],
    [
      "small",
      receivers.reinjected,
      { filter: "spamassassin", score: 7.5, threshold: 6.2, spam: true },
    ],
  ])("%s", (provider, raw, verdict) => {
    const receiver = { provider, address: "seed@small.example" };
    expect(spamVerdicts(parseHeader(raw), receiver)).toMatchObject([verdict]);
  });

  it("has nothing of providers that tell nothing", () => {
    expect(spamVerdicts(parseHeader(receivers.gmail), SMALL)).toEqual([]);
    expect(spamVerdicts(parseHeader(receivers.microsoft), SMALL)).toEqual([]);
  });

  it.each([
    ["0 (Mail was not recognized as spam); Detail=V3", false],
    ["6 (nemesis text pattern profiler)", true],
    ["5 (Mail was recognized as spam)", true],
  ])("reads GMX's number and not its words: %s", (value, spam) => {
    expect(at("mx-ha.gmx.net", `X-GMX-Antispam: ${value}`)).toMatchObject([{ spam }]);
  });

  it.each([
    ["1", false],
    ["2", undefined],
    ["4", true],
  ])("reads Yandex's %s as spam: %s", (value, spam) => {
    expect(at("mxfront1.mail.yandex.net", `X-Yandex-Spam: ${value}`)).toMatchObject([{ spam }]);
  });

  const outlook = "AM0.mail.protection.outlook.com";
  const toInbox = Buffer.from("V=1.1;us=0;l=0;a=0;D=1;GD=1;SCL=-1").toString("base64");
  const toJunk = Buffer.from("V=1.1;us=0;l=0;a=0;D=2;GD=1;SCL=6").toString("base64");
  it.each([
    [
      "X-Forefront-Antispam-Report: CIP:192.0.2.7;CTRY:DE;LANG:en;SCL:1;SFV:NSPM;CAT:NONE",
      1,
      false,
    ],
    ["X-Forefront-Antispam-Report: CIP:192.0.2.7;SCL:5;SFV:SPM;CAT:SPM", 5, true],
    ["X-MS-Exchange-Organization-SCL: 6", 6, undefined],
    [
      "X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;jmr:0;auth:1;dest:J;OFR:SpamFilterAuthJ",
      undefined,
      true,
    ],
    [
      "X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;jmr:0;auth:1;dest:I;ENG:(5062000308)",
      undefined,
      false,
    ],
    [`X-Message-Delivery: ${toInbox}`, -1, false],
    [`X-Message-Delivery: ${toJunk}`, 6, true],
  ])("reads Microsoft's %s", (line, score, spam) => {
    expect(at(outlook, line)).toEqual([{ filter: "microsoft", score, threshold: undefined, spam }]);
  });

  it("believes Microsoft's destination before its filter: an allowed sender lands in the inbox", () => {
    expect(
      at(
        outlook,
        "X-Forefront-Antispam-Report: SCL:9;SFV:SPM",
        "X-Microsoft-Antispam-Mailbox-Delivery: auth:1;dest:I;OFR:TrustedSenderList",
      ),
    ).toMatchObject([{ score: 9, spam: false }]);
  });

  it("does not read another tenant's verdict", () => {
    expect(
      at(outlook, "X-Forefront-Antispam-Report-Untrusted: SCL:9;SFV:SPM", "X-Spam-Status: Yes"),
    ).toEqual([]);
  });

  it("reads what a provider appends behind the canary's own last field", () => {
    const raw = [
      "Received: from a.example ([192.0.2.7]) by mx-ha.gmx.net (mxgmx016 [212.227.15.9]) with ESMTPS id 1; x",
      "X-GMX-Antispam: 0 (before ours)",
      "From: a@a.example",
      "X-Canary-Token: 0123456789abcdef",
      "X-GMX-Antispam: 6 (nemesis text pattern profiler)",
    ].join("\r\n");
    expect(spamVerdicts(parseHeader(raw), SMALL)).toMatchObject([{ score: 6, spam: true }]);
  });
});
