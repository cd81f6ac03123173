import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { configOf, problemsOf } from "./directory.ts";

const rest = `
routes:
  - { name: main, smtp: { host: mail.example.org }, from: anna@example.org }
seeds:
  - { name: a, address: anna@example.net, provider: gmail, imap: { auth: { password: x } } }
`;

describe("config/blocklists", () => {
  it("asks the usual lists when nothing is said", () => {
    expect(configOf(rest).blocklists).toEqual({
      keys: { spamhausDqs: undefined, abusix: undefined },
      enabled: [],
      disabled: [],
      zones: [],
      intervals: [],
      subjects: [],
    });
  });

  it("takes keys, lists of one's own and subjects", () => {
    const { blocklists, secrets } = configOf(
      `${rest}
blocklists:
  spamhaus_dqs: { key: "\${KEY}" }
  abusix: { key_file: abusix }
  enabled: [dnswl]
  disabled: [spamcop]
  zones: [{ name: house, zone: BL.Example.net, lists: [ipv6, domain], every: 30m }]
  intervals: [{ list: spamhaus-zen, every: 2h }]
  subjects: ["2001:db8::25", Example.net]
`,
      { KEY: "ABCDEFGH1234" },
      { abusix: "12345678abcd\n" },
    );
    expect(blocklists).toMatchObject({
      enabled: ["dnswl"],
      disabled: ["spamcop"],
      zones: [
        {
          name: "house",
          zone: "bl.example.net",
          lists: ["ipv6", "domain"],
          meaning: "listed",
          everyMs: 1_800_000,
        },
      ],
      intervals: [{ list: "spamhaus-zen", everyMs: 7_200_000 }],
      subjects: ["2001:db8::25", "example.net"],
    });
    // In lower case, as they will stand in names, so that logs can be searched for them.
    const revealed = ["x", "abcdefgh1234", "12345678abcd"];
    expect(secrets.map((secret) => secret.reveal())).toEqual(revealed);
    expect(blocklists.keys.spamhausDqs?.reveal()).toBe("abcdefgh1234");
    expect(inspect(blocklists, { depth: Infinity })).not.toMatch(/abcdefgh1234|12345678abcd/);
  });

  it.each([
    ["a key of another shape", "spamhaus_dqs: { key: s3cr3t.s3cr3t }"],
    ["a key that is a list", "spamhaus_dqs: { key: [s3cr3t] }"],
    ["a misspelt key", "spamhaus_dqs: { kee: s3cr3t }"],
    [
      "a zone with a key in it",
      "zones: [{ name: z, zone: s3cr3t.Zen.DQ.spamhaus.net, lists: [ipv4] }]",
    ],
    [
      "one with the final dot",
      "zones: [{ name: z, zone: s3cr3t.zen.dq.spamhaus.net., lists: [ipv4] }]",
    ],
  ])("refuses %s without repeating it", (_, line) => {
    const problems = problemsOf(`${rest}\nblocklists:\n  ${line}\n`);
    expect(problems).not.toEqual([]);
    expect(problems.join()).not.toMatch(/s3cr3t/i);
  });
});
