import type { IpAddress } from "./ip-address.ts";
import { octetsOf } from "./ip-network.ts";
import { isWithin, organisationOf } from "./organisation.ts";

/**
 * Why a reverse name looks like one that a provider gives to every address, and not to a mail server;
 * undefined: it does not. A rule of thumb, as receivers have theirs. In the owner's organisation names
 * are the owner's: `vps1.example.org` is no provider's.
 */
export function genericReason(name: string, ip: IpAddress, owner?: string): string | undefined {
  const host = name.toLowerCase().replace(/\.$/, "");
  if (host.length > MAX_NAME) return undefined;
  const provider = PROVIDER_ZONES.find((zone) => isWithin(host, zone));
  if (provider !== undefined) return `the provider names its customers' machines ${provider}`;
  if (holdsAddress(host, ip)) return "it spells the address";
  const own = organisationOf(owner);
  const word = own !== undefined && isWithin(host, own) ? undefined : poolWord(host);
  return word === undefined ? undefined : `it says "${word}" and a number`;
}

const MAX_NAME = 253;

/** Where providers keep the names of addresses whose customers have given them none. */
const PROVIDER_ZONES = [
  "bestsrv.de",
  "clients.your-server.de",
  "cloudapp.azure.com",
  "cloudapp.net",
  "compute-1.amazonaws.com",
  "compute.amazonaws.com",
  "compute.internal",
  "contaboserver.net",
  "bc.googleusercontent.com",
  "goodsrv.de",
  "happysrv.de",
  "hotsrv.de",
  "in-addr.arpa",
  "instances.scw.cloud",
  "ip.linodeusercontent.com",
  "ip6.arpa",
  "kimsufi.com",
  "luckysrv.de",
  "megasrv.de",
  "members.linode.com",
  "nicesrv.de",
  "onlinehome-server.info",
  "poneytelecom.eu",
  "powersrv.de",
  "quicksrv.de",
  "stratoserver.net",
  "supersrv.de",
  "t-ipconnect.de",
  "ultrasrv.de",
  "vps.ovh.ca",
  "vps.ovh.net",
  "vps.ovh.us",
  "vultrusercontent.com",
  "yourvserver.net",
] as const;

/** Words for access lines and pools of addresses, as whole labels or parts between hyphens. */
const POOL_WORDS = new Set(
  (
    "adsl broadband cable cablemodem client clients cpe cust customer customers dhcp dial dialin " +
    "dialup dsl dyn dynamic dynip fiber fibre ftth generic hosted ip ippool lte mobile " +
    "nat pool ppp pppoe rdns res residential rev reverse static unassigned unknown user users " +
    "vdsl vm vmi vps wireless xdsl"
  ).split(" "),
);

/** A machine of this name is meant for mail, whatever the rest of its name says. */
const MAIL_WORDS = new Set(
  "bounce bounces email imap mail mailer mailgw mailout mta mx mxout newsletter out outbound post relay send sender smtp".split(
    " ",
  ),
);

function poolWord(host: string): string | undefined {
  const [first = "", ...rest] = host.split(".");
  const parts = wordsOf(first);
  if (parts.some((part) => MAIL_WORDS.has(part)) || !/\d/.test(first)) return undefined;
  // The organisation's own name says nothing: dyn.com is a company.
  const words = [...parts, ...rest.slice(0, -2).flatMap(wordsOf)];
  return words.find((word) => POOL_WORDS.has(word));
}

/** `vmi123456` and `static-12` are the words before their numbers. */
function wordsOf(label: string): string[] {
  return label.split(/[-_\d]+/).filter((word) => word !== "");
}

function holdsAddress(host: string, ip: IpAddress): boolean {
  const octets = octetsOf(ip);
  return ip.family === "ipv4" ? holdsIpv4(host, octets) : holdsIpv6(host, octets);
}

/** Three octets in a row, forwards or backwards, or all four as one number. */
function holdsIpv4(host: string, octets: readonly number[]): boolean {
  const numbers = host.split(/\D+/).filter((digits) => digits !== "" && digits.length <= 3);
  const spelt = ` ${numbers.map(Number).join(" ")} `;
  const ways = [octets, octets.toReversed()];
  const isSpelt = ways
    .flatMap((way) => [way.slice(0, 3), way.slice(1)])
    .some((run) => spelt.includes(` ${run.join(" ")} `));
  const padded = ways.map((way) => way.map((octet) => String(octet).padStart(3, "0")).join(""));
  const hex = ways.map(hexOf);
  const decimal = String(Number.parseInt(hexOf(octets), 16));
  const runs = host.split(/[^0-9a-f]+/);
  // Eight hex digits amid letters like "face" are no accident either.
  return (
    isSpelt ||
    padded.some((digits) => host.includes(digits)) ||
    runs.some((run) => run === decimal || hex.includes(run) || hex.includes(run.slice(1)))
  );
}

/** Groups one can recognise the address by: its last 64 bits, or five groups in a row. */
function holdsIpv6(host: string, octets: readonly number[]): boolean {
  const nibbles = hexOf(octets);
  const solid = host.replaceAll(/[^0-9a-f]/g, "");
  if ([nibbles, reversed(nibbles)].some((text) => solid.includes(text))) return true;
  const groups = nibbles.match(/.{4}/g)?.map((group) => group.replace(/^0{1,3}/, "")) ?? [];
  const parts = host.split(/[-.]/).map((part) => part.replace(/^0{1,3}(?=[0-9a-f])/, ""));
  const spelt = ` ${parts.join(" ")} `;
  const runs = [groups.slice(0, 4), groups.slice(4), groups.filter((group) => group !== "0")];
  return runs.some(
    (run) =>
      run.filter((group) => group !== "0").length > 2 && spelt.includes(` ${run.join(" ")} `),
  );
}

function hexOf(octets: readonly number[]): string {
  return octets.map((octet) => octet.toString(16).padStart(2, "0")).join("");
}

function reversed(text: string): string {
  return text.split("").toReversed().join("");
}
