import { readHostAndPort } from "./address.ts";

/** An address to listen on that cannot be read. The message says what is expected. */
export class ListenSyntaxError extends Error {
  override readonly name = "ListenSyntaxError";
}

/** Reads `127.0.0.1:10825` or `[::1]:10825`, as under `listen` in the config file. */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
  const listen = readHostAndPort(text);
  if (listen !== undefined) return listen;
  throw new ListenSyntaxError(
    "this is not an address to listen on, expected one such as 127.0.0.1:10825",
  );
}
