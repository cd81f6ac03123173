import type { MailDomain } from "./domains.ts";
import type { Host } from "./host.ts";
import type { SpamFilter } from "./spam-filter.ts";
import { until } from "./wait.ts";

const PORT = 11332;
const START_TIMEOUT_MS = 20_000;
const PROBABILITY_FILE = "/etc/rspamd/lab-spam-probability";

/** The others ask strangers over the network, fetch maps from them or need a Redis. */
const MODULES = ["dkim", "spf", "dmarc", "milter_headers"];

/** Rspamd as a milter: SPF, DKIM and DMARC into Authentication-Results, `X-Spam: Yes` on spam. */
export async function startRspamd(
  host: Host,
  { hostname }: MailDomain,
  resolver: string,
): Promise<SpamFilter> {
  const etc = "/etc/rspamd";
  const modules = MODULES.map((name) => `.include "$CONFDIR/modules.d/${name}.conf"\n`).join("");
  await host.write(`${etc}/modules.conf`, modules);
  await host.write(`${etc}/statistic.conf`, "");
  for (const worker of ["normal", "controller", "fuzzy"]) {
    await host.write(`${etc}/override.d/worker-${worker}.inc`, "enabled = false;\n");
  }
  await host.write(
    `${etc}/override.d/worker-proxy.inc`,
    `enabled = true; milter = yes; count = 1; bind_socket = "*:${PORT}"; timeout = 30s;
upstream "local" { default = yes; self_scan = yes; }
`,
  );
  await host.write(`${etc}/override.d/options.inc`, options(resolver));
  await host.write(`${etc}/override.d/logging.inc`, `type = "console"; level = "info";\n`);
  await host.write(`${etc}/override.d/spf.conf`, "spf_cache_size = 0; min_cache_ttl = 0;\n");
  await host.write(`${etc}/override.d/dkim.conf`, "dkim_cache_size = 0; min_cache_ttl = 0;\n");
  await host.write(
    `${etc}/override.d/milter_headers.conf`,
    `use = ["authentication-results", "x-spamd-bar", "x-spamd-result", "x-spam-status"];
skip_local = false; skip_authenticated = false;
routines { authentication-results { hostname = "${hostname}"; } }
`,
  );
  await host.write(`${etc}/lab-suffixes.dat`, "com\nnet\norg\nexample\n");
  await host.write(`${etc}/rspamd.local.lua`, LUA);
  await host.serve("rspamd", "rspamd -f -i -u _rspamd -g _rspamd");
  await until("rspamd", () => host.listens(PORT), START_TIMEOUT_MS);
  return {
    milter: `inet:127.0.0.1:${PORT}`,
    mark: { header: "X-Spam", value: "Yes" },
    setSpamProbability: (probability) => host.write(PROBABILITY_FILE, String(probability)),
  };
}

function options(resolver: string): string {
  return `
filters = "dkim,regexp";
# Preparing the whole Public Suffix List takes longer than everything else in the lab together.
url_tld = "/etc/rspamd/lab-suffixes.dat";
dns { nameserver = ["${resolver}"]; timeout = 1s; retransmits = 2; }
# Rspamd takes private addresses for its own network and would not look at their mail.
local_addrs = ["127.0.0.0/8"];
# Compiling the patterns takes longer than a lab lives.
disable_hyperscan = true;
`;
}

const LUA = `
rspamd_config:register_symbol({
  name = 'LAB_SPAM',
  score = 10.0,
  callback = function()
    local file = io.open('${PROBABILITY_FILE}')
    local probability = file and tonumber(file:read('*a')) or 0
    if file then file:close() end
    return math.random() < probability
  end,
})
`;
