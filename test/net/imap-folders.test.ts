import type { ListResponse } from "imapflow";
import { describe, expect, it } from "vitest";
import { selectableFolders } from "../../src/net/imap-folders.ts";

describe("selectableFolders", () => {
  it("keeps what can be opened, with the server's own word on its use", () => {
    const folders = selectableFolders([
      listed("INBOX"),
      listed("Spam", "\\HasNoChildren", "\\Junk"),
      // Only its name says so: that is for others to judge.
      { ...listed("Junk"), specialUse: "\\Junk", specialUseSource: "name" },
      listed("[Gmail]", "\\Noselect"),
      listed("gone", "\\NonExistent"),
      listed("also gone", "\\NOSELECT"),
    ]);
    expect(folders).toEqual([
      { path: "INBOX", delimiter: "/", specialUse: undefined },
      { path: "Spam", delimiter: "/", specialUse: "\\Junk" },
      { path: "Junk", delimiter: "/", specialUse: undefined },
    ]);
  });

  it.each([
    ["\\junk", "\\Junk"],
    ["\\Spam", "\\Junk"],
    ["\\AllMail", "\\All"],
    ["\\Important", "\\Important"],
    ["\\Marked", undefined],
  ])("understands %s", (flag, specialUse) => {
    expect(selectableFolders([listed("x", flag)])).toMatchObject([{ specialUse }]);
  });

  it("keeps 500 of very many, and among them those that matter", () => {
    const many = Array.from({ length: 10_000 }, (_, n) => listed(`folder ${n}`));
    const folders = selectableFolders([...many, listed("Spam", "\\Junk"), listed("Inbox")]);
    expect(folders).toHaveLength(500);
    expect(folders.slice(0, 2).map(({ path }) => path)).toEqual(["Inbox", "Spam"]);
  });

  it("leaves out what is listed twice, and names nobody could mean", () => {
    const folders = selectableFolders([
      listed("a"),
      listed("a"),
      listed(""),
      listed("x".repeat(2000)),
    ]);
    expect(folders.map(({ path }) => path)).toEqual(["a"]);
  });
});

function listed(path: string, ...flags: string[]): ListResponse {
  return {
    path,
    pathAsListed: path,
    name: path,
    delimiter: "/",
    parent: [],
    parentPath: "",
    flags: new Set(flags),
    listed: true,
    subscribed: true,
  };
}
