import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { type DnsQuestion, type DnsReply, isReplyTo, type QueryFlags } from "./dns-message.ts";
import { readReply, writeQuery } from "./dns-message.ts";
import { DnsFormatError } from "./dns-name.ts";
import type { ServerAddress } from "./dns-servers.ts";

interface TroubleOptions extends ErrorOptions {
  readonly extendedErrors?: readonly number[];
}

/** Why a server gave no usable answer. */
export class DnsTrouble extends Error {
  override readonly name = "DnsTrouble";
  readonly why: "timeout" | "servfail" | "refused" | "malformed" | "unreachable";
  /** RFC 8914, as codes. */
  readonly extendedErrors: readonly number[];

  constructor(
    why: DnsTrouble["why"],
    message: string,
    { extendedErrors = [], ...options }: TroubleOptions = {},
  ) {
    super(message, options);
    this.why = why;
    this.extendedErrors = extendedErrors;
  }
}

/** Messages that answer something else are dropped, so many of them for one question. */
const MAX_STRAY_MESSAGES = 64;

/** One question and its answer; rejects with DnsTrouble, and with `timeout` when the signal aborts. */
type Ask = (
  server: ServerAddress,
  question: DnsQuestion,
  flags: QueryFlags,
  signal: AbortSignal,
) => Promise<DnsReply>;

/**
 * Over UDP, from a socket of its own: a fresh port and a random id (RFC 5452 §9), and the kernel drops
 * what comes from elsewhere.
 */
export const askUdp: Ask = (server, question, flags, signal) => {
  const id = randomInt(0x1_0000);
  const query = writeQuery(id, question, flags);
  const socket = createSocket(server.family === 6 ? "udp6" : "udp4");
  return settled(
    signal,
    "did not answer in time",
    (resolve, reject) => {
      let strays = 0;
      const unreachable = (error: Error) => reject(unreachableBy(error));
      socket.on("error", unreachable);
      socket.on("message", (message) => {
        if (isReplyTo(message, id, question)) resolve(message);
        else if ((strays += 1) > MAX_STRAY_MESSAGES) {
          reject(new DnsTrouble("malformed", "answers questions that nobody asked"));
        }
      });
      // In spite of its type the callback gets the error where there is one.
      socket.connect(server.port, server.host, (error?: Error) => {
        if (error !== undefined) unreachable(error);
        else socket.send(query, (failure) => failure !== null && unreachable(failure));
      });
    },
    () => socket.close(),
  );
};

/** Over TCP, one connection a question; each message has its length in front (RFC 7766 §8). */
export const askTcp: Ask = (server, question, flags, signal) => {
  const id = randomInt(0x1_0000);
  const query = writeQuery(id, question, flags);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  const socket = connect({ host: server.host, port: server.port });
  return settled(
    signal,
    "cut its answer off and did not answer over TCP in time",
    (resolve, reject) => {
      const chunks: Buffer[] = [];
      let received = 0;
      let wanted = 2;
      socket.on("error", (error) => reject(unreachableBy(error)));
      socket.on("end", () => reject(new DnsTrouble("malformed", "broke its TCP answer off")));
      socket.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        received += chunk.length;
        if (received < wanted) return;
        const all = Buffer.concat(chunks.splice(0));
        chunks.push(all);
        wanted = 2 + all.readUInt16BE(0);
        if (received < wanted) return;
        const message = all.subarray(2, wanted);
        if (isReplyTo(message, id, question)) resolve(message);
        else reject(new DnsTrouble("malformed", "answered another question over TCP"));
      });
      socket.once("connect", () => socket.write(Buffer.concat([length, query])));
    },
    () => socket.destroy(),
  );
};

/** Runs until the first of an answer, trouble and the signal; `close` is called once, whatever came. */
async function settled(
  signal: AbortSignal,
  tooLate: string,
  run: (resolve: (message: Buffer) => void, reject: (trouble: DnsTrouble) => void) => void,
  close: () => void,
): Promise<DnsReply> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const onAbort = () => reject(new DnsTrouble("timeout", tooLate));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    run(resolve, reject);
    return readReply(await promise);
  } catch (error) {
    if (!(error instanceof DnsFormatError)) throw error;
    throw new DnsTrouble("malformed", `answered with ${error.message}`, { cause: error });
  } finally {
    signal.removeEventListener("abort", onAbort);
    close();
  }
}

function unreachableBy(error: Error): DnsTrouble {
  const code = "code" in error ? String(error.code) : error.message;
  return new DnsTrouble("unreachable", `cannot be reached (${code})`, { cause: error });
}
