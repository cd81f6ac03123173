import type { Config } from "../../domain/config.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import { MINUTE } from "../../domain/duration.ts";
import { EVERYTHING, type Finding } from "../../domain/finding.ts";
import type { Net } from "../../domain/net.ts";
import { quoted } from "../../mail/txt-record.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS, type ResolverFinding } from "./findings.ts";

/** All resolvers together; none named: the system's own, which are asked as one. */
type Target = readonly string[];

interface Asked {
  readonly resolver: string;
  /** The name servers of the root, which every resolver has to know (RFC 8109). */
  readonly root: DnsAnswer<string>;
  /** An address of a name that nobody can have (RFC 6761 §6.4). */
  readonly invalid: DnsAnswer<string>;
}

const INVALID_NAME = "mailcanary.invalid";

/** Does anybody answer questions about the DNS, and what is? */
export const resolver = defineProbe<Target, readonly Asked[], ResolverFinding>({
  name: "resolver",
  // Until it knows, each look that fails by silence stands for itself.
  everyMs: MINUTE,
  timeoutMs: MINUTE,
  targets: ({ dns }: Config) => [dns.resolvers],
  identify: () => ({}),
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  metrics: [],
  measure: () => [],
});

function observe(resolvers: Target, { dns }: Net, signal: AbortSignal): Promise<readonly Asked[]> {
  const ask = async (name: string, server?: string): Promise<Asked> => {
    const options = { cached: false, ...(server === undefined ? {} : { server }) };
    const [root, invalid] = await Promise.all([
      dns.query(".", "NS", signal, options),
      dns.query(INVALID_NAME, "A", signal, options),
    ]);
    return { resolver: name, root, invalid };
  };
  return Promise.all(
    resolvers.length === 0
      ? [ask("the system's resolver")]
      : resolvers.map((each) => ask(each, each)),
  );
}

function judge(asked: readonly Asked[]): readonly Finding<ResolverFinding>[] {
  const useless = asked.filter((one) => isSilent(one) || isRefusing(one));
  if (useless.length === asked.length) {
    const detail = useless.map(silence).join("; ");
    return [{ kind: "dns-unreachable", subject: "dns", about: [EVERYTHING], detail }];
  }
  return asked.flatMap((one): readonly Finding<ResolverFinding>[] => {
    const subject = one.resolver;
    if (useless.includes(one)) return [{ kind: "resolver-silent", subject, detail: silence(one) }];
    const detail = inventionOf(one);
    return detail === undefined
      ? []
      : [{ kind: "resolver-invents", subject, about: [EVERYTHING], detail }];
  });
}

function isSilent({ root }: Asked): boolean {
  return root.kind === "failed" && (root.why === "timeout" || root.why === "unreachable");
}

/**
 * It takes questions from others than us, or answers for zones of its own alone. Whoever fails with
 * one of the two names only may be of use; what it makes of other names, the probes of those will see.
 */
function isRefusing({ root, invalid }: Asked): boolean {
  return [root, invalid].every(
    (answer) => answer.kind === "failed" && (answer.why === "refused" || answer.why === "servfail"),
  );
}

function inventionOf({ root, invalid }: Asked): string | undefined {
  if (root.kind === "absent" && root.why === "nxdomain") {
    return "it says that the root of the DNS does not exist";
  }
  return invalid.kind === "found"
    ? `it has an address for ${INVALID_NAME}, which cannot exist: ${invalid.records.map(quoted).join(", ")}`
    : undefined;
}

function silence({ resolver: name, root }: Asked): string {
  return `${name}: ${root.kind === "failed" ? root.detail : root.kind}`;
}
