import type { FaultBoard } from "../demo/fault-board.ts";
import { faultName, parseFault } from "../demo/fault.ts";

/** The faults on the keys 1 to 8. */
export const KEY_FAULTS = [
  "spam-at=bigmail",
  "drop-at=postbox",
  "refuse-at=oldmail",
  "defer-at=postbox",
  "delay-at=bigmail",
  "break-dkim",
  "imap-down=oldmail",
  "login-fails=bigmail",
] as const;

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

/** What is needed of a terminal's input; `process.stdin` is one. */
export interface Keyboard extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(mode: boolean): unknown;
}

/** The keyboard as a switchboard of faults. */
export interface Keys extends Disposable {
  /** False where there is no terminal to read from. */
  readonly listening: boolean;
}

export function listenToKeys(
  input: Keyboard,
  faults: FaultBoard,
  say: (text: string) => void,
): Keys {
  if (input.isTTY !== true) return { listening: false, [Symbol.dispose]: () => undefined };
  const onData = (chunk: Buffer): void => {
    for (const key of chunk.toString("utf8")) press(key, faults, say);
  };
  input.setRawMode?.(true);
  input.on("data", onData).resume();
  return {
    listening: true,
    [Symbol.dispose]() {
      input.off("data", onData).pause();
      input.setRawMode?.(false);
    },
  };
}

/** What the keys do, in a few lines. */
export function keyHelp(): string {
  const keys = KEY_FAULTS.map((fault, index) => `  ${index + 1}  ${fault}`);
  return [...keys, "  h  this help", "  q  quit"].join("\n");
}

function press(key: string, faults: FaultBoard, say: (text: string) => void): void {
  const name = /^[1-9]$/.test(key) ? KEY_FAULTS[Number(key) - 1] : undefined;
  if (name !== undefined) {
    const fault = parseFault(name);
    if (faults.find(fault.kind, fault.provider) === undefined) faults.set(fault);
    else faults.clear(fault);
  }
  if (key === "h" || key === "?") {
    say(`${keyHelp()}\nIn force: ${faults.list().map(faultName).join(", ") || "nothing"}`);
  }
  // The way that a signal takes, so that there is one way out.
  if (key === "q" || key === CTRL_C || key === CTRL_D) process.kill(process.pid, "SIGINT");
}
