import { describe, expect, it } from "vitest";
import type { Checked, CheckedResult } from "../../src/check.ts";
import { reportOf, verdictOf } from "../../src/cli/check-report.ts";

const plain = { columns: undefined, colours: false };

function result(probe: string, over: Partial<CheckedResult> = {}): CheckedResult {
  return {
    check: `${probe} domain=example.org`,
    probe,
    labels: { domain: "example.org" },
    severity: "ok",
    findings: [],
    samples: [],
    observedAt: 0,
    durationMs: 1,
    judged: true,
    ...over,
  };
}

function checked(...results: CheckedResult[]): Checked {
  return { results, exits: [{ ip: "198.18.0.25", why: "as given" }] };
}

const unusable = { kind: "blocklist-unusable", subject: "psbl", detail: "timeout: silence" };
const listed = { kind: "blocklist-listed", subject: "198.18.0.25", detail: "zen lists it" };

describe("cli/check-report", () => {
  it("groups by probe, the worst first, each with its meaning and advice", () => {
    const text = reportOf(
      checked(
        result("spf"),
        result("blocklist", { severity: "fail", findings: [unusable, listed] }),
        result("blocklist", { labels: { list: "surbl" } }),
      ),
      plain,
    );
    const lines = text.split("\n");
    expect(lines[0]).toBe("Mail is taken to leave from 198.18.0.25 (as given).");
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    const order = [
      "spf",
      "  ok       example.org",
      "blocklist",
      "  fail ",
      "  unknown ",
      "  ok       surbl",
    ];
    expect(order.map(at)).toEqual(order.map(at).toSorted((a, b) => a - b));
    expect(order.map(at)).not.toContain(-1);
    expect(lines[at("  fail ") + 1]?.trim()).toBe("zen lists it");
    expect(lines[at("  fail ") + 2]?.trim()).toMatch(/^-> Find and stop the cause first/);
    expect(text).toContain("\n\n3 checks: 1 fail, 1 unknown, 2 ok\n");
  });

  it("says of a symptom what explains it, and neither counts nor advises it", () => {
    const symptom = {
      ...unusable,
      explainedBy: { kind: "resolver-silent", subject: "192.0.2.53" },
    };
    const text = reportOf(
      checked(result("blocklist", { severity: "unknown", findings: [symptom, unusable] })),
      plain,
    );
    const [, , , first, explanation, second, detail, advice] = text.split("\n");
    expect(first).toBe("  unknown  psbl: A blocklist cannot be believed at present");
    expect(explanation?.trim()).toBe("explained by resolver-silent: 192.0.2.53");
    expect([second, detail?.trim()]).toEqual([first, "timeout: silence"]);
    expect(advice?.trim()).toMatch(/^-> /);
    expect(text).toContain("1 checks: 1 unknown");
  });

  it("gives the advice for a kind once", () => {
    const more = [unusable, { ...unusable, subject: "surbl" }];
    const text = reportOf(
      checked(result("blocklist", { severity: "unknown", findings: more })),
      plain,
    );
    expect(text.match(/A blocklist cannot be believed/g)).toHaveLength(2);
    expect(text.match(/->/g)).toHaveLength(1);
  });

  it("calls nothing fine where there was nothing to judge", () => {
    const text = reportOf(checked(result("dane", { judged: false })), plain);
    expect(text).toContain("example.org: nothing there to judge");
    expect(text).toContain("1 checks: 1 with nothing to judge");
    expect(text).not.toMatch(/\bok\b/);
  });

  it("names a few of many that are fine, and counts the rest", () => {
    const many = Array.from({ length: 20 }, (_, n) =>
      result("mx", { labels: { domain: `d${n}` } }),
    );
    expect(reportOf(checked(...many), plain)).toContain("d4, d5 and 14 more\n");
  });

  it("lets no stranger steer the terminal", () => {
    const evil = { ...listed, subject: "a\u001b]0;b\u0007", detail: "\u001b[2Jc\r\nd\u202e" };
    const text = reportOf(checked(result("blocklist", { severity: "fail", findings: [evil] })), {
      columns: 80,
      colours: false,
    });
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(text).toContain("?[2Jc??d?");
  });

  it("keeps to the width of the terminal, but breaks no word", () => {
    const findings = [{ ...listed, detail: `${"word ".repeat(60)}${"x".repeat(90)}` }];
    const report = reportOf(checked(result("a", { severity: "fail", findings })), {
      columns: 60,
      colours: false,
    });
    const long = report.split("\n").filter((line) => line.length > 60);
    expect(long).toEqual([`           ${"x".repeat(90)}`]);
  });

  it("uses colours only when told to", () => {
    const some = checked(result("spf", { severity: "fail", findings: [listed] }));
    expect(reportOf(some, plain)).not.toContain("\u001b");
    expect(reportOf(some, { ...plain, colours: true })).toContain("\u001b[31m");
  });

  it("says how to name exits where none is known", () => {
    expect(reportOf({ results: [], exits: [] }, plain)).toMatch(
      /^No exit address is known.*--exit/,
    );
  });

  it.each([
    [["ok", "warn"], "warn"],
    [["warn", "unknown"], "unknown"],
    [["unknown", "fail", "ok"], "fail"],
    [[], "ok"],
  ] as const)("takes the worst of %s: %s", (severities, worst) => {
    const results = severities.map((severity) => result("spf", { severity }));
    expect(verdictOf(checked(...results))).toBe(worst);
  });

  it("does not take a symptom for worse than its cause", () => {
    const symptom = { ...listed, explainedBy: { kind: "resolver-invents", subject: "dns" } };
    const cause = { kind: "resolver-invents", subject: "dns", detail: "" };
    const results = [
      result("blocklist", { severity: "fail", findings: [symptom] }),
      result("resolver", { severity: "unknown", findings: [cause] }),
    ];
    expect(verdictOf(checked(...results))).toBe("unknown");
  });
});
