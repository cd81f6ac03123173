import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { handshakeTrouble, TlsTrouble } from "./tls-trouble.ts";

/** Opens a TCP connection to an address. Rejects with TlsTrouble, or with the signal's reason. */
export function openAddress(
  address: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connectPlain({ host: address, port });
  return settled(socket, "connect", connectTrouble, timeoutMs, signal);
}

const NO_ROUTE = new Set(["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"]);

function connectTrouble({ code = "no code" }: NodeJS.ErrnoException): TlsTrouble {
  if (code === "ETIMEDOUT") return new TlsTrouble("timeout", "no answer to the connection attempt");
  return new TlsTrouble(NO_ROUTE.has(code) ? "no-route" : "unreachable", code);
}

/** Speaks TLS on an open connection, whatever certificate is shown. Rejects as `openAddress`. */
export function secure(
  socket: Socket,
  options: ConnectionOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ readonly socket: TLSSocket; readonly staple: Uint8Array | undefined }> {
  let staple: Uint8Array | undefined;
  const secured = connectTls({ ...options, socket, rejectUnauthorized: false });
  secured.once("OCSPResponse", (response: Buffer | null) => {
    if (response !== null && response.length > 0) staple = response;
  });
  return settled(secured, "secureConnect", handshakeTrouble, timeoutMs, signal).then((done) => ({
    socket: done,
    staple,
  }));
}

/** Waits for the event, no longer than `timeoutMs`; a socket that comes to nothing is destroyed. */
function settled<S extends Socket>(
  socket: S,
  event: "connect" | "secureConnect",
  trouble: (error: NodeJS.ErrnoException) => Error,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new TlsTrouble("timeout", "no answer in time")), timeoutMs);
    const onAbort = () => fail(signal.reason as Error);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.removeListener("close", onClose).removeListener("error", onError);
      // What a socket has to say later interests only those who read from it.
      socket.on("error", () => undefined);
    };
    const fail = (error: Error) => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onError = (error: NodeJS.ErrnoException) => fail(trouble(error));
    const onClose = () => fail(new TlsTrouble("closed", "the server closed the connection"));
    socket.once("error", onError).once("close", onClose);
    socket.once(event, () => {
      settle();
      resolve(socket);
    });
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
}
