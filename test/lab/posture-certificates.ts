import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto";
import { DAY } from "../../src/domain/duration.ts";
import { createAuthority } from "../fakes/certificates.ts";
import type { Host } from "./host.ts";
import { LOGO_HOST, OWN, POLICY_HOST } from "./posture-names.ts";

/** The servers of the operator's that show a certificate, each one of its own. */
export type Place = "mx" | "submission" | "policy" | "logo";

/** What is wrong with a certificate, if anything is. */
export interface CertificateFault {
  readonly name?: string;
  readonly isExpired?: boolean;
  /** Of an authority that nobody knows. */
  readonly isUntrusted?: boolean;
  readonly mustStaple?: boolean;
  /** With another key than before. */
  readonly isRekeyed?: boolean;
}

export interface Certificates {
  /** The authority that everybody in the lab knows, PEM. */
  readonly ca: string;
  /** SHA-256 of the place's public key, hexadecimal, as in a TLSA record `3 1 1`. */
  keyDigest(place: Place): string;
  /** Puts key and certificate where the server looks for them. */
  give(host: Host, place: Place, fault?: CertificateFault): Promise<void>;
}

const FILES: Readonly<Record<Place, { readonly key: string; readonly cert: string }>> = {
  mx: { key: "/etc/ssl/lab/key.pem", cert: "/etc/ssl/lab/cert.pem" },
  submission: { key: "/etc/ssl/lab/submission-key.pem", cert: "/etc/ssl/lab/submission-cert.pem" },
  policy: { key: webFile(POLICY_HOST, "key"), cert: webFile(POLICY_HOST, "cert") },
  logo: { key: webFile(LOGO_HOST, "key"), cert: webFile(LOGO_HOST, "cert") },
};

const NAMES: Readonly<Record<Place, string>> = {
  mx: OWN.hostname,
  submission: OWN.hostname,
  policy: POLICY_HOST,
  logo: LOGO_HOST,
};

/** For `smtpd_tls_chain_files`. */
export function chainFiles(place: Place): string {
  return `${FILES[place].key},${FILES[place].cert}`;
}

export function createCertificates(): Certificates {
  const known = createAuthority("Lab authority");
  const unknown = createAuthority("Nobody's authority");
  const keys: Readonly<Record<Place, string>> = {
    // Diffie-Hellman in a finite field goes with RSA alone.
    mx: newKey("rsa"),
    submission: newKey(),
    policy: newKey(),
    logo: newKey(),
  };
  return {
    ca: known.ca,
    keyDigest: (place) => digestOf(keys[place]),
    async give(host, place, fault = {}) {
      const { isUntrusted = false, isExpired = false, isRekeyed = false } = fault;
      const { mustStaple = false, name = NAMES[place] } = fault;
      const key = isRekeyed ? newKey() : keys[place];
      const authority = isUntrusted ? unknown : known;
      const { cert } = authority.issue([name], validity(isExpired), { key, mustStaple });
      await host.write(FILES[place].key, key, 0o600);
      await host.write(FILES[place].cert, cert);
    },
  };
}

/** Ninety days, of which a month or all have gone. */
function validity(isExpired: boolean) {
  const notBefore = Date.now() - (isExpired ? 91 : 30) * DAY;
  return { notBefore: new Date(notBefore), notAfter: new Date(notBefore + 90 * DAY) };
}

function webFile(host: string, what: "key" | "cert"): string {
  return `/etc/ssl/lab/${host}-${what}.pem`;
}

function newKey(type: "ec" | "rsa" = "ec"): string {
  const { privateKey } =
    type === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function digestOf(key: string): string {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest("hex");
}
