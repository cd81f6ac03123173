import { type BindPlan, restartBind, startBind, trustAnchor, ZONE_DIR } from "./bind.ts";
import type { Host } from "./host.ts";
import { NAME_SERVER, OWN, OWN_NAME_SERVER, TOP } from "./posture-names.ts";
import { blocklistZones, reverseZones, topZone, type ZoneLines } from "./posture-zones.ts";
import { createSigner, type Signing, zoneText, type ZoneSigner } from "./signed-zones.ts";

/**
 * A whole DNS: root, one top level, the operator's zone (these signed), reverse zones, blocklists. What
 * is changed in it holds from the next `settled` on.
 */
export interface PostureDns extends AsyncDisposable {
  /** Replaces the present lines of a zone. */
  change(zone: string, change: (lines: ZoneLines) => ZoneLines, signing?: Signing): Promise<void>;
  /** The zone as it was at first. */
  restore(zone: string): Promise<void>;
  /** Further clauses in the resolver's configuration; none is as it was at first. */
  configureResolver(...clauses: readonly string[]): void;
  /** Nobody may ask for the zone, or everybody may. */
  close(zone: string, isClosed: boolean): void;
  /** Resolves when the servers answer with what was changed, and the resolver has forgotten the rest. */
  settled(): Promise<void>;
}

const SIGNED = [".", TOP, OWN.domain];

export async function startPostureDns(
  hosts: { readonly names: Host; readonly resolver: Host },
  ownZone: ZoneLines,
): Promise<PostureDns> {
  await using stack = new AsyncDisposableStack();
  const signers = new Map<string, ZoneSigner>();
  for (const zone of SIGNED) signers.set(zone, stack.use(await createSigner(zone)));
  const ds = (zone: string) => signers.get(zone)?.ds ?? "";

  const unsigned = new Map([...reverseZones(), ...blocklistZones()]);
  const healthy = new Map([
    ...unsigned,
    [".", rootZone([...unsigned.keys()], ds(TOP))],
    [TOP, [...topZone(), `own NS ns1.own`, `ns1.own A ${OWN_NAME_SERVER}`, ds(OWN.domain)]],
    [OWN.domain, ["@ NS ns1", `ns1 A ${OWN_NAME_SERVER}`, ...ownZone]],
  ]);
  const present = new Map<string, ZoneLines>();
  const texts = new Map<string, string>();
  const closed = new Set<string>();
  let resolverClauses: readonly string[] = [];
  let isSettled = false;

  const publish = async (zone: string, lines: ZoneLines, signing: Signing = {}) => {
    present.set(zone, lines);
    // Nothing is kept by anybody: the next row of a table must not see this one.
    const text = zoneText(zone, lines, { ttlSeconds: 0 });
    isSettled = false;
    texts.set(zone, (await signers.get(zone)?.sign(text, signing)) ?? text);
  };
  const authority = () => authorityPlan(texts, closed);
  const resolver = () => resolverPlan(ds("."), resolverClauses);
  for (const [zone, lines] of healthy) await publish(zone, lines);
  await Promise.all([startBind(hosts.names, authority()), startBind(hosts.resolver, resolver())]);
  const owned = stack.move();
  return {
    change: (zone, change, signing) => publish(zone, change(present.get(zone) ?? []), signing),
    restore: (zone) => publish(zone, healthy.get(zone) ?? []),
    configureResolver(...clauses) {
      resolverClauses = clauses;
      isSettled = false;
    },
    close(zone, isClosed) {
      if (isClosed) closed.add(zone);
      else closed.delete(zone);
      isSettled = false;
    },
    async settled() {
      if (isSettled) return;
      await Promise.all([
        restartBind(hosts.names, authority()),
        restartBind(hosts.resolver, resolver()),
      ]);
      isSettled = true;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function rootZone(delegated: readonly string[], ds: string): ZoneLines {
  const server = `ns.${TOP}.`;
  return [
    `@ NS ${server}`,
    `${TOP}. NS ${server}`,
    `${server} A ${NAME_SERVER}`,
    ds,
    ...delegated.map((zone) => `${zone}. NS ${server}`),
  ];
}

function authorityPlan(texts: ReadonlyMap<string, string>, closed: ReadonlySet<string>): BindPlan {
  const fileOf = (zone: string) => (zone === "." ? "root" : zone);
  const clause = (zone: string) =>
    `zone "${zone}" { type primary; file "${ZONE_DIR}/${fileOf(zone)}"; notify no;
      allow-query { ${closed.has(zone) ? "none" : "any"}; }; };`;
  return {
    options: "recursion no; dnssec-validation no; check-names primary ignore;",
    clauses: [...texts.keys()].map(clause),
    files: Object.fromEntries([...texts].map(([zone, text]) => [fileOf(zone), text])),
  };
}

function resolverPlan(rootDs: string, more: readonly string[]): BindPlan {
  return {
    options: "recursion yes; allow-recursion { any; }; dnssec-validation yes; servfail-ttl 0;",
    clauses: [
      `zone "." { type hint; file "${ZONE_DIR}/hints"; };`,
      trustAnchor(".", rootDs),
      ...more,
    ],
    files: { hints: `. 3600 NS ns.${TOP}.\nns.${TOP}. 3600 A ${NAME_SERVER}\n` },
  };
}
