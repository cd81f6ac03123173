import { assert, constantFrom, property, string } from "fast-check";
import { expect, it } from "vitest";
import { readCanaryFields } from "../../src/net/imap-headers.ts";

it.each([
  ["Message-ID: <a@b>\r\nX-Canary-Token: t\r\n\r\n", "a@b", "t"],
  ["message-id:<a@b>\nx-canary-token:t\n", "a@b", "t"],
  ["Message-ID: a@b\r\n\r\n", "a@b", undefined],
  ["Message-ID:\r\n <a@b>\r\n\r\n", "a@b", undefined],
  ["Message-ID : <a@b>\r\n", "a@b", undefined],
  ["Message-ID: <real@b>\r\nMessage-ID: <forged@b>\r\n", "real@b", undefined],
  ["X-Canary-Token: real\r\nX-Canary-Token: forged\r\n", undefined, "real"],
  ["Message-ID: <a@b\r\n", "a@b", undefined],
  ["Message-ID: <>\r\nX-Canary-Token:\r\n\r\n", undefined, undefined],
  ["Subject: x\r\n\r\nMessage-ID: <body@b>\r\n", undefined, undefined],
  ["\r\nMessage-ID: <body@b>\r\n", undefined, undefined],
  ["", undefined, undefined],
])("reads %j", (header, messageId, token) => {
  expect(readCanaryFields(header)).toEqual({ messageId, token });
});

it("cuts values that are too long to be ours", () => {
  const fields = readCanaryFields(
    `Message-ID: <${"a".repeat(5000)}>\r\nX-Canary-Token: ${"b".repeat(5000)}\r\n`,
  );
  expect(fields.messageId).toHaveLength(998);
  expect(fields.token).toHaveLength(200);
});

it("takes any text for a header", () => {
  assert(
    property(
      string({ unit: constantFrom("\r", "\n", " ", "\t", "<", ">", ":", "a", "\0", "\xff") }),
      (text) => {
        const { messageId, token } = readCanaryFields(`Message-ID: ${text}`);
        expect(messageId?.length ?? 0).toBeLessThanOrEqual(998);
        expect(token?.length ?? 0).toBeLessThanOrEqual(200);
      },
    ),
  );
});
