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
export function zoneText(zone: string, records: readonly string[], serial = 1): string {
  const soa = `@ IN SOA ns1 hostmaster ${serial} 3600 600 86400 ${TTL_SECONDS}`;
  return [`$ORIGIN ${zone}.`, `$TTL ${TTL_SECONDS}`, soa, ...records, ""].join("\n");
}

/** Signs a zone file with new keys of its own. */
export async function signZone(
  zone: string,
  text: string,
  { from, until }: Signing = {},
): Promise<SignedZone> {
  const dir = await mkdtemp(join(tmpdir(), "mailcanary-sign-"));
  try {
    const file = join(dir, "zone");
    await writeFile(file, text);
    const keygen = ["-q", "-a", "ECDSAP256SHA256", "-K", dir];
    await call("dnssec-keygen", [...keygen, "-f", "KSK", zone]);
    await call("dnssec-keygen", [...keygen, zone]);
    const times = [
      ...(from === undefined ? [] : ["-s", from]),
      ...(until === undefined ? [] : ["-e", until]),
    ];
    // Without -P the tool refuses to write what has expired already.
    const options = [
      "-S",
      "-P",
      "-K",
      dir,
      "-d",
      dir,
      "-o",
      zone,
      "-f",
      `${file}.signed`,
      ...times,
    ];
    await call("dnssec-signzone", [...options, file], { cwd: dir });
    return {
      text: await readFile(`${file}.signed`, "utf8"),
      ds: await readFile(join(dir, `dsset-${zone}.`), "utf8"),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
