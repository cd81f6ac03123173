import type { Config } from "../../domain/config.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import { MINUTE } from "../../domain/duration.ts";
import { EVERYTHING, type Finding } from "../../domain/finding.ts";
import type { Net } from "../../domain/net.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS, type ResolverFinding } from "./findings.ts";

/** All resolvers together; none named: the system's own, which are asked as one. */
type Target = readonly string[];

interface Asked {
  readonly resolver: string;
  readonly answer: DnsAnswer<string>;
}

/** Does anybody answer questions about the DNS at all? */
export const resolver = defineProbe<Target, readonly Asked[], ResolverFinding>({
  name: "resolver",
  everyMs: 5 * MINUTE,
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

/** The name servers of the root are what every resolver knows (RFC 8109). */
function observe(resolvers: Target, { dns }: Net, signal: AbortSignal): Promise<readonly Asked[]> {
  const ask = async (name: string, server?: string): Promise<Asked> => {
    const options = { cached: false, ...(server === undefined ? {} : { server }) };
    return { resolver: name, answer: await dns.query(".", "NS", signal, options) };
  };
  return Promise.all(
    resolvers.length === 0
      ? [ask("the system's resolver")]
      : resolvers.map((each) => ask(each, each)),
  );
}

function judge(asked: readonly Asked[]): readonly Finding<ResolverFinding>[] {
  const silent = asked.filter(isSilent);
  if (silent.length === asked.length) {
    const detail = silent.map(detailOf).join("; ");
    return [{ kind: "dns-unreachable", subject: "dns", about: [EVERYTHING], detail }];
  }
  return silent.map((one) => ({
    kind: "resolver-silent",
    subject: one.resolver,
    detail: detailOf(one),
  }));
}

/** Whoever refuses or fails does answer; what it makes of other names, the probes of those will see. */
function isSilent({ answer }: Asked): boolean {
  return answer.kind === "failed" && (answer.why === "timeout" || answer.why === "unreachable");
}

function detailOf({ resolver: name, answer }: Asked): string {
  return `${name}: ${answer.kind === "failed" ? answer.detail : answer.kind}`;
}
