import { OPERATOR } from "./providers.ts";
import type { World } from "./world.ts";

/** The name of the file, beside the config file, that has to hold the world's certificate. */
export const CA_FILE = "ca.pem";

/** How often each mailbox gets a canary, seconds. */
export const CANARY_EVERY_SECONDS = 3;

const DAY_SECONDS = 86_400;

/** The config file of a daemon that watches this world, in a hurry. */
export function worldConfig(
  world: Pick<World, "submission" | "providers" | "dns">,
  dataDir: string,
): string {
  const { submission } = world;
  // Strings of JSON are strings of YAML 1.2.
  const text = (value: string): string => JSON.stringify(value);
  return `# The demo's world, as an operator would write it down; only the times are a toy's.
routes:
  - name: newsletter
    smtp:
      host: ${submission.host}
      port: ${submission.port}
      tls: implicit
      ca_file: ${CA_FILE}
      auth:
        user: ${text(submission.user)}
        password: ${text(submission.password)}
    from: The Garden <${OPERATOR.sender}>
    dkim:
      - domain: ${OPERATOR.domain}
        selector: ${OPERATOR.selector}

seeds:
${world.providers.map(seedEntry).join("")}
schedule:
  every: ${CANARY_EVERY_SECONDS}s
jitter: 1s
budget:
  per_seed_per_day: ${DAY_SECONDS / CANARY_EVERY_SECONDS}
deadlines:
  late: 10s
  lost: 30s
limits:
  # All servers of this world have one address.
  per_host: 8

dns:
  resolvers:
    - ${text(world.dns)}
listen: 127.0.0.1:10825
data_dir: ${text(dataDir)}
log:
  level: info
  format: pretty
`;
}

function seedEntry({ name, address, imap }: World["providers"][number]): string {
  return `  - name: ${name}
    address: ${address}
    provider: ${name}
    imap:
      host: ${imap.host}
      port: ${imap.port}
      tls: implicit
      ca_file: ${CA_FILE}
      auth:
        user: ${JSON.stringify(imap.user)}
        password: ${JSON.stringify(imap.password)}
`;
}
