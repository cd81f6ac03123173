import type { AlignmentMode } from "./dmarc-record.ts";
import type { Organisation } from "./dmarc-walk.ts";

/** How near a domain that authenticates is to the one in From (RFC 9989 §4.4). */
export type Nearness =
  | { readonly kind: "same" }
  | { readonly kind: "organisation" }
  | { readonly kind: "different" }
  | { readonly kind: "unknown"; readonly detail: string };

/** Compares the names, and where they differ the organisations that tree walks found. */
export function nearness(
  from: { readonly domain: string; readonly organisation: Organisation },
  authenticated: { readonly domain: string; readonly organisation: Organisation },
): Nearness {
  if (from.domain.toLowerCase() === authenticated.domain.toLowerCase()) return { kind: "same" };
  for (const { organisation } of [from, authenticated]) {
    if (organisation.kind === "unknown") return organisation;
  }
  const [one, other] = [from.organisation, authenticated.organisation];
  const isSame = one.kind === "found" && other.kind === "found" && one.domain === other.domain;
  return { kind: isSame ? "organisation" : "different" };
}

/** Whether that is near enough; undefined: nobody knows. */
export function isAligned({ kind }: Nearness, mode: AlignmentMode): boolean | undefined {
  if (kind === "unknown") return mode === "strict" ? false : undefined;
  return kind === "same" || (kind === "organisation" && mode === "relaxed");
}
