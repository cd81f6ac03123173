import type { IpAddress } from "./ip-address.ts";
import { reverseNameOf } from "./ip-network.ts";
import { parseIp } from "./ip-address.ts";
import type { Lookup } from "./spf-evaluate.ts";

/** RFC 7208 §4.6.4: names beyond these are ignored. */
const MAX_PTR_NAMES = 10;

/** Whether the DNS can be asked about the name at all (RFC 1035 §2.3.4). */
export function isUsableName(name: string): boolean {
  const labels = (name.endsWith(".") ? name.slice(0, -1) : name).split(".");
  return name.length <= 254 && labels.every((label) => label !== "" && label.length <= 63);
}

/** Reverse names that lead back to the address (RFC 7208 §5.5), lower-cased; failures lead nowhere. */
export async function validatedNames(ip: IpAddress, lookup: Lookup): Promise<readonly string[]> {
  const reverse = await lookup(reverseNameOf(ip), "PTR");
  if (reverse.kind !== "found") return [];
  const names = reverse.records.filter(isUsableName).slice(0, MAX_PTR_NAMES);
  const confirmed = await Promise.all(
    names.map(async (name) => {
      const forward = await lookup(name, ip.family === "ipv4" ? "A" : "AAAA");
      return (
        forward.kind === "found" &&
        forward.records.some((address) => parseIp(address)?.text === ip.text)
      );
    }),
  );
  return names.filter((_, index) => confirmed[index]).map((name) => name.toLowerCase());
}
