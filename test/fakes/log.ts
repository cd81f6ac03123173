import type { Log } from "../../src/domain/log.ts";

const nothing = (): void => undefined;

export const silentLog: Log = {
  child: () => silentLog,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

/** A log that can be read afterwards. */
export function memoryLog(): Log & {
  readonly lines: { level: string; message: string; data: object }[];
} {
  const lines: { level: string; message: string; data: object }[] = [];
  const at = (level: string) => (data: object, message: string) => {
    lines.push({ level, message, data });
  };
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), lines };
  return { ...log, child: () => ({ ...log, child: () => silentLog }) };
}
