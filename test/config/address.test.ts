import { describe, expect, it } from "vitest";
import {
  readAddress,
  readHost,
  readHostAndPort,
  readNamedAddress,
  readResolver,
} from "../../src/config/address.ts";

const label63 = "a".repeat(63);

describe("config/address", () => {
  it.each([
    ["anna@example.org", "anna@example.org"],
    ["Anna.B+c@EXAMPLE.org", "Anna.B+c@example.org"],
    ["o'neil/x=y@localhost", "o'neil/x=y@localhost"],
    ["anna@bücher.example", "anna@xn--bcher-kva.example"],
    [`${"a".repeat(64)}@example.org`, `${"a".repeat(64)}@example.org`],
    ["", undefined],
    ["anna", undefined],
    ["@example.org", undefined],
    ["anna@", undefined],
    ["anna@@example.org", undefined],
    [".anna@example.org", undefined],
    ["an..na@example.org", undefined],
    ["an na@example.org", undefined],
    ["bücher@example.org", undefined],
    ["anna@example.org.", undefined],
    ["anna@-example.org", undefined],
    ["anna@example..org", undefined],
    ["anna@192.0.2.1", undefined],
    ["anna@exa\nmple.org", undefined],
    ["anna@example.org\r\nRCPT TO:<x@y.z>", undefined],
    [`${"a".repeat(65)}@example.org`, undefined],
    [`a@${`${label63}.`.repeat(4)}org`, undefined],
    [`${"a".repeat(64)}@${label63}.${label63}.${label63}`, undefined],
  ])("reads the address %j as %j", (text, address) => {
    expect(readAddress(text)).toBe(address);
  });

  it.each([
    ["a@b.c", { name: undefined, address: "a@b.c" }],
    [" <a@b.c> ", { name: undefined, address: "a@b.c" }],
    ["Anna <a@b.c>", { name: "Anna", address: "a@b.c" }],
    ['"Anna, née B" <a@b.c>', { name: "Anna, née B", address: "a@b.c" }],
    ["Anna a@b.c>", undefined],
    ["Anna <b@c.d> <a@b.c>", undefined],
    ["Anna\nBcc: <a@b.c>", undefined],
    ["Anna <a@b.c", undefined],
    [`${"n".repeat(101)} <a@b.c>`, undefined],
  ])("reads the sender %j", (text, sender) => {
    expect(readNamedAddress(text)).toEqual(sender);
  });

  it.each([
    ["Mail.Example.org", "mail.example.org"],
    ["dovecot_1", "dovecot_1"],
    ["192.0.2.1", "192.0.2.1"],
    ["::1", "::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["münchen.example", "xn--mnchen-3ya.example"],
    ["192.0.2", undefined],
    ["192.0.2.256", undefined],
    ["１２７.1", undefined],
    ["mail.example.org:25", undefined],
    ["mail example", undefined],
    ["", undefined],
  ])("reads the host %j as %j", (text, host) => {
    expect(readHost(text)).toBe(host);
  });

  it.each([
    ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
    ["localhost:65535", { host: "localhost", port: 65_535 }],
    ["[::]:10825", { host: "::", port: 10_825 }],
    [":10825", undefined],
    ["10825", undefined],
    ["::1:10825", undefined],
    ["127.0.0.1:65536", undefined],
    ["127.0.0.1:+1", undefined],
    ["127.0.0.1:", undefined],
  ])("reads where to listen from %j", (text, listen) => {
    expect(readHostAndPort(text)).toEqual(listen);
  });

  it.each([
    ["192.0.2.53", true],
    ["192.0.2.53:5353", true],
    ["2001:db8::53", true],
    ["[2001:db8::53]:53", true],
    ["192.0.2.53:0", false],
    ["localhost:53", false],
  ])("reads the resolver %j: %j", (text, isResolver) => {
    expect(readResolver(text)).toBe(isResolver ? text : undefined);
  });
});
