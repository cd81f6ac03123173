import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { configOf, directoryWith, problemsOf } from "./directory.ts";

describe("config/document", () => {
  it.each([
    ["routes:\n\t- name: main\n", "2:1: a tab in the indentation, expected spaces"],
    [
      "password: *hunter2\n",
      "1:11: an alias (*) that names no anchor above it, expected quotes around a text that begins with *",
    ],
    [
      "password: !hunter2 x\n",
      "1:11: an unknown tag (!), expected quotes around a text that begins with !",
    ],
    ["password: @hunter2\n", "1:11: a text that may not begin like this, expected it in quotes"],
    [
      'password: "\\hunter2"\n',
      "1:12: an unknown \\ escape, expected \\\\ for a backslash, or 'single quotes' around the text",
    ],
    [
      "password: hunter2: x\n",
      "1:11: a mapping within a line, expected quotes around a text that contains ': '",
    ],
    [
      'password: "hunter2\n',
      "2:1: a missing quote, bracket, comma, colon or blank, expected what closes or separates",
    ],
    ["routes: []\n---\nseeds: []\n", "2:1: a second document (---), expected one document"],
    ["[routes]: x\n", "1:1: a key that is not text, expected a known key"],
  ])("tells where the YAML is broken, and quotes nothing of it: %j", (text, problem) => {
    expect(problemsOf(text)).toContain(problem);
    expect(problemsOf(text).join("\n")).not.toContain("hunter2");
  });

  it.each(["", "# nothing yet\n", "---\n"])("says that an empty file is empty: %j", (text) => {
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^\d:\d: is empty, expected routes and seeds$/),
    ]);
  });

  it("refuses a bomb of aliases", () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const inner = Array.from({ length: 9 }, () => `*l${level}`).join(", ");
      return `l${level + 1}: &l${level + 1} [${inner}]`;
    });
    expect(problemsOf(["l0: &l0 lol", ...levels].join("\n"))).toEqual([
      "1:1: aliases (*) repeat too much, expected at most 2000 repetitions",
    ]);
  });

  it("refuses more aliases than it is willing to follow", () => {
    const problems = problemsOf(`a: &a x\nb: [${"*a,".repeat(2001)}]\n`);
    expect(problems).toEqual([
      "2:6005: nested too deeply, or too many aliases (*), expected a config file",
    ]);
  });

  it("lets seeds share what they have in common", () => {
    const seed = (index: number) => `
  - { name: s${index}, address: s${index}@gmail.com, provider: gmail, imap: *imap }`;
    const seeds = Array.from({ length: 500 }, (_, index) => seed(index)).join("");
    const text = `
routes:
  - { name: main, smtp: { host: mail.example.org }, from: anna@example.org }
seeds:
  - { name: first, address: a@gmail.com, provider: gmail, imap: &imap { auth: { password: x } } }
  ${seeds.trim()}
`;
    expect(configOf(text).seeds).toHaveLength(501);
  });

  it("survives an alias within what it names", () => {
    expect(problemsOf("routes: &r [*r]\nseeds: *r\n")).toContain(
      "1:12 routes[0]: is not a mapping, expected a route (name, smtp, from)",
    );
  });

  it("says that a file is nested too deeply", () => {
    const problems = problemsOf("[".repeat(10_000));
    expect(problems[0]).toMatch(/nested too deeply/);
    expect(problems.length).toBeLessThanOrEqual(501);
  });

  it("lists no more than 500 problems and counts the rest", () => {
    const problems = problemsOf(Array.from({ length: 1000 }, (_, i) => `key${i}: x\n`).join(""));
    expect(problems).toHaveLength(501);
    expect(problems.at(-1)).toBe("and 502 more problems");
  });

  it("shows hostile keys harmlessly", () => {
    const [, , problem] = problemsOf('routes:\nseeds:\n"\\e[2J\\u202e": x\n');
    expect(problem).toMatch(/^3:1 "\?\[2J\?": unknown key, expected one of routes, seeds/);
  });

  it.each([
    ["is larger than 1 MiB", "#".repeat(1024 * 1024 + 1), "it is larger than 1024 KiB"],
    ["is not UTF-8", Buffer.from("# caf\xe9\n", "latin1"), "it is not UTF-8 text"],
  ])("refuses a file that %s", (_, content, reason) => {
    const file = join(directoryWith({ "config.yaml": content }), "config.yaml");
    expect(loadConfig(file, {})).toEqual({
      ok: false,
      problems: [`${file}: cannot be read (${reason}), expected a config file`],
    });
  });

  it("does not wait for what never comes through a pipe", () => {
    const pipe = join(directoryWith({}), "config.yaml");
    execFileSync("/usr/bin/env", ["mkfifo", pipe]);
    expect(loadConfig(pipe, {})).toEqual({
      ok: false,
      problems: [`${pipe}: cannot be read (it is not a regular file), expected a config file`],
    });
  });

  it.each([
    ["/nonexistent/config.yaml", "no such file"],
    ["/tmp", "it is not a regular file"],
    ["a\0b", "the name contains a NUL character"],
  ])("cannot read %j", (file, reason) => {
    expect(loadConfig(file, {})).toEqual({
      ok: false,
      problems: [`${file}: cannot be read (${reason}), expected a config file`],
    });
  });
});
