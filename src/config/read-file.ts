import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

export type FileText =
  | { readonly ok: true; readonly text: string }
  /** `reason` in plain words, without the path: a path may be a password in the wrong place. */
  | { readonly ok: false; readonly reason: string };

/** Reads a regular UTF-8 file of at most `maxBytes`; never waits on a pipe or a device. */
export function readTextFile(path: string, maxBytes: number): FileText {
  try {
    return readWhole(path, maxBytes);
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function readWhole(path: string, maxBytes: number): FileText {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) return { ok: false, reason: "it is not a regular file" };
    // One more than it may have shows that it has more.
    const buffer = Buffer.alloc(Math.min(status.size, maxBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(file, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
    }
    if (length === buffer.length) {
      return { ok: false, reason: `it is larger than ${Math.floor(maxBytes / 1024)} KiB` };
    }
    return decode(buffer.subarray(0, length));
  } finally {
    closeSync(file);
  }
}

function decode(bytes: Uint8Array): FileText {
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { ok: false, reason: "it is not UTF-8 text" };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOTDIR: "no such directory",
  EISDIR: "it is a directory",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
  ERR_INVALID_ARG_VALUE: "the name contains a NUL character",
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) throw error;
  const code = String(error.code);
  return REASONS[code] ?? code;
}
