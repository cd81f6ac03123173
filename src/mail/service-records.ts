import type { Dns } from "../domain/dns.ts";
import type { MailProtocol } from "../domain/endpoint.ts";

/** What a domain tells mail programs about the servers of its users. */
export interface UserServices {
  readonly records: readonly ServiceRecord[];
  /** What could not be found out, in words; then there may be more records. */
  readonly troubles: readonly string[];
}

export interface ServiceRecord extends Service {
  /** `_imaps._tcp.example.org`. */
  readonly name: string;
  readonly port: number;
  /** Lower-cased, without the final dot. */
  readonly target: string;
}

interface Service {
  readonly protocol: MailProtocol;
  readonly tls: "implicit" | "starttls";
}

/** RFC 6186 §3.1 to §3.3, RFC 8314 §5.1. */
const SERVICES: Readonly<Record<string, Service>> = {
  _submissions: { protocol: "submission", tls: "implicit" },
  _submission: { protocol: "submission", tls: "starttls" },
  _imaps: { protocol: "imap", tls: "implicit" },
  _imap: { protocol: "imap", tls: "starttls" },
  _pop3s: { protocol: "pop3", tls: "implicit" },
  _pop3: { protocol: "pop3", tls: "starttls" },
};

/** Records of one service that are heeded; real domains have one or two. */
const MAX_RECORDS = 5;

/** The SRV records by which mail programs find the servers of the domain's users (RFC 6186). */
export async function findServices(
  domain: string,
  dns: Dns,
  signal: AbortSignal,
): Promise<UserServices> {
  const asked = Object.entries(SERVICES).map(async ([label, service]) => {
    const name = `${label}._tcp.${domain}`;
    const answer = await dns.query(name, "SRV", signal);
    if (answer.kind === "failed")
      return { records: [], troubles: [`SRV of ${name}: ${answer.detail}`] };
    const found = answer.kind === "found" ? answer.records : [];
    const records = found
      // RFC 2782: "." says that the service is decidedly not available.
      .filter(({ target }) => target !== "." && target !== "")
      .slice(0, MAX_RECORDS)
      .map(({ port, target }) => ({
        ...service,
        name,
        port,
        target: target.toLowerCase().replace(/\.$/, ""),
      }));
    return { records, troubles: [] };
  });
  const answers = await Promise.all(asked);
  return {
    records: answers.flatMap(({ records }) => records),
    troubles: answers.flatMap(({ troubles }) => troubles),
  };
}

/** The service at whose name a record for the same protocol with implicit TLS belongs. */
export function nameOfImplicit({ name, protocol }: ServiceRecord): string {
  const label = Object.entries(SERVICES).find(
    ([, service]) => service.protocol === protocol && service.tls === "implicit",
  )?.[0];
  return `${label}${name.slice(name.indexOf("."))}`;
}
