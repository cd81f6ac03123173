import { createDns } from "../../src/net/dns-client.ts";
import type { Host } from "./host.ts";
import { until } from "./wait.ts";

/** What a name server is told. */
export interface BindPlan {
  /** Inside `options { ... }`, besides what every server of the lab has. */
  readonly options: string;
  /** Further clauses of named.conf. */
  readonly clauses: readonly string[];
  /** Zone files by name, in `/etc/bind/lab`. */
  readonly files: Readonly<Record<string, string>>;
}

export const ZONE_DIR = "/etc/bind/lab";
const START_TIMEOUT_MS = 15_000;

/** Starts BIND on port 53 of the host; resolves when it answers. */
export async function startBind(host: Host, { options, clauses, files }: BindPlan): Promise<void> {
  for (const [name, text] of Object.entries(files)) await host.write(`${ZONE_DIR}/${name}`, text);
  await host.write(
    "/etc/bind/named.conf",
    `options {
      directory "/tmp"; pid-file none; session-keyfile none; empty-zones-enable no;
      listen-on { any; }; listen-on-v6 { none; };
      ${options}
    };
    controls { };
    ${clauses.join("\n")}`,
  );
  await host.serve("named", "named -f -n 1");
  const dns = createDns({ servers: [host.address], limits: { queryTimeoutMs: 200 } });
  const signal = AbortSignal.timeout(2 * START_TIMEOUT_MS);
  const answers = async () => {
    const answer = await dns.query("version.bind", "SOA", signal, { cached: false });
    return answer.kind !== "failed" || answer.why === "refused" || answer.why === "servfail";
  };
  await until(`named on ${host.name}`, answers, START_TIMEOUT_MS);
}
