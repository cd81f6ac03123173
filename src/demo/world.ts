import { randomBytes } from "node:crypto";
import { createTlsIdentity, type TlsIdentity } from "./certificate.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { createDkimKey, type DkimKey, signMail } from "./dkim.ts";
import { startDnsServer } from "./dns-server.ts";
import type { Fault } from "./fault.ts";
import { createFaultBoard, type FaultBoard } from "./fault-board.ts";
import { type Account, createAccount } from "./imap/account.ts";
import { type ImapServer, startImapServer } from "./imap/server.ts";
import { type ProviderName, type ProviderPlan, PROVIDERS, seedAddress } from "./providers.ts";
import { startSubmission } from "./submission.ts";
import { worldConfig } from "./world-config.ts";
import { providerOf, worldZone } from "./zone.ts";

export interface WorldOptions {
  /** In force from the start. */
  readonly faults?: readonly Fault[];
  /** Told of each change after the start. */
  readonly faultChanged?: (fault: Fault, inForce: boolean) => void;
  /** Factor on the plausible transit times; 0 delivers at once. */
  readonly slowness?: number;
  /** From 0 to 1, as Math.random. */
  readonly random?: () => number;
}

/** A running mail world, all of it on loopback addresses. */
export interface World extends AsyncDisposable {
  readonly submission: ServerAddress;
  readonly providers: readonly WorldProvider[];
  /** PEM; every server but DNS speaks TLS from the first byte with this certificate. */
  readonly ca: string;
  /** `127.0.0.1:PORT`, the resolver that knows the world's names. */
  readonly dns: string;
  readonly faults: FaultBoard;
  /** The text of a config file for this world; `ca` has to lie beside it as `ca.pem`. */
  config(dataDir: string): string;
}

interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface WorldProvider {
  readonly name: ProviderName;
  readonly address: string;
  readonly imap: ServerAddress;
  readonly spamFolder: string;
  /** The mailbox behind the server. */
  readonly account: Account;
}

/** Starts servers, keys and mailboxes. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  await using startup = new AsyncDisposableStack();
  const [tls, key, strangeKey] = await Promise.all([
    createTlsIdentity(),
    createDkimKey(),
    createDkimKey(),
  ]);
  const sites: Site[] = [];
  let started = false;
  const faults = createFaultBoard((fault, inForce) => {
    const site = sites.find(({ plan }) => plan.name === fault.provider);
    if (fault.kind === "imap-down") site?.server.setDown(inForce);
    if (started) options.faultChanged?.(fault, inForce);
  });
  for (const plan of PROVIDERS) {
    const site = await startSite(plan, tls, faults, options);
    startup.use(site.server);
    startup.use(site.delivery);
    sites.push(site);
  }
  for (const fault of options.faults ?? []) faults.set(fault);
  started = true;
  const dns = startup.use(
    await startDnsServer(() => worldZone(published(key, strangeKey, faults).record)),
  );
  const login = { user: "newsletter", password: newPassword() };
  const submission = startup.use(
    await startSubmission({
      ...login,
      tls,
      objection: (recipient) => objectionTo(recipient, faults),
      sign: (raw) => signMail(raw, key),
      relay: (recipient, letter) => {
        const plan = providerOf(recipient);
        sites.find((site) => site.plan === plan)?.delivery.accept(letter);
      },
    }),
  );
  const servers = startup.move();
  const world = {
    submission: { host: submission.host, port: submission.port, ...login },
    providers: sites.map(describeSite),
    dns: dns.address,
    ca: tls.cert,
    faults,
  };
  return {
    ...world,
    config: (dataDir) => worldConfig(world, dataDir),
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

/** A provider with its mailbox and servers. */
interface Site {
  readonly plan: ProviderPlan;
  readonly account: Account;
  readonly server: ImapServer;
  readonly delivery: Delivery;
}

async function startSite(
  plan: ProviderPlan,
  tls: TlsIdentity,
  faults: FaultBoard,
  { random = Math.random, slowness = 1 }: WorldOptions,
): Promise<Site> {
  const { spamFolder, otherFolders, quotaBytes } = plan;
  const account = createAccount({
    user: seedAddress(plan),
    password: newPassword(),
    folders: { [spamFolder.path]: spamFolder.specialUse, ...otherFolders },
    ...(quotaBytes === undefined ? {} : { quotaBytes }),
  });
  const logIn = (user: string, password: string): Account | undefined => {
    const isOwner = user === account.user && password === account.password;
    return isOwner && faults.find("login-fails", plan.name) === undefined ? account : undefined;
  };
  const server = await startImapServer({ capabilities: plan.capabilities, logIn }, tls);
  return {
    plan,
    account,
    server,
    delivery: createDelivery({ plan, account, faults, random, slowness }),
  };
}

/** What the operator's own server says to a recipient (RFC 5321 §4.2.1, RFC 3463). */
function objectionTo(
  recipient: string,
  faults: FaultBoard,
): { readonly code: number; readonly text: string } | undefined {
  const plan = providerOf(recipient);
  if (plan === undefined) return { code: 550, text: "5.1.1 Recipient address rejected: unknown" };
  if (faults.find("refuse-at", plan.name) !== undefined) {
    return { code: 550, text: "5.7.1 Recipient address rejected: Access denied" };
  }
  const deferral = faults.find("defer-at", plan.name);
  if (deferral === undefined) return undefined;
  if (Date.now() - deferral.since > deferral.amount) {
    faults.clear(deferral);
    return undefined;
  }
  return { code: 451, text: "4.7.1 Greylisted, please try again later" };
}

/** The key whose record is in DNS. */
function published(key: DkimKey, strangeKey: DkimKey, faults: FaultBoard): DkimKey {
  return faults.find("break-dkim") === undefined ? key : strangeKey;
}

function describeSite({ plan, account, server }: Site): WorldProvider {
  return {
    name: plan.name,
    address: account.user,
    imap: {
      host: server.host,
      port: server.port,
      user: account.user,
      password: account.password,
    },
    spamFolder: plan.spamFolder.path,
    account,
  };
}

function newPassword(): string {
  return randomBytes(12).toString("base64url");
}
