import { describe, expect, it } from "vitest";
import { faultName, parseFault } from "../../src/demo/fault.ts";
import { createFaultBoard } from "../../src/demo/fault-board.ts";

describe("parseFault", () => {
  it.each([
    ["spam-at=bigmail", { kind: "spam-at", provider: "bigmail", amount: 1 }],
    ["spam-at=bigmail:0.3", { kind: "spam-at", provider: "bigmail", amount: 0.3 }],
    ["drop-at=postbox:.5", { kind: "drop-at", provider: "postbox", amount: 0.5 }],
    ["refuse-at=oldmail", { kind: "refuse-at", provider: "oldmail", amount: 1 }],
    ["defer-at=oldmail", { kind: "defer-at", provider: "oldmail", amount: 20_000 }],
    ["delay-at=postbox:1m30s", { kind: "delay-at", provider: "postbox", amount: 90_000 }],
    ["break-dkim", { kind: "break-dkim", provider: undefined, amount: 1 }],
  ])("reads %s", (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });

  it.each([
    ["spam=bigmail", /there is no "spam"; there are: spam-at=PROVIDER, .*break-dkim/],
    ["", /there is no ""/],
    ["constructor=bigmail", /there is no "constructor"/],
    ["spam-at", /needs one of the providers bigmail, postbox, oldmail/],
    ["spam-at=gmail", /needs one of the providers bigmail, postbox, oldmail/],
    ["spam-at=bigmail:2", /"2" is not a probability from 0 to 1/],
    ["spam-at=bigmail:-1", /"-1" is not a probability/],
    ["spam-at=bigmail:", /"" is not a probability/],
    ["delay-at=postbox:20", /"20" is not a duration such as 20s/],
    ["refuse-at=postbox:3", /takes nothing behind a colon/],
    ["break-dkim=bigmail", /takes no provider/],
  ])("refuses %j and says what is expected", (text, message) => {
    expect(() => parseFault(text)).toThrow(message);
  });
});

describe("the board of faults", () => {
  it("keeps one fault a kind and place, and tells of each change", () => {
    const changes: string[] = [];
    const board = createFaultBoard((fault, inForce) =>
      changes.push(`${inForce ? "+" : "-"}${faultName(fault)}`),
    );
    board.set(parseFault("spam-at=bigmail:0.3"));
    board.set(parseFault("spam-at=bigmail"));
    board.set(parseFault("break-dkim"));
    expect(board.list()).toEqual([parseFault("spam-at=bigmail"), parseFault("break-dkim")]);
    expect(board.clear(parseFault("spam-at=bigmail:0.7"))).toBe(true);
    expect(board.clear(parseFault("spam-at=bigmail"))).toBe(false);
    expect(board.find("spam-at", "bigmail")).toBeUndefined();
    expect(changes).toEqual([
      "+spam-at=bigmail",
      "+spam-at=bigmail",
      "+break-dkim",
      "-spam-at=bigmail",
    ]);
  });
});
