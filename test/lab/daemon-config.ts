import { RECEIVER_NAMES } from "./domains.ts";
import type { Lab } from "./world.ts";

export interface DaemonConfigOptions {
  /** Where the daemon finds the lab's CA certificate: a path beside the config file, or absolute. */
  readonly caFile: string;
  readonly dataDir: string;
  /** How often a canary goes from the route to each seed, e.g. `5s`. */
  readonly every: string;
}

/** A config file for the daemon: the lab's route `main` and a seed at each receiver. */
export function daemonConfig(lab: Lab, { caFile, dataDir, every }: DaemonConfigOptions): string {
  const { submission, receivers } = lab;
  return JSON.stringify(
    {
      routes: [
        {
          name: "main",
          smtp: {
            host: submission.host,
            port: submission.ports.starttls,
            tls: "starttls",
            ca_file: caFile,
            auth: { user: submission.user, password: submission.password },
          },
          from: `Anna Lab <anna@${submission.domain}>`,
          dkim: [{ domain: submission.domain, selector: submission.selector }],
        },
      ],
      seeds: RECEIVER_NAMES.map((name) => ({
        name,
        address: `canary@${receivers[name].domain}`,
        provider: name,
        imap: {
          host: receivers[name].host,
          port: receivers[name].port,
          tls: "implicit",
          ca_file: caFile,
          auth: { user: `canary@${receivers[name].domain}`, password: receivers[name].password },
        },
      })),
      schedule: { every },
      jitter: "0s",
      budget: { per_seed_per_day: 100_000 },
      dns: { resolvers: [lab.resolver] },
      data_dir: dataDir,
      log: { format: "pretty" },
    },
    undefined,
    2,
  );
}
