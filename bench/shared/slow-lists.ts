import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readQuery, writeReply } from "../../src/demo/dns-message.ts";
import { delayOf } from "./resolver-delay.ts";

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
