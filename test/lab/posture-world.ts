import { randomBytes } from "node:crypto";
import { createDkimKey, type DkimKey } from "./domains.ts";
import { type Host, startHost } from "./host.ts";
import { startNetworkApart } from "./network.ts";
import { type Certificates, createCertificates } from "./posture-certificates.ts";
import { type PostureDns, startPostureDns } from "./posture-dns.ts";
import {
  NAME_SERVER,
  OWN,
  OWN_NAME_SERVER,
  PREFIXES,
  RECEIVER,
  RESOLVER,
  WATCH,
} from "./posture-names.ts";
import { startOwn, startReceiver } from "./posture-servers.ts";
import { ownZone } from "./posture-zones.ts";

/** A small internet in which everything around the mail of one server is as it should be. */
export interface PostureWorld extends AsyncDisposable {
  readonly hosts: Readonly<Record<"names" | "resolver" | "own" | "receiver" | "watch", Host>>;
  readonly dns: PostureDns;
  readonly certificates: Certificates;
  /** The key that signs under the selector `lab`. */
  readonly dkim: DkimKey;
  /** Of the submission user and of every mailbox. */
  readonly password: string;
  logs(): Promise<string>;
}

/** Needs root and the packages in `.ci/packages`; nothing of it can be reached from this machine. */
export async function startPostureWorld(): Promise<PostureWorld> {
  await using stack = new AsyncDisposableStack();
  const network = stack.use(await startNetworkApart(PREFIXES));
  const host = async (name: string, ...addresses: readonly [string, ...string[]]) =>
    stack.use(await startHost(network, { name, addresses, resolver: RESOLVER }));
  const [names, resolver, own, receiver, watch] = await Promise.all([
    host("names", NAME_SERVER, OWN_NAME_SERVER),
    host("resolver", RESOLVER),
    host("own", OWN.address, OWN.ipv6),
    host("receiver", RECEIVER.address, RECEIVER.ipv6),
    host("watch", ...WATCH),
  ]);
  const hosts = { names, resolver, own, receiver, watch };
  const logs = async () =>
    (await Promise.all(Object.values(hosts).map((each) => each.logs()))).join("\n");
  try {
    const certificates = createCertificates();
    const password = randomBytes(12).toString("hex");
    const dkim = createDkimKey();
    const records = { dkim: dkim.record, keyDigest: certificates.keyDigest("mx") };
    const dns = stack.use(await startPostureDns({ names, resolver }, ownZone(records)));
    await Promise.all([
      startOwn(own, { certificates, dkim, password }),
      startReceiver(receiver, { certificates, password }),
      watch.write("/etc/ssl/lab/ca.pem", certificates.ca),
    ]);
    const owned = stack.move();
    return {
      hosts,
      dns,
      certificates,
      dkim,
      password,
      logs,
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    throw new Error(`the lab did not start\n${await logs()}`, { cause: error });
  }
}
