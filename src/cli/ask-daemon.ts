import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { open, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  type AcceptAnswer,
  type AcceptRequest,
  MAX_REQUEST_BYTES,
  parseAnswer,
  requestFiles,
} from "../domain/accept-request.ts";
import { SECOND } from "../domain/duration.ts";

export interface Patience {
  /** Leave the request where it is when nobody takes it. */
  readonly later: boolean;
  /** How long a daemon has to take the request, and then to answer it. */
  readonly waitMs?: number;
}

const WAIT_MS = 20 * SECOND;
const LOOK_EVERY_MS = 100;

/** Leaves the request in the daemon's data directory and waits for its answer. */
export async function askDaemon(
  dataDir: string,
  request: AcceptRequest,
  { later, waitMs = WAIT_MS }: Patience,
  signal: AbortSignal,
): Promise<AcceptAnswer> {
  const files = requestFiles(randomBytes(8).toString("hex"));
  const [requestPath, answerPath] = [join(dataDir, files.request), join(dataDir, files.answer)];
  try {
    await leave(dataDir, request, files);
  } catch (error) {
    if (!isFileError(error)) throw error;
    return {
      ok: false,
      message: `Cannot write to ${dataDir}: ${REASONS[error.code] ?? error.code}.`,
    };
  }
  const answer = await answerAt(answerPath, waitMs, signal);
  if (answer !== undefined) return answer;
  if (later && !signal.aborted) {
    const message = `No daemon seems to run on ${dataDir}. The request stays there, and is done when one starts; to take it back, remove ${files.request}.`;
    return { ok: true, message };
  }
  if (await removed(requestPath)) {
    const message = signal.aborted
      ? "Interrupted: nothing was changed."
      : `No daemon seems to run on ${dataDir}: nothing was changed. With --later the request stays there until one starts.`;
    return { ok: false, message };
  }
  // Taken at the last moment.
  const late = await answerAt(answerPath, waitMs, signal);
  return (
    late ?? { ok: false, message: "The daemon took the request and did not answer: see its log." }
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such directory, so no daemon has run with this config file yet",
  ENOTDIR: "it is not a directory",
  EACCES: "permission denied; run this as the user that the daemon runs as, or as root",
  EPERM: "permission denied; run this as the user that the daemon runs as, or as root",
  ENOSPC: "the disk is full",
};

/** Complete and readable for the daemon before it has its name. */
async function leave(
  dataDir: string,
  request: AcceptRequest,
  files: ReturnType<typeof requestFiles>,
): Promise<void> {
  const draft = join(dataDir, files.draft);
  const { uid, gid } = await stat(dataDir);
  {
    await using file = await open(draft, "wx", 0o600);
    await file.writeFile(`${JSON.stringify(request)}\n`);
    // The daemon has to read what root wrote.
    if (process.geteuid?.() === 0) await file.chown(uid, gid);
  }
  await rename(draft, join(dataDir, files.request));
}

/** Waits for the answer, takes it away and reads it; undefined: there was none in time. */
async function answerAt(
  path: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<AcceptAnswer | undefined> {
  const end = performance.now() + waitMs;
  while (performance.now() < end && !signal.aborted) {
    const answer = await readAnswer(path);
    if (answer !== undefined) return answer;
    await delay(LOOK_EVERY_MS);
  }
  return undefined;
}

async function readAnswer(path: string): Promise<AcceptAnswer | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_REQUEST_BYTES), 0);
    await removed(path);
    const answer = parseAnswer(buffer.toString("utf8", 0, bytesRead));
    return answer ?? { ok: false, message: "The daemon's answer cannot be read: see its log." };
  } catch (error) {
    if (isFileError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function removed(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isFileError(error) && error.code === "ENOENT") return false;
    throw error;
  }
}

function isFileError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
