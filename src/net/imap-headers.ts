import { parseHeader } from "../mail/header-fields.ts";
import { TOKEN_FIELD } from "../mail/message.ts";

/** The fields that readCanaryFields looks for. */
export const CANARY_FIELDS: readonly string[] = ["Message-ID", TOKEN_FIELD];

/** RFC 5322 §2.1.1: the longest line. */
const MAX_MESSAGE_ID_CHARACTERS = 998;
const MAX_TOKEN_CHARACTERS = 200;

export interface CanaryFields {
  /** Without angle brackets. */
  readonly messageId: string | undefined;
  readonly token: string | undefined;
}

/** Reads a header as latin1 text; where a field is repeated, the first one counts. */
export function readCanaryFields(header: string): CanaryFields {
  const fields = parseHeader(header);
  const first = (name: string) => fields.find((field) => field.name === name)?.value ?? "";
  return {
    messageId: present(withoutBrackets(first("message-id")).slice(0, MAX_MESSAGE_ID_CHARACTERS)),
    token: present(first(TOKEN_FIELD.toLowerCase()).slice(0, MAX_TOKEN_CHARACTERS)),
  };
}

function present(value: string): string | undefined {
  return value === "" ? undefined : value;
}

function withoutBrackets(value: string): string {
  const open = value.indexOf("<");
  if (open < 0) return value;
  const close = value.indexOf(">", open);
  return value.slice(open + 1, close < 0 ? undefined : close).trim();
}
