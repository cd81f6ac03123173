import { parseDuration, SECOND } from "../domain/duration.ts";
import { PROVIDER_NAMES, type ProviderName } from "./providers.ts";

interface FaultInfo {
  /** What happens, to be read after the name. */
  readonly what: string;
  readonly where: "provider" | "world";
  /** What may stand behind a colon, and the value without it. */
  readonly amount?: "probability" | "duration";
  readonly usual?: number;
}

/** Everything that can be broken. */
export const FAULTS = {
  "spam-at": { what: "files it as spam", where: "provider", amount: "probability", usual: 1 },
  "drop-at": { what: "takes it and drops it", where: "provider", amount: "probability", usual: 1 },
  "refuse-at": { what: "the own server refuses the recipient (550)", where: "provider" },
  "defer-at": {
    what: "the own server says 451 for a while",
    where: "provider",
    amount: "duration",
    usual: 20 * SECOND,
  },
  "delay-at": {
    what: "takes its time to deliver",
    where: "provider",
    amount: "duration",
    usual: 20 * SECOND,
  },
  "break-dkim": { what: "the DKIM key in DNS is another one", where: "world" },
  "imap-down": { what: "closes every IMAP connection", where: "provider" },
  "login-fails": { what: "refuses the password over IMAP", where: "provider" },
} as const satisfies Readonly<Record<string, FaultInfo>>;
export type FaultKind = keyof typeof FAULTS;

export interface Fault {
  readonly kind: FaultKind;
  /** Where; undefined for a fault of the whole world. */
  readonly provider: ProviderName | undefined;
  /** Probability (0 to 1) or milliseconds, as the kind has it; 1 where it has none. */
  readonly amount: number;
}

/** Reads `spam-at=bigmail`, `spam-at=bigmail:0.3`, `delay-at=postbox:20s`, `break-dkim`. */
export function parseFault(text: string): Fault {
  const [, kind = "", place, amount] = /^([^=:]*)(?:=([^:]*))?(?::(.*))?$/.exec(text) ?? [];
  if (!isFaultKind(kind)) {
    throw new FaultSyntaxError(text, `there is no "${kind}"; there are: ${listFaults()}`);
  }
  return { kind, provider: readPlace(text, kind, place), amount: readAmount(text, kind, amount) };
}

/** What a fault is called whatever its amount: `spam-at=bigmail`. */
export function faultName({ kind, provider }: Fault): string {
  return provider === undefined ? kind : `${kind}=${provider}`;
}

/** A fault that cannot be read; the message says what there is. */
export class FaultSyntaxError extends Error {
  override readonly name = "FaultSyntaxError";

  constructor(text: string, why: string) {
    super(`fault "${text.slice(0, 80)}": ${why}`);
  }
}

function isFaultKind(text: string): text is FaultKind {
  return Object.hasOwn(FAULTS, text);
}

function listFaults(): string {
  return Object.entries(FAULTS)
    .map(([kind, { where }]) => (where === "provider" ? `${kind}=PROVIDER` : kind))
    .join(", ");
}

function readPlace(
  text: string,
  kind: FaultKind,
  place: string | undefined,
): ProviderName | undefined {
  if (FAULTS[kind].where === "world") {
    if (place === undefined) return undefined;
    throw new FaultSyntaxError(text, `${kind} is for everybody and takes no provider`);
  }
  const name = PROVIDER_NAMES.find((candidate) => candidate === place);
  if (name !== undefined) return name;
  throw new FaultSyntaxError(
    text,
    `${kind}=PROVIDER needs one of the providers ${PROVIDER_NAMES.join(", ")}`,
  );
}

function readAmount(text: string, kind: FaultKind, amount: string | undefined): number {
  const info: FaultInfo = FAULTS[kind];
  if (amount === undefined) return info.usual ?? 1;
  if (info.amount === "duration") {
    const durationMs = parseDuration(amount);
    if (durationMs !== undefined) return durationMs;
    throw new FaultSyntaxError(text, `"${amount}" is not a duration such as 20s or 2m`);
  }
  if (info.amount === "probability") {
    const probability = /^\d*\.?\d+$/.test(amount) ? Number(amount) : Number.NaN;
    if (probability <= 1) return probability;
    throw new FaultSyntaxError(text, `"${amount}" is not a probability from 0 to 1`);
  }
  throw new FaultSyntaxError(text, `${kind} takes nothing behind a colon`);
}
