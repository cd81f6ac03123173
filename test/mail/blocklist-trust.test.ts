import { describe, expect, it } from "vitest";
import type { ListAnswer } from "../../src/mail/blocklist-answer.ts";
import { type Answers, trustIn } from "../../src/mail/blocklist-trust.ts";

const clean: ListAnswer = { kind: "clean", why: "nxdomain" };
const nodata: ListAnswer = { kind: "clean", why: "nodata" };
const entry: ListAnswer = { kind: "entry", meaning: "listed", codes: ["127.0.0.2 bad"] };
const odd: ListAnswer = { kind: "unknown-code", codes: ["127.0.0.254"] };
const refusal: ListAnswer = { kind: "refused-us", code: "127.255.255.254", says: "no" };
const invention: ListAnswer = { kind: "rewritten", address: "93.184.216.34" };
const lost: ListAnswer = { kind: "failed", why: "timeout", detail: "silence" };
const broken: ListAnswer = { kind: "failed", why: "servfail", detail: "broken" };

function trust(over: Partial<Answers>) {
  return trustIn({ listed: [entry], unlisted: [clean, clean], absurd: [], others: [], ...over });
}

describe("mail/blocklist-trust", () => {
  it.each([
    ["its test entries are as they should be", {}],
    ["the test entry has a code of its own", { listed: [odd] }],
    ["what is not listed has no address", { unlisted: [nodata, clean] }],
    ["one of several test entries is there", { listed: [clean, entry] }],
    ["one of several test entries is there and another was lost", { listed: [lost, entry] }],
    ["a question about a subject was lost", { others: [lost, clean] }],
    ["it has no answer for what is no address", { absurd: [broken] }],
    ["a subject is listed", { others: [entry] }],
  ])("believes a list when %s", (_, over) => {
    expect(trust(over)).toEqual({ usable: true });
  });

  it.each([
    ["it lists 127.0.0.1", { unlisted: [entry, clean] }, "lists-everything"],
    ["it lists an address of the hour", { unlisted: [clean, odd] }, "lists-everything"],
    ["it lists what is no address", { absurd: [entry] }, "lists-everything"],
    ["it lists nothing", { listed: [clean] }, "lists-nothing"],
    ["its test entry is empty", { listed: [nodata] }, "lists-nothing"],
    ["it refuses the test", { listed: [refusal], unlisted: [refusal] }, "refuses-us"],
    ["it refuses in the middle", { others: [clean, refusal] }, "refuses-us"],
    ["a resolver invents answers", { unlisted: [invention, clean] }, "rewritten"],
    ["a resolver invents an answer about a subject", { others: [invention] }, "rewritten"],
    ["everything is lost", { listed: [lost], unlisted: [lost, lost] }, "timeout"],
    ["the test entry is lost", { listed: [lost] }, "timeout"],
    ["the control is lost", { unlisted: [clean, broken] }, "servfail"],
  ])("does not believe it when %s", (_, over, reason) => {
    expect(trust(over)).toMatchObject({ usable: false, reason });
  });

  it("tells a missing test entry from an empty one", () => {
    expect(trust({ listed: [clean] })).toMatchObject({ detail: expect.stringMatching(/NXDOMAIN/) });
    expect(trust({ listed: [nodata] })).toMatchObject({ detail: expect.stringMatching(/NODATA/) });
  });
});
