/**
 * What the house needs of a logger; pino is one. At warn and above the message is fixed text and
 * the data goes into the object, so that lines can be grouped.
 */
export interface Log {
  child(bindings: Readonly<Record<string, unknown>>): Log;
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
