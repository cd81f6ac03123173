import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call } from "./network.ts";

/** A zone as BIND's tools signed it. */
export interface SignedZone {
  readonly text: string;
  /** The DS records that its parent has to have, as lines of a zone file. */
  readonly ds: string;
}

/** For `dnssec-signzone`, e.g. `now-30d`; the tool's own by default. */
export interface Signing {
  readonly from?: string;
  readonly until?: string;
}

const TTL_SECONDS = 5;

/** A zone file; records are its lines, with names relative to the zone. */
export function zoneText(
  zone: string,
  records: readonly string[],
  { serial = 1, ttlSeconds = TTL_SECONDS } = {},
): string {
  const soa = `@ IN SOA ns1 hostmaster ${serial} 3600 600 86400 ${ttlSeconds}`;
  const origin = zone === "." ? "." : `${zone}.`;
  return [`$ORIGIN ${origin}`, `$TTL ${ttlSeconds}`, soa, ...records, ""].join("\n");
}

/** Keys of a zone, for as long as they are in use. */
export interface ZoneSigner extends AsyncDisposable {
  /** The DS record that its parent has to have, as a line of a zone file. */
  readonly ds: string;
  sign(text: string, signing?: Signing): Promise<string>;
}

/** Signs a zone file with new keys of its own. */
export async function signZone(
  zone: string,
  text: string,
  signing: Signing = {},
): Promise<SignedZone> {
  await using signer = await createSigner(zone);
  return { text: await signer.sign(text, signing), ds: signer.ds };
}

/** Makes a key for the keys of the zone and one for the rest. */
export async function createSigner(zone: string): Promise<ZoneSigner> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "mailcanary-sign-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const keygen = ["-q", "-a", "ECDSAP256SHA256", "-K", dir];
  const ksk = await call("dnssec-keygen", [...keygen, "-f", "KSK", zone]);
  await call("dnssec-keygen", [...keygen, zone]);
  const { stdout } = await call("dnssec-dsfromkey", ["-2", join(dir, `${ksk.stdout.trim()}.key`)]);
  const owned = stack.move();
  return {
    ds: stdout.trim(),
    async sign(text, { from, until } = {}) {
      const file = join(dir, "zone");
      await writeFile(file, text);
      const times = [
        ...(from === undefined ? [] : ["-s", from]),
        ...(until === undefined ? [] : ["-e", until]),
      ];
      // Without -P the tool refuses to write what has expired already.
      const where = ["-S", "-P", "-K", dir, "-d", dir, "-o", zone, "-f", `${file}.signed`];
      await call("dnssec-signzone", [...where, ...times, file], { cwd: dir });
      return readFile(`${file}.signed`, "utf8");
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
