import type { Dns, DnsRecord } from "./dns.ts";
import { createDkimKey, DKIM_NAME, type ReceiverName, RECEIVERS } from "./domains.ts";
import type { Host } from "./host.ts";
import type { PolicyService, Rule } from "./policy.ts";
import type { SpamFilter } from "./spam-filter.ts";

/** Something that is wrong until it is switched off; also at the end of an `await using`. */
interface Fault extends AsyncDisposable {
  off(): Promise<void>;
}

type Place = "own" | ReceiverName;

/** What can be broken. Every switch has taken effect when its promise resolves. */
export interface Faults {
  /** The filter calls each further message spam with this probability, 0 to 1. */
  spamAt(receiver: ReceiverName, probability: number): Promise<Fault>;
  /** The receiver accepts with 250 and throws away. */
  dropSilently(receiver: ReceiverName): Promise<Fault>;
  /** `own`: at submission. Without a recipient every recipient is refused. */
  refuse550(place: Place, recipient?: string): Promise<Fault>;
  defer451(place: Place, recipient?: string): Promise<Fault>;
  /** Puts off each new sender and recipient until they come again after `ms`. */
  greylist(receiver: ReceiverName, ms: number): Promise<Fault>;
  /** The receiver accepts with 250 and delivers only when the fault ends. */
  delay(receiver: ReceiverName): Promise<Fault>;
  /** Publishes another key than the one that signs. */
  breakDkim(): Promise<Fault>;
  removeRecord(name: string, type: DnsRecord["type"]): Promise<Fault>;
  /** `refused`: sessions are cut and new ones refused. `silent`: packets vanish, nothing is cut. */
  imapDown(receiver: ReceiverName, how?: "refused" | "silent"): Promise<Fault>;
  /** The same for the submission ports of our own server. */
  submissionDown(how?: "refused" | "silent"): Promise<Fault>;
}

export interface Machinery {
  readonly hosts: Readonly<Record<Place, Host>>;
  readonly filters: Readonly<Record<ReceiverName, SpamFilter>>;
  readonly policy: PolicyService;
  readonly dns: Dns;
}

export function createFaults({ hosts, filters, policy, dns }: Machinery): Faults {
  const rule = (answer: Rule): Promise<Fault> => {
    policy.rules.add(answer);
    return Promise.resolve(
      fault(async () => {
        policy.rules.delete(answer);
      }),
    );
  };
  const everywhere = (place: Place, recipient: string | undefined, action: string) =>
    rule((request) =>
      request.server === place && (recipient === undefined || request.recipient === recipient)
        ? action
        : undefined,
    );
  const withRecords = async (change: (record: DnsRecord) => readonly DnsRecord[]) => {
    const before = dns.records();
    await dns.publish(before.flatMap(change));
    return fault(() => dns.publish(before));
  };

  return {
    async spamAt(receiver, probability) {
      await filters[receiver].setSpamProbability(probability);
      return fault(() => filters[receiver].setSpamProbability(0));
    },
    dropSilently: (receiver) => everywhere(receiver, undefined, "DISCARD"),
    refuse550: (place, recipient) =>
      everywhere(place, recipient, "550 5.7.1 The lab will not have this recipient"),
    defer451: (place, recipient) =>
      everywhere(place, recipient, "451 4.3.0 The lab is busy, come again"),
    greylist: (receiver, ms) => rule(greylisting(receiver, ms)),
    async delay(receiver) {
      const holding = await everywhere(receiver, undefined, "HOLD");
      return fault(async () => {
        await holding.off();
        await hosts[receiver].run("postsuper", "-H", "ALL");
      });
    },
    breakDkim: () =>
      withRecords((record) => [
        record.name === DKIM_NAME ? { ...record, value: createDkimKey().record } : record,
      ]),
    removeRecord: (name, type) =>
      withRecords((record) => (record.name === name && record.type === type ? [] : [record])),
    async imapDown(receiver, how = "refused") {
      const blocked = await block(hosts[receiver], [993], how);
      if (how === "refused") {
        // Exit code 68: nobody was logged in.
        const kick = `doveadm kick '*@${RECEIVERS[receiver].domain}' || [ $? -eq 68 ]`;
        await hosts[receiver].run("sh", "-c", kick);
      }
      return blocked;
    },
    submissionDown: (how = "refused") => block(hosts.own, [465, 587], how),
  };
}

function fault(off: () => Promise<void>): Fault {
  let ended: Promise<void> | undefined;
  const once = () => (ended ??= off());
  return { off: once, [Symbol.asyncDispose]: once };
}

function greylisting(receiver: ReceiverName, ms: number): Rule {
  const firstSeen = new Map<string, number>();
  return ({ server, sender, recipient, clientAddress }) => {
    if (server !== receiver) return undefined;
    const triplet = `${clientAddress} ${sender} ${recipient}`;
    const since = firstSeen.get(triplet) ?? performance.now();
    firstSeen.set(triplet, since);
    return performance.now() - since >= ms ? undefined : "450 4.2.0 Greylisted, come again later";
  };
}

/** Takes TCP ports of a host off the network. */
async function block(
  host: Host,
  ports: readonly number[],
  how: "refused" | "silent",
): Promise<Fault> {
  const table = `lab${ports.join("and")}`;
  const match = (side: "dport" | "sport") => `tcp ${side} { ${ports.join(", ")} }`;
  const rules =
    how === "refused"
      ? `chain in { type filter hook input priority 0; ${match("dport")} reject with tcp reset; }`
      : `chain in { type filter hook input priority 0; ${match("dport")} drop; }
chain out { type filter hook output priority 0; ${match("sport")} drop; }`;
  await host.run("nft", `table inet ${table} {\n${rules}\n}`);
  return fault(async () => {
    await host.run("nft", "delete", "table", "inet", table);
  });
}
