/**
 * How bad it is.
 *
 * `fail` and `unknown` are different answers. `fail`: we looked, and mail is in trouble.
 * `unknown`: we could not look (a time-out, a mailbox that refuses us). Page on the first,
 * repair the monitor on the second.
 */
export type Severity = "ok" | "warn" | "unknown" | "fail";

const ORDER = ["ok", "warn", "unknown", "fail"] as const satisfies readonly Severity[];

/** The worst of them; `ok` when there is nothing to say. */
export function worst(severities: readonly Severity[]): Severity {
  const rank = Math.max(0, ...severities.map((severity) => ORDER.indexOf(severity)));
  return ORDER[rank] ?? "fail";
}
