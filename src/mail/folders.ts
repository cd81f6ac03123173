import type { Folder } from "../domain/net.ts";
import {
  DOUBTFUL_JUNK_NAMES,
  foldName,
  JUNK_NAMES,
  namesOfProvider,
  TELLING_JUNK_WORDS,
} from "./folder-names.ts";

export type SpamFolder =
  | {
      readonly kind: "found";
      /** Decoded, as the server lists it. */
      readonly path: string;
      readonly how: "operator" | "special-use" | "name";
    }
  | {
      readonly kind: "unresolved";
      /** Folders that fit equally well: the operator has to say which one it is. */
      readonly candidates: readonly string[];
      /** Folders whose name merely has something of it, such as `Spam reports`. */
      readonly similar: readonly string[];
    };

const MAX_NAMES_TOLD = 10;
/** What is longer is nobody's name for a spam folder. */
const MAX_NAME_LENGTH = 100;

/**
 * Which folder the receiver files spam in: the operator's word, then the server's special use
 * `\Junk` (RFC 6154 §2), then the name. Where two folders fit equally well it is unresolved: a wrong
 * guess would count spam as something else.
 */
export function spamFolder(
  folders: readonly Folder[],
  operators: string | undefined,
  provider: string,
): SpamFolder {
  if (operators !== undefined) {
    const path = folderNamed(folders, operators);
    return path === undefined ? unresolved(folders, []) : { kind: "found", path, how: "operator" };
  }
  const marked = folders.filter(({ specialUse }) => specialUse === String.raw`\Junk`);
  const unmarked = folders.filter((folder) => folder.specialUse === undefined && !isInbox(folder));
  if (marked.length > 0) return chosen(marked, "special-use", folders, provider);
  for (const matches of NAME_RULES) {
    const fitting = unmarked.filter(matches);
    if (fitting.length > 0) return chosen(fitting, "name", folders, provider);
  }
  return unresolved(folders, []);
}

/** INBOX (RFC 9051 §5.1: in any case), or the folder that the operator names instead. */
export function inboxFolder(
  folders: readonly Folder[],
  operators: string | undefined,
): string | undefined {
  if (operators !== undefined) return folderNamed(folders, operators);
  return folders.find(isInbox)?.path;
}

/** Whether the folder only shows messages that lie in others (RFC 6154 §2, RFC 8457). */
export function isVirtual({ specialUse }: Folder): boolean {
  return [String.raw`\All`, String.raw`\Flagged`, String.raw`\Important`].includes(
    specialUse ?? "",
  );
}

/** From the surest to the faintest. The whole name has to fit: `Junk Drawer` is no spam folder. */
const NAME_RULES: readonly ((folder: Folder) => boolean)[] = [
  (folder) => isTop(folder) && JUNK_NAMES.has(foldName(leafOf(folder))),
  (folder) => isTop(folder) && JUNK_NAMES.has(undecorated(folder)),
  (folder) => JUNK_NAMES.has(undecorated(folder)),
  (folder) => isTop(folder) && DOUBTFUL_JUNK_NAMES.has(undecorated(folder)),
];

function chosen(
  fitting: readonly Folder[],
  how: "special-use" | "name",
  folders: readonly Folder[],
  provider: string,
): SpamFolder {
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return { kind: "found", path: only.path, how };
  for (const name of namesOfProvider(provider)) {
    const own = fitting.find((folder) => isTop(folder) && undecorated(folder) === name);
    if (own !== undefined) return { kind: "found", path: own.path, how };
  }
  return unresolved(folders, fitting);
}

function unresolved(folders: readonly Folder[], fitting: readonly Folder[]): SpamFolder {
  const similar = folders.filter(
    (folder) =>
      !fitting.includes(folder) &&
      undecorated(folder)
        .split(/[^\p{L}\p{N}]+/u)
        .some((word) => TELLING_JUNK_WORDS.has(word)),
  );
  const paths = (list: readonly Folder[]): string[] =>
    list.slice(0, MAX_NAMES_TOLD).map(({ path }) => path);
  return { kind: "unresolved", candidates: paths(fitting), similar: paths(similar) };
}

/** The whole path as written, then regardless of case and accents, then the last part of one path alone. */
function folderNamed(folders: readonly Folder[], wanted: string): string | undefined {
  const folded = foldName(wanted);
  const same =
    folders.find(({ path }) => path === wanted) ??
    folders.find(({ path }) => foldName(path) === folded);
  if (same !== undefined) return same.path;
  const byLeaf = folders.filter((folder) => foldName(leafOf(folder)) === folded);
  return byLeaf.length === 1 ? byLeaf[0]?.path : undefined;
}

/** Names of namespaces that hold every folder of some servers and say nothing. */
const PREFIXES = ["inbox", "[gmail]", "[google mail]", "[imap]"];

/** The path without its namespace: `INBOX.Spam` is at the top as `Spam` is. */
function partsOf({ path, delimiter }: Folder): readonly string[] {
  const parts = (delimiter === undefined ? [path] : path.split(delimiter)).filter(
    (part) => part !== "",
  );
  const [first = "", ...rest] = parts;
  return rest.length > 0 && PREFIXES.includes(first.toLowerCase()) ? rest : parts;
}

function leafOf(folder: Folder): string {
  return partsOf(folder).at(-1) ?? "";
}

/** `+Spam`, `_Junk_` and a folder with a picture before its name are decorated. */
function undecorated(folder: Folder): string {
  return foldName(
    leafOf(folder)
      .slice(0, MAX_NAME_LENGTH)
      .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu, ""),
  );
}

function isTop(folder: Folder): boolean {
  return partsOf(folder).length === 1;
}

function isInbox({ path }: Folder): boolean {
  return path.toUpperCase() === "INBOX";
}
