/** One message as it lies in a folder. */
export interface StoredMail {
  readonly uid: number;
  /** INTERNALDATE, milliseconds since the epoch. */
  readonly storedAt: number;
  /** Octets as latin1 text, CRLF line ends. */
  readonly raw: string;
  readonly flags: Set<string>;
}

export interface MailFolder {
  /** As a mail client shows it. */
  readonly path: string;
  /** RFC 6154 attribute with its backslash, where the server gives one. */
  readonly specialUse: string | undefined;
  readonly uidValidity: number;
  uidNext: number;
  mails: StoredMail[];
}

/** A mailbox with its folders, as the server keeps it; sessions subscribe to its changes. */
export interface Account {
  readonly user: string;
  readonly password: string;
  readonly folders: readonly MailFolder[];
  /** RFC 9208 STORAGE limit; undefined: the server tells no quota. */
  readonly quotaBytes: number | undefined;
  /** Sessions that are logged in. */
  sessions: number;
  /** The newest commands of those sessions as they came, e.g. `EXAMINE INBOX`; oldest first. */
  readonly log: readonly string[];
  record(command: string): void;
  folder(path: string): MailFolder | undefined;
  usedBytes(): number;
  /** Stores a message as delivery does; answers its UID. */
  store(path: string, raw: string, storedAt?: number): number;
  /** Removes the messages for good. */
  expunge(folder: MailFolder, uids: ReadonlySet<number>): void;
  /** Calls back after each change of a folder, until the returned function is called. */
  subscribe(listener: (folder: MailFolder) => void): () => void;
}

export interface AccountPlan {
  readonly user: string;
  readonly password: string;
  /** Folder path to SPECIAL-USE attribute; INBOX exists anyway. */
  readonly folders: Readonly<Record<string, string | undefined>>;
  readonly quotaBytes?: number;
  /** No folder keeps more than this: the oldest go first. */
  readonly maxMails?: number;
}

const DEFAULT_MAX_MAILS = 1000;
const MAX_LOG_ENTRIES = 1000;

export function createAccount(plan: AccountPlan): Account {
  const log: string[] = [];
  const listeners = new Set<(folder: MailFolder) => void>();
  const maxMails = plan.maxMails ?? DEFAULT_MAX_MAILS;
  const folders = Object.entries({ INBOX: undefined, ...plan.folders }).map(
    ([path, specialUse], index): MailFolder => ({
      path,
      specialUse,
      uidValidity: 1 + index,
      uidNext: 1,
      mails: [],
    }),
  );
  const account: Account = {
    user: plan.user,
    password: plan.password,
    folders,
    quotaBytes: plan.quotaBytes,
    sessions: 0,
    log,
    record(command) {
      log.push(command);
      if (log.length > MAX_LOG_ENTRIES) log.shift();
    },
    folder: (path) => folders.find((folder) => folder.path === path),
    usedBytes: () =>
      folders.flatMap(({ mails }) => mails).reduce((sum, { raw }) => sum + raw.length, 0),
    store(path, raw, storedAt = Date.now()) {
      const folder = account.folder(path);
      if (folder === undefined) throw new RangeError(`no folder ${path}`);
      const uid = folder.uidNext++;
      folder.mails.push({ uid, storedAt, raw, flags: new Set() });
      folder.mails = folder.mails.slice(-maxMails);
      announce(folder);
      return uid;
    },
    expunge(folder, uids) {
      folder.mails = folder.mails.filter(({ uid }) => !uids.has(uid));
      announce(folder);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return account;

  function announce(folder: MailFolder): void {
    for (const listener of listeners) listener(folder);
  }
}
