import { describe, expect, it } from "vitest";
import { headline } from "../../../src/exporter/page/headline.ts";
import { html } from "../../../src/exporter/page/html.ts";
import { renderPage } from "../../../src/exporter/page/page.ts";
import type { PageView } from "../../../src/exporter/page/view.ts";
import { arrival, canary, OK_REPLY } from "../../fakes/canary.ts";

const decided = canary({ phase: "ended", outcome: "inbox", arrival: arrival(), reply: OK_REPLY });
const stream = (recent: PageView["streams"][number]["recent"]) => ({
  route: "main",
  seed: "big-1",
  provider: "bigmail",
  rate: undefined,
  recent,
  inFlight: 0,
});
const view = (over: Partial<PageView> = {}): PageView => ({
  version: "1.2.3",
  now: decided.plannedAt,
  streams: [stream([decided])],
  findings: [],
  canaries: [decided],
  changes: [],
  ...over,
});

describe("exporter/page", () => {
  it("says yes when every newest canary reached an inbox", () => {
    expect(headline(view())).toMatchObject({ tone: "good" });
  });

  it("says no, and where, when one is in spam", () => {
    const spam = canary({ phase: "ended", outcome: "spam" });
    const answer = headline(view({ streams: [stream([spam, decided]), stream([decided])] }));
    expect(answer).toEqual({ tone: "bad", answer: "No. bigmail files it as spam." });
  });

  it("tells of a rate that has fallen, since when, and what is normal", () => {
    const rate = { mean: 0.72, low: 0.6, high: 0.82, normal: 0.98, fallenSince: decided.plannedAt };
    const fallen = { ...stream([decided]), rate };
    const { tone, answer } = headline(view({ streams: [fallen, fallen] }));
    expect(tone).toBe("bad");
    expect(answer).toBe(
      "Less and less. Mail to bigmail has been reaching the inbox 72 % of the time since about 2026-11-22 12:00 (normally 98 %).",
    );
  });

  it("does not say yes when it cannot tell", () => {
    const unknown = canary({ phase: "ended", outcome: "unknown" });
    expect(headline(view({ streams: [stream([unknown])] })).tone).toBe("unsure");
    expect(headline(view({ streams: [stream([])] })).tone).toBe("unsure");
  });

  it("escapes what strangers wrote", () => {
    const text = "<script>alert(1)</script>\u0007\u202e";
    const hostile = canary({
      ...decided,
      arrival: arrival({ folder: text }),
      reply: { ...OK_REPLY, text },
    });
    const finding = {
      check: "c",
      kind: "k",
      subject: "s",
      detail: text,
      since: 0,
      info: { severity: "fail", title: "T", advice: "A" },
      explains: [text],
    } as const;
    const page = renderPage(view({ canaries: [hostile], findings: [finding] }));
    for (const bad of ["<script", "\u0007", "\u202e"]) expect(page).not.toContain(bad);
    expect(page).toContain("&lt;script&gt;");
  });

  it("shows what changed, old and new, and not all of a long value", () => {
    const change = {
      at: decided.plannedAt,
      subject: "example.org",
      aspect: "spf",
      before: "v=spf1 mx -all",
      after: `v=spf1 ${"a ".repeat(500)}<b>`,
    };
    const page = renderPage(view({ changes: [change] }));
    expect(page).toContain("What changed");
    expect(page).toContain("v=spf1 mx -all");
    expect(page).toMatch(/a a a ?…/);
    expect(renderPage(view())).not.toContain("What changed");
  });

  it("shows since when and what to do", () => {
    const finding = {
      check: "c",
      kind: "k",
      subject: "main to big-1",
      detail: "d",
      since: decided.plannedAt - 90_000,
      info: { severity: "fail", title: "Mail is filed as spam", advice: "Do `a <b>`." },
      explains: ["The receiver says no: main to big-1"],
    } as const;
    const page = renderPage(view({ findings: [finding] }));
    expect(page).toContain("Mail is filed as spam: main to big-1");
    expect(page).toContain("(1m 30s)");
    expect(page).toContain("Do <code>a &lt;b&gt;</code>.");
    expect(page).toContain("This explains as well: The receiver says no: main to big-1.");
  });

  it("renders lists and nothing for undefined", () => {
    expect(html`${undefined}${[html`<br>`, "<"]}${3}`.text).toBe("<br>&lt;3");
  });
});
