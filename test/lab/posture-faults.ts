import { createDkimKey, SELECTOR } from "./domains.ts";
import type { CertificateFault, Place } from "./posture-certificates.ts";
import { OWN } from "./posture-names.ts";
import { POLICY, POLICY_FILE } from "./posture-servers.ts";
import type { PostureWorld } from "./posture-world.ts";
import { characterStrings } from "./posture-zones.ts";

/** Breaks something, and answers how it is mended. */
export type Fault = (world: PostureWorld) => Promise<Mend>;
type Mend = () => unknown;

/** Debian's OpenSSL keeps Postfix from what is wanted here. */
export const EVERY_SUITE = "tls_medium_cipherlist=ALL:@SECLEVEL=0";

/** Records of the operator's zone that begin like this are gone; the lines come in their place. */
export function records(beginning: string, ...instead: readonly string[]): Fault {
  return inZone(OWN.domain, beginning, instead);
}

/** The same in any other zone. */
export function inZone(zone: string, beginning: string, instead: readonly string[]): Fault {
  return async ({ dns }) => {
    await dns.change(zone, (lines) => {
      const kept = lines.filter((line) => !line.startsWith(beginning));
      if (kept.length === lines.length) throw new Error(`no record begins with ${beginning}`);
      return [...kept, ...instead];
    });
    return () => dns.restore(zone);
  };
}

/** Further entries of a blocklist, or of any zone. */
export function entries(zone: string, ...lines: readonly string[]): Fault {
  return async ({ dns }) => {
    await dns.change(zone, (present) => [...present, ...lines]);
    return () => dns.restore(zone);
  };
}

/** The signatures of the operator's zone have expired. */
export function signaturesExpired(): Fault {
  return async ({ dns }) => {
    const times = { from: "now-30d", until: "now-1d" };
    await dns.change(OWN.domain, (lines) => lines, times);
    return () => dns.restore(OWN.domain);
  };
}

/** Postfix offers Diffie-Hellman with the group of 1536 bits (RFC 3526 §2). */
export function weakDiffieHellman(): Fault {
  return async (world) => {
    const file = "/etc/ssl/lab/dh.pem";
    const group = ["-algorithm", "DH", "-pkeyopt", "group:modp_1536"];
    await world.hosts.own.run("openssl", "genpkey", "-genparam", ...group, "-out", file);
    return postfix(`smtpd_tls_dh1024_param_file=${file}`, EVERY_SUITE)(world);
  };
}

/** Everybody who asks for the zone is refused. */
export function refused(zone: string): Fault {
  return ({ dns }) => {
    dns.close(zone, true);
    return Promise.resolve(() => dns.close(zone, false));
  };
}

/** The resolver gives this address to those who ask for what does not exist, as some providers' do. */
export function rewriting(address: string): Fault {
  return async ({ dns, hosts: { resolver } }) => {
    const file = "/etc/bind/rewriting";
    await resolver.write(file, `$TTL 60\n. SOA . . 1 60 60 60 60\n. NS .\n*. A ${address}\n`);
    dns.configureResolver(`zone "." { type redirect; file "${file}"; };`);
    return () => dns.configureResolver();
  };
}

/** Parameters of the operator's Postfix, `name=value`; those of one service are `service/type/name=value`. */
export function postfix(...parameters: readonly string[]): Fault {
  return async ({ hosts: { own } }) => {
    const files = ["/etc/postfix/main.cf", "/etc/postfix/master.cf"];
    const before = await Promise.all(files.map((file) => own.read(file)));
    for (const parameter of parameters) {
      await own.run("postconf", /^\w+\/inet\//.test(parameter) ? "-P" : "-e", parameter);
    }
    await own.run("postfix", "reload");
    return async () => {
      for (const [index, file] of files.entries()) await own.write(file, before[index] ?? "");
      await own.run("postfix", "reload");
    };
  };
}

export function certificate(place: Place, fault: CertificateFault): Fault {
  return async ({ hosts: { own }, certificates }) => {
    await certificates.give(own, place, fault);
    await own.run("postfix", "reload");
    return async () => {
      await certificates.give(own, place);
      await own.run("postfix", "reload");
    };
  };
}

/** OpenDKIM signs with a new key under another selector, which is published. */
export function rotatedTo(
  selector: string,
  { isOldWithdrawn }: { isOldWithdrawn: boolean },
): Fault {
  return async ({ dns, hosts: { own }, dkim }) => {
    const key = createDkimKey();
    const config = await own.read("/etc/opendkim.conf");
    const sign = async (text: string, pem: string) => {
      await own.write("/etc/opendkim.conf", text);
      await own.write("/etc/dkimkeys/lab.key", pem, 0o600);
      await own.run("pkill", "-USR1", "-x", "opendkim");
    };
    await dns.change(OWN.domain, (lines) => [
      ...lines.filter((line) => !(isOldWithdrawn && line.startsWith(`${SELECTOR}._domainkey`))),
      `${selector}._domainkey TXT ${characterStrings(key.record)}`,
    ]);
    await sign(config.replace(`Selector ${SELECTOR}`, `Selector ${selector}`), key.pem);
    return async () => {
      await sign(config, dkim.pem);
      await dns.restore(OWN.domain);
    };
  };
}

/** What the web server serves as the MTA-STS policy. */
export function policy(text: string): Fault {
  return async ({ hosts: { own } }) => {
    await own.write(POLICY_FILE, text);
    return () => own.write(POLICY_FILE, POLICY);
  };
}

/** Packets that match get lost on their way out of the host. */
export function lost(host: keyof PostureWorld["hosts"], match: string): Fault {
  return async ({ hosts }) => {
    const rule = `chain out { type filter hook output priority 0; ${match} drop; }`;
    await hosts[host].run("nft", `table inet lost {\n${rule}\n}`);
    return () => hosts[host].run("nft", "delete", "table", "inet", "lost");
  };
}

/** All of them at once; mended in the opposite order. */
export function together(...faults: readonly Fault[]): Fault {
  return async (world) => {
    const mends: Mend[] = [];
    for (const fault of faults) mends.unshift(await fault(world));
    return async () => {
      for (const mend of mends) await mend();
    };
  };
}
