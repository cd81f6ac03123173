import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReply } from "../../src/net/smtp-reply.ts";

describe("a reply", () => {
  it.each([
    ["250 2.0.0 Ok: queued as 4XyZ1a2b3c", "4XyZ1a2b3c"],
    ["250 OK id=1tEabc-000000001Xy-2dEf", "1tEabc-000000001Xy-2dEf"],
    ["250 2.0.0 4AM9abcd012345 Message accepted for delivery", "4AM9abcd012345"],
    ["250 2.0.0 1f2e3d4c Message accepted for delivery", "1f2e3d4c"],
    ["250 ok 1700000000 qp 12345", "1700000000 qp 12345"],
    ["250 Message Queued (A1B2-C3D4.1)", "A1B2-C3D4.1"],
    ["250 2.0.0 Message queued with id 1a2b3c.", "1a2b3c"],
    ["250 2.6.0 <1@x> [InternalId=123, Hostname=mx] Queued mail for delivery", "123"],
    ["250 OK", undefined],
  ])("tells the message's name at the server: %s", (response, queueId) => {
    expect(readReply(response, [])?.queueId).toBe(queueId);
  });

  it.each([
    ["550 5.7.1 No", { code: 550, enhanced: "5.7.1", text: "No" }],
    ["550 No", { code: 550, enhanced: undefined, text: "No" }],
    ["550", { code: 550, enhanced: undefined, text: "" }],
    ["550 4.7.1 No", { code: 550, enhanced: undefined, text: "4.7.1 No" }],
    [
      "550 5.7.1.2 is our address",
      { code: 550, enhanced: undefined, text: "5.7.1.2 is our address" },
    ],
    [
      "550-5.7.1 No,\n550-5.7.1 never,\n550 5.7.1 ever",
      { enhanced: "5.7.1", text: "No, never, ever" },
    ],
  ])("has its codes taken out: %j", (response, parts) => {
    expect(readReply(response, [])).toMatchObject(parts);
  });

  it.each(["", "gone fishing", "25", "2500 Ok", "354 Go on", "999 What", " 250 Ok"])(
    "is none that ends anything: %j",
    (response) => {
      expect(readReply(response, [])).toBeUndefined();
    },
  );

  it("is short, on one line and without secrets, whatever the server says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (said) => {
        const reply = readReply(`550 ${said}s3cret${said}`, ["s3cret"]);
        expect(reply?.text.length).toBeLessThanOrEqual(500);
        expect(reply?.text).not.toMatch(/\p{Cc}|s3cret/u);
      }),
      { numRuns: 40 },
    );
  });
});
