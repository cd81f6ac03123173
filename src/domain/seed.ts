import type { Endpoint } from "./endpoint.ts";
import type { Schedule } from "./schedule.ts";

/** A mailbox of ours at a provider, read to see where canaries land. */
export interface Seed {
  readonly name: string;
  readonly address: string;
  /** Who runs the mailbox; several seeds may share one. */
  readonly provider: string;
  readonly imap: Endpoint;
  /** Folder names by the operator, as a mail client shows them; undefined finds them out. */
  readonly folders: { readonly inbox: string | undefined; readonly spam: string | undefined };
  /** Names of the routes that send to it. */
  readonly routes: readonly string[];
  readonly schedule: Schedule | undefined;
  /** Our own canaries older than this are deleted; undefined never deletes anything. */
  readonly deleteCanariesAfterMs: number | undefined;
}
