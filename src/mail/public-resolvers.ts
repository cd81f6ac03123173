import { parseIp } from "./ip-address.ts";

/** Resolvers that the world shares, and that many blocklists therefore do not answer. */
const PUBLIC_RESOLVERS: Readonly<Record<string, string>> = {
  "8.8.8.8": "Google",
  "8.8.4.4": "Google",
  "2001:4860:4860::8888": "Google",
  "2001:4860:4860::8844": "Google",
  "1.1.1.1": "Cloudflare",
  "1.0.0.1": "Cloudflare",
  "2606:4700:4700::1111": "Cloudflare",
  "2606:4700:4700::1001": "Cloudflare",
  "9.9.9.9": "Quad9",
  "149.112.112.112": "Quad9",
  "2620:fe::fe": "Quad9",
  "2620:fe::9": "Quad9",
  "208.67.222.222": "OpenDNS",
  "208.67.220.220": "OpenDNS",
  "2620:119:35::35": "OpenDNS",
  "2620:119:53::53": "OpenDNS",
  "94.140.14.14": "AdGuard",
  "94.140.15.15": "AdGuard",
};

/** Whose each of the resolvers is, given as `address`, `address:port` or `[address]:port`: `8.8.8.8 (Google)`. */
export function publicOnes(resolvers: readonly string[]): readonly string[] {
  return resolvers.flatMap((resolver) => {
    const address = /^\[(?<inner>[^\]]+)\]/.exec(resolver)?.groups?.["inner"];
    const bare = address ?? resolver.replace(/^(?<ipv4>[\d.]+):\d+$/, "$<ipv4>");
    const text = parseIp(bare)?.text ?? "";
    const owner = PUBLIC_RESOLVERS[text];
    return owner === undefined ? [] : [`${text} (${owner})`];
  });
}
