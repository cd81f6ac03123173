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
      listen-on { any; }; listen-on-v6 { any; };
      ${options}
    };
    controls { };
    ${clauses.join("\n")}`,
  );
  await host.serve("named", "named -f -n 1");
  await until(`named on ${host.name}`, () => answers(host), START_TIMEOUT_MS);
}

/** Starts it anew: what it knew is forgotten. */
export async function restartBind(host: Host, plan: BindPlan): Promise<void> {
  await host.run("pkill", "-x", "named");
  await until(`named on ${host.name} to end`, async () => !(await answers(host)), START_TIMEOUT_MS);
  await startBind(host, plan);
}

/** The clause by which a resolver trusts what is signed with the key of this DS record. */
export function trustAnchor(zone: string, ds: string): string {
  const found = /DS\s+(?<numbers>\d+ \d+ \d+) (?<digest>[0-9A-F ]+)/.exec(ds)?.groups;
  const digest = found?.["digest"]?.replaceAll(" ", "") ?? "";
  return `trust-anchors { "${zone}" static-ds ${found?.["numbers"] ?? ""} "${digest}"; };`;
}

/** Whatever the answer is: a refusal will do. */
async function answers(host: Host): Promise<boolean> {
  const dig = ["@127.0.0.1", "+tries=1", "+time=1", "version.bind", "SOA"];
  return host.run("dig", ...dig).then(
    () => true,
    () => false,
  );
}
