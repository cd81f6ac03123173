import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readQuery, writeReply } from "../../src/demo/dns-message.ts";

/** How a list behaves. */
export type Mood = "good" | "lists-everything" | "refuses-us" | "rewritten";

export interface SlowLists extends AsyncDisposable {
  /** `address:port` of the resolver that knows the lists. */
  readonly address: string;
  /** Questions, and the slowest answer since the last call, milliseconds. */
  tally(): { readonly questions: number; readonly slowestMs: number };
}

export interface Lists {
  /** Zones, each with its mood. */
  readonly moods: ReadonlyMap<string, Mood>;
  /** Names that have an entry, zone included. */
  readonly entries: ReadonlySet<string>;
  readonly host: string;
  readonly port: number;
}

/** As of a recursive resolver that has nothing cached: half of the answers within this. */
const MEDIAN_MS = 80;
/** Of the logarithm: one answer in twenty takes five times as long, one in a hundred ten times. */
const SPREAD = 1;
const LONGEST_MS = 1500;

/** A resolver with blocklists behind it, each answer as late as its name says. */
export async function startSlowLists({ moods, entries, host, port }: Lists): Promise<SlowLists> {
  const socket = createSocket("udp4");
  let tally = { questions: 0, slowestMs: 0 };
  socket.on("message", (message, peer) => {
    const query = readQuery(message);
    if (query === undefined) return;
    const delayMs = delayOf(query.name);
    tally = {
      questions: tally.questions + 1,
      slowestMs: Math.max(tally.slowestMs, delayMs),
    };
    const address = query.type === 1 ? addressOf(query.name) : undefined;
    const records =
      address === undefined ? [] : [{ name: query.name, type: "A" as const, data: address }];
    const reply = writeReply(query, records.length === 0 ? "NXDOMAIN" : "NOERROR", records);
    setTimeout(() => socket.send(reply, peer.port, peer.address), delayMs);
  });

  function addressOf(name: string): string | undefined {
    const zone = name.split(".").slice(4).join(".");
    const mood = moods.get(zone);
    if (mood === "lists-everything") return "127.0.0.2";
    if (mood === "refuses-us") return "127.255.255.254";
    if (mood === "rewritten") return "93.184.216.34";
    const isTest = mood === "good" && name === `2.0.0.127.${zone}`;
    return isTest || entries.has(name) ? "127.0.0.2" : undefined;
  }

  socket.bind(port, host);
  await once(socket, "listening");
  return {
    address: `${host}:${socket.address().port}`,
    tally() {
      const before = tally;
      tally = { questions: 0, slowestMs: 0 };
      return before;
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, "close");
    },
  };
}

/** Log-normal, and always the same for a name. */
function delayOf(name: string): number {
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  const first = (hash + 1) / 4_294_967_297;
  const second = (Math.imul(hash, 2_654_435_761) >>> 0) / 4_294_967_296;
  const normal = Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
  return Math.min(LONGEST_MS, Math.round(MEDIAN_MS * Math.exp(SPREAD * normal)));
}
