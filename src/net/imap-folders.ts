import type { ListResponse } from "imapflow";
import type { Folder } from "../domain/net.ts";

const MAX_FOLDERS = 500;
const MAX_PATH_CHARACTERS = 1000;

/** RFC 6154 §2 and RFC 8457, and what Gmail's XLIST called the same things before them. */
const SPECIAL_USES: Readonly<Record<string, string>> = {
  "\\all": "\\All",
  "\\archive": "\\Archive",
  "\\drafts": "\\Drafts",
  "\\flagged": "\\Flagged",
  "\\important": "\\Important",
  "\\junk": "\\Junk",
  "\\sent": "\\Sent",
  "\\trash": "\\Trash",
  "\\allmail": "\\All",
  "\\spam": "\\Junk",
  "\\starred": "\\Flagged",
};

/** The folders that can be opened; of very many, those with a special use first. */
export function selectableFolders(listed: readonly ListResponse[]): readonly Folder[] {
  const folders = listed.filter(isSelectable).map(({ path, delimiter, flags }): Folder => ({
    path,
    delimiter: delimiter === "" ? undefined : delimiter,
    specialUse: specialUse(flags),
  }));
  const unique = [...new Map(folders.map((folder) => [folder.path, folder])).values()];
  if (unique.length <= MAX_FOLDERS) return unique;
  return unique.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_FOLDERS);
}

function isSelectable({ path, flags }: ListResponse): boolean {
  const lower = new Set([...flags].map((flag) => flag.toLowerCase()));
  // RFC 9051 §7.3.1: \NonExistent implies \Noselect.
  if (lower.has("\\noselect") || lower.has("\\nonexistent")) return false;
  return path !== "" && path.length <= MAX_PATH_CHARACTERS;
}

function specialUse(flags: ReadonlySet<string>): string | undefined {
  for (const flag of flags) {
    const use = SPECIAL_USES[flag.toLowerCase()];
    if (use !== undefined) return use;
  }
  return undefined;
}

function rank({ path, specialUse }: Folder): number {
  if (path.toUpperCase() === "INBOX") return 0;
  return specialUse === undefined ? 2 : 1;
}
