import { expect, it, onTestFinished } from "vitest";
import { type Control, startControl } from "../../src/cli/demo-control.ts";
import { createFaultBoard, type FaultBoard } from "../../src/demo/fault-board.ts";
import { parseFault } from "../../src/demo/fault.ts";

async function start(): Promise<{ readonly board: FaultBoard; readonly control: Control }> {
  const board = createFaultBoard(() => undefined);
  const control = await startControl(board);
  onTestFinished(() => control[Symbol.asyncDispose]());
  return { board, control };
}

it("sets, lists and mends faults", async () => {
  const { board, control } = await start();
  const url = `${control.url}/faults/spam-at=bigmail:0.5`;
  const set = await fetch(url, { method: "POST" });
  expect([set.status, await set.text()]).toEqual([
    200,
    expect.stringMatching(/^In force:\nspam-at=bigmail:0\.5 /),
  ]);
  expect(board.list()).toEqual([parseFault("spam-at=bigmail:0.5")]);
  expect(await (await fetch(control.url)).text()).toContain("login-fails=PROVIDER");
  const mended = await fetch(`${control.url}/faults/spam-at=bigmail`, { method: "DELETE" });
  expect(await mended.text()).toMatch(/^In force:\nnothing\n/);
  expect(board.list()).toEqual([]);
});

it.each([
  ["DELETE", "/faults/break-dkim", 404, "not in force"],
  ["POST", "/faults/nonsense", 400, "there are: spam-at=PROVIDER"],
  ["POST", "/faults/%", 400, "not a URL"],
  ["POST", "/elsewhere", 404, "POST or DELETE /faults/NAME"],
  ["PUT", "/faults/break-dkim", 405, "POST sets a fault"],
])("answers %s %s with %i", async (method, path, status, text) => {
  const { board, control } = await start();
  const response = await fetch(control.url + path, { method });
  expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(text)]);
  expect(board.list()).toEqual([]);
});

it("does not listen to pages of strangers", async () => {
  const { board, control } = await start();
  const headers = { origin: "https://evil.example" };
  const url = `${control.url}/faults/break-dkim`;
  expect((await fetch(url, { method: "POST", headers })).status).toBe(403);
  expect(board.list()).toEqual([]);
});
