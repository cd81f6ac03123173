import { once } from "node:events";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { KEY_FAULTS, type Keyboard, listenToKeys } from "../../src/cli/demo-keys.ts";
import { createFaultBoard } from "../../src/demo/fault-board.ts";
import { parseFault } from "../../src/demo/fault.ts";

function newKeyboard(): Keyboard & { press(keys: string): void; readonly modes: boolean[] } {
  const modes: boolean[] = [];
  const stream = new PassThrough();
  return Object.assign(stream, {
    isTTY: true,
    modes,
    press: (keys: string) => void stream.emit("data", Buffer.from(keys)),
    setRawMode(mode: boolean) {
      modes.push(mode);
      return stream;
    },
  });
}

it("toggles a fault with each key", () => {
  const board = createFaultBoard(() => undefined);
  const keyboard = newKeyboard();
  using keys = listenToKeys(keyboard, board, () => undefined);
  expect(keys.listening).toBe(true);
  keyboard.press("19x6");
  expect(board.list()).toEqual([parseFault("spam-at=bigmail"), parseFault("break-dkim")]);
  keyboard.press("1");
  expect(board.list()).toEqual([parseFault("break-dkim")]);
});

it("explains itself and says what is in force", () => {
  const board = createFaultBoard(() => undefined);
  const said: string[] = [];
  const keyboard = newKeyboard();
  using _keys = listenToKeys(keyboard, board, (text) => said.push(text));
  keyboard.press("1h");
  expect(said.join("\n")).toMatch(/7 {2}imap-down=oldmail[^]*In force: spam-at=bigmail$/);
});

it.each(["q", "\u0003", "\u0004"])("ends as a signal does with %j", async (key) => {
  const keyboard = newKeyboard();
  using _keys = listenToKeys(
    keyboard,
    createFaultBoard(() => undefined),
    () => undefined,
  );
  const signal = once(process, "SIGINT");
  keyboard.press(key);
  await expect(signal).resolves.toBeDefined();
});

it("leaves the terminal as it was", () => {
  const keyboard = newKeyboard();
  listenToKeys(
    keyboard,
    createFaultBoard(() => undefined),
    () => undefined,
  )[Symbol.dispose]();
  expect(keyboard.modes).toEqual([true, false]);
});

it("has faults that exist on its keys, one digit each", () => {
  expect(KEY_FAULTS.map(parseFault)).toHaveLength(KEY_FAULTS.length);
  expect(KEY_FAULTS.length).toBeLessThan(10);
});
