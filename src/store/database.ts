import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { StoreError } from "../domain/store.ts";
import { migrate } from "./schema.ts";

/** SQLite's own default. */
const PAGE_BYTES = 4096;

/** How long to wait for another process that holds the file. */
const LOCK_TIMEOUT_MS = 2000;

export type Row = Record<string, SQLOutputValue>;
type Parameter = string | number | null;

/** The file, its errors put in words. Every call throws StoreError. */
export interface Database extends Disposable {
  prepare(sql: string): StatementSync;
  all(sql: string, ...parameters: Parameter[]): Row[];
  /** Column `value` of the first row. */
  scalar(sql: string, ...parameters: Parameter[]): SQLOutputValue | undefined;
  /** All of the work or nothing. */
  transaction(work: () => void): void;
}

/** Opens or creates `mailcanary.sqlite` in the data directory; it never grows beyond `maxBytes`. */
export function openDatabase(dataDir: string, maxBytes: number): Database {
  const db = attempt(`cannot use data directory ${dataDir}`, () => openFile(dataDir, maxBytes));
  return {
    prepare: (sql) => db.prepare(sql),
    all: (sql, ...parameters) =>
      attempt("cannot read from the data directory", () => db.prepare(sql).all(...parameters)),
    scalar: (sql, ...parameters) =>
      attempt("cannot read from the data directory", () => db.prepare(sql).get(...parameters))?.[
        "value"
      ],
    transaction: (work) =>
      attempt("cannot write to the data directory", () => {
        db.exec("BEGIN IMMEDIATE");
        try {
          work();
          db.exec("COMMIT");
        } catch (error) {
          // A full disk may have rolled back already; then there is nothing left to undo.
          if (db.isTransaction) db.exec("ROLLBACK");
          throw error;
        }
      }),
    [Symbol.dispose]: () => db.close(),
  };
}

function openFile(dataDir: string, maxBytes: number): DatabaseSync {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(dataDir, "mailcanary.sqlite"), { timeout: LOCK_TIMEOUT_MS });
  // Exclusive: two daemons on one directory would count every canary twice.
  // FULL: what our server accepted is on the disk before we go on, power cuts included.
  db.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 200;
  `);
  migrate(db);
  db.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`);
  return db;
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(`${what}: ${explain(reason)}`, { cause: error });
  }
}

function explain(reason: string): string {
  if (reason.includes("disk is full")) return `${reason}; free some space, it goes on by itself`;
  if (reason.includes("locked")) return `${reason}; another mailcanary is running on it`;
  return reason;
}
