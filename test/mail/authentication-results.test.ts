import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAuthenticationResults } from "../../src/mail/authentication-results.ts";

function parsed(value: string) {
  const answer = parseAuthenticationResults(value);
  if (answer.kind !== "parsed") throw new Error(`unreadable: ${answer.reason}`);
  return answer;
}

/** `method=result` of each result, for tests that ask for no more. */
function brief(value: string): string[] {
  return parsed(value).results.map(({ method, result }) => `${method}=${result}`);
}

describe("the grammar of RFC 8601 §2.2", () => {
  it("reads id, version, results, reasons and properties", () => {
    expect(
      parsed(
        'mx.example.org 1; spf=pass smtp.mailfrom=a@b.example; dkim=fail reason="bad; signature" header.d=b.example header.i=@b.example',
      ),
    ).toEqual({
      kind: "parsed",
      authservId: "mx.example.org",
      version: 1,
      results: [
        {
          method: "spf",
          result: "pass",
          reason: undefined,
          properties: { "smtp.mailfrom": "a@b.example" },
        },
        {
          method: "dkim",
          result: "fail",
          reason: "bad; signature",
          properties: { "header.d": "b.example", "header.i": "@b.example" },
        },
      ],
      bareItems: [],
    });
  });

  it("knows that `none` is no result", () => {
    expect(parsed("mx.example.org; none")).toMatchObject({
      authservId: "mx.example.org",
      results: [],
      bareItems: [],
    });
  });

  it("reads a method's version and lower-cases names", () => {
    expect(parsed("MX.Example.ORG; DKIM/1=Pass Header.D=b.example")).toMatchObject({
      authservId: "mx.example.org",
      results: [{ method: "dkim", result: "pass", properties: { "header.d": "b.example" } }],
    });
  });

  it.each([
    "mx.example.org; dkim / 1 = pass",
    "(before) mx.example.org (after) 1 (again); dkim (x) = (y) pass (z)",
    "mx.example.org ; dkim=pass ;",
    "mx.example.org;\tdkim=pass(nothing between)",
    "mx.example.org; dkim=pass (a (nested (comment)) with ; in it)",
    String.raw`mx.example.org; dkim=pass (an escaped \) bracket; spf=fail)`,
  ])("reads dkim=pass and nothing else in %s", (value) => {
    expect(brief(value)).toEqual(["dkim=pass"]);
    expect(parsed(value).authservId).toBe("mx.example.org");
  });

  it("reads a property with comments inside", () => {
    expect(
      parsed("mx.example.org; spf=pass smtp (c) . (c) mailfrom (c) = (c) a.example").results,
    ).toMatchObject([{ properties: { "smtp.mailfrom": "a.example" } }]);
  });

  it("reads quoted values with semicolons and escaped quotes", () => {
    expect(
      parsed(String.raw`mx.example.org; spf=pass smtp.mailfrom="a;b \"c\" dkim=pass"@x.example`)
        .results,
    ).toMatchObject([
      { method: "spf", properties: { "smtp.mailfrom": 'a;b "c" dkim=pass@x.example' } },
    ]);
  });
});

describe("what receivers write beyond it", () => {
  it("reads Microsoft's form without an authserv-id", () => {
    const value =
      "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=a.example; dkim=pass (signature was verified) header.d=a.example;dmarc=pass action=none header.from=a.example;compauth=pass reason=100";
    expect(parsed(value)).toMatchObject({
      authservId: undefined,
      results: [
        { method: "spf", result: "pass", properties: { "smtp.mailfrom": "a.example" } },
        { method: "dkim", result: "pass" },
        { method: "dmarc", properties: { action: "none", "header.from": "a.example" } },
        { method: "compauth", result: "pass", reason: "100" },
      ],
    });
  });

  it("sets the recipient's domain of an older form aside", () => {
    const value =
      "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=a.example; tenant.example; dkim=pass (signature was verified) header.d=a.example;tenant.example; dmarc=pass action=none header.from=a.example";
    expect(brief(value)).toEqual(["spf=pass", "dkim=pass", "dmarc=pass"]);
    expect(parsed(value).bareItems).toEqual(["tenant.example", "tenant.example"]);
  });

  it.each(["mx.microsoft.com 1; dkim=pass", "mx.microsoft.com 1 dkim=pass"])(
    "reads a version with and without a semicolon: %s",
    (value) => {
      expect(parsed(value)).toMatchObject({ authservId: "mx.microsoft.com", version: 1 });
      expect(brief(value)).toEqual(["dkim=pass"]);
    },
  );

  it("reads an id with a version and nothing more", () => {
    expect(parsed("example.org 1")).toMatchObject({
      authservId: "example.org",
      version: 1,
      results: [],
    });
  });

  it.each([
    "dmarc=bestguesspass",
    "dkim=timeout",
    "dkim=ignore",
    "dkim=test",
    "dkim=perm_fail",
    "dkim=tmperror",
    "spf=tempfail",
    "gateway.spf=pass",
    "dkim-adsp=none",
    "auth=pass",
    "x-ptr=pass",
    "bimi=skipped",
  ])("takes the unregistered result %s as it is", (item) => {
    expect(brief(`mx.example.org; ${item}`)).toEqual([item]);
  });

  it("keeps two signatures as two results", () => {
    expect(
      brief("mx.example.org; dkim=pass header.d=a.example; dkim=fail header.d=b.example"),
    ).toEqual(["dkim=pass", "dkim=fail"]);
  });

  it("does not take the text of an ARC comment for results", () => {
    expect(
      brief("mx.example.org; arc=pass (i=1 spf=pass spfdomain=a.example dkim=fail); spf=pass"),
    ).toEqual(["arc=pass", "spf=pass"]);
  });

  it("does not find a method that was not reported", () => {
    expect(brief("mx.example.org; spf=pass smtp.mailfrom=dkim.example; dkim=; ")).toEqual([
      "spf=pass",
    ]);
  });

  it("reads a property without a value", () => {
    expect(
      parsed("mx.example.org; dmarc=none smtp.mailfrom= header.from=; spf=none ()").results,
    ).toMatchObject([
      { method: "dmarc", properties: { "smtp.mailfrom": "", "header.from": "" } },
      { method: "spf", result: "none" },
    ]);
  });

  it("keeps `=` in a value: VERP addresses and base64", () => {
    expect(
      parsed(
        "mx.example.org; spf=pass smtp.mailfrom=prvs=01=a@b.example; dkim=pass header.b=Ab/+==",
      ).results,
    ).toMatchObject([
      { properties: { "smtp.mailfrom": "prvs=01=a@b.example" } },
      { properties: { "header.b": "Ab/+==" } },
    ]);
  });

  it("decodes a field that was encoded as a whole (RFC 2047)", () => {
    const whole = "mx.example.org; spf=pass smtp.mailfrom=jörg@a.example";
    const encoded = `=?utf-8?B?${Buffer.from(whole).toString("base64")}?=`;
    expect(parsed(encoded)).toMatchObject({
      authservId: "mx.example.org",
      results: [{ method: "spf", properties: { "smtp.mailfrom": "jörg@a.example" } }],
    });
  });

  it("does not decode encoded words inside, where a sender could hide results", () => {
    const hidden = "=?utf-8?q?a=3B_dkim=3Dpass?=";
    expect(brief(`mx.example.org; spf=fail smtp.mailfrom=${hidden}@x.example`)).toEqual([
      "spf=fail",
    ]);
  });

  it("takes the first of a property that stands twice", () => {
    expect(
      parsed("mx.example.org; spf=pass smtp.helo=first.example smtp.helo=second.example").results,
    ).toMatchObject([{ properties: { "smtp.helo": "first.example" } }]);
  });

  it("does not let a property name touch the prototype", () => {
    const [result] = parsed("mx.example.org; spf=pass __proto__=x").results;
    expect(Object.keys(result?.properties ?? {})).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(result?.properties)).toBe(Object.prototype);
  });
});

describe("hostile input", () => {
  it.each(["", "   ", "(only a comment)", ";;;"])("has nothing to say about %j", (value) => {
    expect(parseAuthenticationResults(value)).toEqual({ kind: "unreadable", reason: "empty" });
  });

  it("refuses what is longer than any receiver writes", () => {
    expect(parseAuthenticationResults("a".repeat(100_000))).toEqual({
      kind: "unreadable",
      reason: "too-long",
    });
  });

  it.each([
    ["brackets", "(".repeat(10_000)],
    ["quotes", '"'.repeat(10_001)],
    ["backslashes", "\\".repeat(10_000)],
    ["semicolons", "x;".repeat(10_000)],
    ["missing values", "a.b= ".repeat(10_000)],
    ["dots", "a . ".repeat(10_000)],
    ["comments between", "a (b) = (c) ".repeat(4_000)],
  ])("survives ten thousand %s", (_, text) => {
    const answer = parseAuthenticationResults(`mx.example.org; spf=pass ${text}`);
    expect(answer).toMatchObject({ authservId: "mx.example.org" });
  });

  it("never throws and keeps its limits", () => {
    const unit = fc.constantFrom(...'spf=pas dkim;."\\()/1@?=_\r\n\t'.split(""), "=?utf-8?q?", "é");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 400 }), (value) => {
        const answer = parseAuthenticationResults(value);
        if (answer.kind !== "parsed") return;
        for (const { method, result } of answer.results) {
          expect(method).toMatch(/^[\w.-]{1,121}$/);
          expect(result).not.toBe("");
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("reads back every result that is written by the grammar", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
    const quoted = fc.string({ unit: fc.constantFrom(...'ab ;()="\\'.split("")) });
    const item = fc.record({
      method: word,
      result: word,
      reason: quoted,
      property: word,
      value: quoted,
    });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), (items) => {
        const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
        const written = items.map(
          ({ method, result, reason, property, value }) =>
            `${method}=${result} (c;(c)) reason=${quote(reason)} header.${property}=${quote(value)}`,
        );
        expect(parsed(`mx.example.org; ${written.join(";\r\n\t")}`).results).toEqual(
          items.map(({ method, result, reason, property, value }) => ({
            method,
            result,
            reason,
            properties: { [`header.${property}`]: value },
          })),
        );
      }),
    );
  });
});
