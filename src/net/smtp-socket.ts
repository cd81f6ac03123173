import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Endpoint } from "../domain/endpoint.ts";
import { connectAdvice, tlsAdvice } from "./smtp-advice.ts";
import { SmtpTrouble } from "./smtp-trouble.ts";
import { tlsOptions } from "./tls-options.ts";

/** Node gives each of a host's addresses 250 ms by default, too little for a distant server. */
const ADDRESS_ATTEMPT_MS = 3000;

/**
 * Opens the connection, with TLS where it is implicit. Rejects with SmtpTrouble, or with the
 * signal's reason.
 */
export function openSocket(
  endpoint: Endpoint,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let stage: "connect" | "tls" = "connect";
    const { host, port } = endpoint;
    const where = { host, port, autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS };
    const isImplicit = endpoint.tls === "implicit";
    const socket = isImplicit
      ? connectTls({ ...where, ...tlsOptions(endpoint) }, opened)
      : connectPlain(where, opened);
    const timer = setTimeout(() => fail(trouble("ETIMEDOUT")), timeoutMs);
    const onAbort = () => fail(signal.reason as Error);

    if (isImplicit) socket.once("connect", () => (stage = "tls"));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      fail(trouble(error.code, error.message)),
    );
    socket.once("close", () => fail(trouble("ECONNRESET")));
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();

    function trouble(code: string | undefined, message = ""): SmtpTrouble {
      const advice = stage === "connect" ? connectAdvice : tlsAdvice;
      return new SmtpTrouble(stage, advice(endpoint, code, message));
    }

    function opened(): void {
      settle();
      resolve(socket);
    }

    function fail(error: Error): void {
      settle();
      // What a socket has to say while it is being destroyed interests nobody.
      socket.on("error", () => undefined);
      socket.destroy();
      reject(error);
    }

    function settle(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.removeAllListeners("error").removeAllListeners("close");
    }
  });
}
