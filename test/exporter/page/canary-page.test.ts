import { describe, expect, it } from "vitest";
import { renderCanary } from "../../../src/exporter/page/canary-page.ts";
import type { CanaryView } from "../../../src/exporter/page/view.ts";
import { arrival, canary, OK_REPLY, REFUSAL } from "../../fakes/canary.ts";

const spam = canary({
  id: "c2",
  phase: "ended",
  outcome: "spam",
  submittedAt: canary().plannedAt,
  endedAt: canary().plannedAt + 9000,
  reply: OK_REPLY,
  arrival: arrival({
    placement: "spam",
    folder: "Junk",
    authenticationResults: ["mx.bigmail.example; spf=fail smtp.mailfrom=example.org"],
    authentication: [
      {
        method: "spf",
        result: "fail",
        reason: "not listed",
        properties: { "smtp.mailfrom": "example.org" },
      },
    ],
    secondOpinion: [{ domain: "example.org", selector: "s1", result: "pass", detail: undefined }],
    spamVerdicts: [{ filter: "rspamd", score: 7.5, threshold: 6, spam: true }],
    exit: { ip: "198.51.100.7", family: "ipv4", helo: "mail.example.org", reverseName: undefined },
    tls: { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" },
    hops: [
      {
        helo: "mail.example.org",
        reverseName: undefined,
        ip: "198.51.100.7",
        by: "mx.bigmail.example",
        protocol: "ESMTPS",
        tls: undefined,
        at: canary().plannedAt,
      },
    ],
  }),
});
const view = (over: Partial<CanaryView> = {}): CanaryView => ({
  version: "1.2.3",
  now: spam.plannedAt,
  canary: spam,
  lastGood: undefined,
  changesSince: [],
  ...over,
});

describe("exporter/page/canary-page", () => {
  it.each([
    ["how it ended", "spam"],
    ["our server's words", "250 2.0.0 queued"],
    ["what the receiver said of each method", "fail not listed smtp.mailfrom=example.org"],
    ["its header as it stands", "mx.bigmail.example; spf=fail smtp.mailfrom=example.org"],
    ["the second opinion", "pass s1._domainkey.example.org"],
    ["the filter's score", "spam score 7.5 of 6"],
    ["the exit", "198.51.100.7"],
    ["the TLS", "TLSv1.3 TLS_AES_256_GCM_SHA384"],
  ])("tells %s", (_, words) => {
    expect(renderCanary(view())).toContain(words);
  });

  it("names the last one in the inbox, and what changed since", () => {
    const lastGood = canary({ id: "c1", phase: "ended", outcome: "inbox" });
    const change = { at: 1, subject: "example.org", aspect: "spf", before: "old", after: "new" };
    const page = renderCanary(view({ lastGood, changesSince: [change] }));
    expect(page).toContain('href="/canary/c1"');
    expect(page).toMatch(/example\.org.*spf.*old.*new/s);
    expect(renderCanary(view({ lastGood }))).toContain(
      "Nothing that we look at was seen to change",
    );
  });

  it("says of one that no mailbox showed what there is to say", () => {
    const refused = canary({ phase: "ended", outcome: "refused", reply: REFUSAL });
    const page = renderCanary(view({ canary: refused }));
    expect(page).toContain("550 5.7.1 no");
    expect(page).toContain("No mailbox has shown it");
    expect(page).not.toContain("undefined");
  });

  it("escapes what strangers wrote", () => {
    const text = "<script>alert(1)</script>";
    const hostile = canary({
      arrival: arrival({
        folder: text,
        authenticationResults: [text],
        authentication: [
          { method: text, result: text, reason: text, properties: { [text]: text } },
        ],
        spamVerdicts: [{ filter: text, score: undefined, threshold: undefined, spam: undefined }],
        exit: { ip: text, family: "ipv4", helo: text, reverseName: text },
      }),
    });
    expect(renderCanary(view({ canary: hostile }))).not.toContain("<script");
  });
});
