import type { Config } from "../../src/domain/config.ts";
import { DAY, HOUR } from "../../src/domain/duration.ts";
import type { Endpoint } from "../../src/domain/endpoint.ts";
import type { Log } from "../../src/domain/log.ts";
import { Secret } from "../../src/domain/secret.ts";

/** A logger that keeps everything to itself. */
export const SILENT: Log = {
  child: () => SILENT,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A server with submission and mailboxes, where every address of the domain is one. */
export interface MailServer {
  readonly host: string;
  readonly domain: string;
  readonly password: string;
  /** PEM. */
  readonly ca: string;
}

export interface BenchConfig {
  readonly submission: MailServer;
  readonly mailboxes: MailServer;
  readonly routes: number;
  readonly seeds: number;
  /** Number of the first seed, where a run should not see another's mail. */
  readonly firstSeed?: number;
  readonly everyMs: number;
  readonly dataDir: string;
  readonly concurrency?: number;
  readonly resolvers?: readonly string[];
}

/** A configuration that a file may not hold: schedules below a second, and limits out of the way. */
export function benchConfig(options: BenchConfig): Config {
  const { submission, mailboxes, everyMs, dataDir, concurrency = 8, resolvers = [] } = options;
  const { firstSeed = 0 } = options;
  const routes = Array.from({ length: options.routes }, (_, n) => ({
    name: `route${n}`,
    smtp: endpoint(submission, 465, `postmaster@${submission.domain}`),
    helo: undefined,
    from: { name: undefined, address: `canary@${submission.domain}` },
    envelopeFrom: `canary@${submission.domain}`,
    bounceAddress: undefined,
    dkim: [],
    schedule: undefined,
    warmUp: undefined,
  }));
  const seeds = Array.from({ length: options.seeds }, (_, n) => ({
    name: `seed${n}`,
    address: seedAddress(mailboxes, firstSeed + n),
    provider: `provider${n % 5}`,
    imap: endpoint(mailboxes, 993, seedAddress(mailboxes, firstSeed + n)),
    folders: { inbox: undefined, spam: undefined },
    routes: routes.map(({ name }) => name),
    schedule: undefined,
    deleteCanariesAfterMs: undefined,
  }));
  return {
    routes,
    seeds,
    schedule: { kind: "every", everyMs },
    jitterMs: 0,
    budget: { perSeedPerDay: 1_000_000 },
    deadlines: { lateMs: HOUR, lostMs: DAY },
    dkim: { rotateAfterMs: 365 * DAY },
    attrition: {
      falseAlarmYears: 1,
      sloInbox: 0.95,
      tabScore: 0.5,
      otherScore: 0.5,
      nullAfterBad: 0,
      burst: false,
    },
    limits: { concurrency, perHost: concurrency },
    dns: { resolvers },
    blocklists: {
      keys: { spamhausDqs: undefined, abusix: undefined },
      enabled: [],
      disabled: [],
      zones: [],
      intervals: [],
      subjects: [],
    },
    endpoints: [],
    listen: { host: "127.0.0.1", port: 0 },
    dataDir,
    log: { level: "fatal", format: "json" },
    templates: undefined,
    secrets: [],
  };
}

/** The address of the seed with this number, which is also its login. */
export function seedAddress({ domain }: MailServer, n: number): string {
  return `seed${n}@${domain}`;
}

function endpoint({ host, ca, password }: MailServer, port: number, user: string): Endpoint {
  return {
    host,
    port,
    tls: "implicit",
    servername: undefined,
    ca,
    auth: { kind: "password", user, password: new Secret(password), method: undefined },
  };
}
