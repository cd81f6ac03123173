/**
 * "Accept as new baseline": a command leaves the request in the data directory, and the daemon, which
 * alone may write there, answers beside it. Both are small JSON files with a random id in their names.
 */
export interface AcceptRequest {
  readonly route: string;
  /** Undefined: whatever the route's alarm is about. */
  readonly provider: string | undefined;
}

export interface AcceptAnswer {
  /** False: nothing could be done. That there was no alarm is fine. */
  readonly ok: boolean;
  /** A sentence or two for the operator. */
  readonly message: string;
}

export const MAX_REQUEST_BYTES = 4096;

/** The names of one exchange, `id` being 16 hexadecimal digits. */
export function requestFiles(id: string) {
  const stem = `accept-baseline-${id}`;
  return { request: `${stem}.request`, answer: `${stem}.answer`, draft: `${stem}.draft` } as const;
}

/** The id of a request by its file's name; undefined for any other file. */
export function requestId(fileName: string): string | undefined {
  return /^accept-baseline-([0-9a-f]{16})\.request$/.exec(fileName)?.[1];
}

/** What a request file says; undefined for what is none. */
export function parseRequest(text: string): AcceptRequest | undefined {
  const { route, provider, ...others } = parseObject(text);
  if (!isName(route) || Object.keys(others).length > 0) return undefined;
  if (provider !== undefined && !isName(provider)) return undefined;
  return { route, provider };
}

/** What an answer file says; undefined for what is none. */
export function parseAnswer(text: string): AcceptAnswer | undefined {
  const { ok, message } = parseObject(text);
  if (typeof ok !== "boolean" || typeof message !== "string") return undefined;
  return { ok, message: message.replaceAll(/\p{C}/gu, "?") };
}

/** A name of a route or a provider, as the config file allows it. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z0-9][a-z0-9._-]{0,39}$/.test(value);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
