import { constants } from "node:fs";
import { type FileHandle, open, readdir, rename, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type AcceptAnswer,
  type AcceptRequest,
  MAX_REQUEST_BYTES,
  parseRequest,
  requestFiles,
  requestId,
} from "../domain/accept-request.ts";
import { MINUTE, SECOND } from "../domain/duration.ts";
import type { Log } from "../domain/log.ts";
import type { Clock } from "../domain/net.ts";

const POLL_MS = 5 * SECOND;

/** Requests taken up at one look; more wait for the next. */
const MAX_REQUESTS = 16;

/** Names remembered of what could not be removed. */
const MAX_REFUSED = 1000;

/** Answers and drafts that nobody came for are removed after so long. */
const LEFTOVER_MS = 10 * MINUTE;

export interface RequestParts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly answer: (request: AcceptRequest) => Promise<AcceptAnswer>;
}

/**
 * Answers the requests that commands leave in the data directory, until the signal aborts. What is
 * no request of the daemon's own user, or of root, is removed unread.
 */
export async function answerRequests(parts: RequestParts, signal: AbortSignal): Promise<void> {
  const refused = new Set<string>();
  while (!signal.aborted) {
    try {
      await look(parts, refused);
    } catch (error) {
      if (!isFileError(error)) throw error;
      parts.log.warn({ err: error }, "Requests in the data directory could not be looked after");
    }
    await parts.clock.sleep(POLL_MS, signal);
  }
}

async function look(parts: RequestParts, refused: Set<string>): Promise<void> {
  const { dataDir, log } = parts;
  const names = (await readdir(dataDir)).filter((name) => name.startsWith("accept-baseline-"));
  // What cannot even be removed is spoken of once.
  const requests = names.filter((name) => name.endsWith(".request") && !refused.has(name));
  for (const name of requests.slice(0, MAX_REQUESTS)) {
    const path = join(dataDir, name);
    const read = await readRequest(path, requestId(name));
    if ("wrong" in read) {
      log.warn({ file: name, reason: read.wrong }, "Refused a request in the data directory");
      if (!(await removed(path)) && refused.size < MAX_REFUSED) refused.add(name);
      continue;
    }
    // Whoever left it has taken it back meanwhile.
    if (!(await removed(path))) continue;
    await reply(dataDir, read.id, await parts.answer(read.request));
  }
  for (const name of names) {
    if (!name.endsWith(".request")) await removeLeftover(parts, join(dataDir, name));
  }
}

type Read = { readonly id: string; readonly request: AcceptRequest } | { readonly wrong: string };

async function readRequest(path: string, id: string | undefined): Promise<Read> {
  if (id === undefined) return { wrong: "its name is not one that the command gives" };
  try {
    await using file = await open(
      path,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    const text = await readOwnFile(file);
    const request = text === undefined ? undefined : parseRequest(text);
    return request === undefined ? { wrong: "it is not what the command writes" } : { id, request };
  } catch (error) {
    if (!isFileError(error)) throw error;
    return { wrong: error.code };
  }
}

/** Undefined for what is too large, is no file, or belongs to a stranger. */
async function readOwnFile(file: FileHandle): Promise<string | undefined> {
  const status = await file.stat();
  const isTrusted = status.uid === 0 || status.uid === process.geteuid?.();
  if (!status.isFile() || !isTrusted || status.size > MAX_REQUEST_BYTES) return undefined;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_REQUEST_BYTES), 0);
  return buffer.toString("utf8", 0, bytesRead);
}

async function reply(dataDir: string, id: string, answer: AcceptAnswer): Promise<void> {
  const files = requestFiles(id);
  const draft = join(dataDir, files.draft);
  await writeFile(draft, `${JSON.stringify(answer)}\n`, { flag: "wx", mode: 0o600 });
  await rename(draft, join(dataDir, files.answer));
}

async function removeLeftover({ clock }: RequestParts, path: string): Promise<void> {
  const age = clock.now() - (await stat(path)).mtimeMs;
  if (age > LEFTOVER_MS) await removed(path);
}

async function removed(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (!isFileError(error)) throw error;
    return false;
  }
}

function isFileError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
