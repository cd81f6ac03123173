import { describe, expect, it } from "vitest";
import type { Folder } from "../../src/domain/net.ts";
import { inboxFolder, isVirtual, spamFolder } from "../../src/mail/folders.ts";

/** `Junk` or `Junk \Junk`. */
function folder(text: string, delimiter: string | undefined = "/"): Folder {
  const [path = "", use] = text.split(" \\");
  return { path, delimiter, specialUse: use === undefined ? undefined : `\\${use}` };
}

const INBOX = folder("INBOX");

function found(
  paths: readonly string[],
  provider = "somebody",
  delimiter: string | undefined = "/",
) {
  return spamFolder([INBOX, ...paths.map((path) => folder(path, delimiter))], undefined, provider);
}

describe("spamFolder", () => {
  it("takes the operator's word before everything else", () => {
    const folders = [INBOX, folder(String.raw`Junk \Junk`), folder("Mine")];
    expect(spamFolder(folders, "Mine", "x")).toEqual({
      kind: "found",
      path: "Mine",
      how: "operator",
    });
  });

  it.each([
    ["INBOX.Spamverdacht", "inbox.spamverdacht"],
    ["INBOX.Spamverdacht", "Spamverdacht"],
    ["Skra\u0308ppost", "Skr\u00e4ppost"],
  ])("finds %s when the operator wrote %s", (path, wanted) => {
    expect(spamFolder([INBOX, folder(path, ".")], wanted, "x")).toMatchObject({ path });
  });

  it("does not fall back when the operator's folder is not there", () => {
    const folders = [INBOX, folder(String.raw`Junk \Junk`)];
    expect(spamFolder(folders, "Spam", "x")).toEqual({
      kind: "unresolved",
      candidates: [],
      similar: ["Junk"],
    });
  });

  it("takes special use before names", () => {
    expect(found(["Spam", String.raw`[Gmail]/Papierkorb \Junk`])).toEqual({
      kind: "found",
      path: "[Gmail]/Papierkorb",
      how: "special-use",
    });
  });

  it.each([
    "Junk",
    "SPAM",
    "Junk E-Mail",
    "Junk_Email",
    "Junk-E-Mail",
    "Bulk Mail",
    "Bulk",
    "Spamverdacht",
    "Courrier indésirable",
    "Courrier inde\u0301sirable",
    "Correo no deseado",
    "Posta indesiderata",
    "Ongewenste e-mail",
    "Lixo Eletrônico",
    "Wiadomości-śmieci",
    "Skräppost",
    "Roskaposti",
    "Roskapostit",
    "Søppelpost",
    "Nevyžádaná pošta",
    "Levélszemét",
    "İstenmeyen",
    "Ανεπιθύμητα",
    "Спам",
    "Нежелательная почта",
    "迷惑メール",
    "垃圾邮件",
    "垃圾邮件",
    "스팸메일함",
    "QUARANTAINE",
    "Ｓｐａｍ",
    "+Spam",
    "🗑 Junk",
    "[Spam]",
  ])("knows %s", (name) => {
    expect(found([name, "Archive", "Sent"])).toEqual({ kind: "found", path: name, how: "name" });
  });

  it.each([
    ["INBOX.Spam", "."],
    ["INBOX/Spam", "/"],
    ["[Gmail]/Spam", "/"],
    ["[Google Mail]/Spam", "/"],
    ["[IMAP]/Spam", "/"],
    [String.raw`\Spam`, "\\"],
    ["Spam", undefined],
    ["Uni/+spamverdacht", "/"],
  ])("looks behind the prefix of %s", (path, delimiter) => {
    expect(found([path], "x", delimiter)).toMatchObject({ kind: "found", path });
  });

  it.each(["Junk Drawer", "Junkyard", "Bulk invoices", "Spam reports", "No Spam", "Antispam"])(
    "does not take %s for it",
    (name) => {
      expect(found([name])).toMatchObject({ kind: "unresolved", candidates: [] });
    },
  );

  it.each(["Papierkorb", "Cestino", "Lixo", "Trash", "Unbekannt", "Deleted Items"])(
    "does not take %s, which is something else",
    (name) => {
      expect(found([name])).toMatchObject({ kind: "unresolved" });
    },
  );

  it("does not take a folder with another special use, whatever its name", () => {
    expect(found([String.raw`Basura \Trash`])).toMatchObject({ kind: "unresolved" });
    expect(found(["Basura"])).toMatchObject({ kind: "found" });
  });

  it("prefers a sure name to a doubtful one and the top to a subfolder", () => {
    expect(found(["Bulk", "Junk"])).toMatchObject({ path: "Junk" });
    expect(found(["Archive/Spam", "Junk"])).toMatchObject({ path: "Junk" });
  });

  it("does not guess between two that fit", () => {
    expect(found(["Junk", "Spam", "Spam reports"])).toEqual({
      kind: "unresolved",
      candidates: ["Junk", "Spam"],
      similar: ["Spam reports"],
    });
  });

  it.each([
    ["gmx", ["Spam", "Spamverdacht"], "Spamverdacht"],
    ["outlook", ["Spam", "Junk Email"], "Junk Email"],
    ["yahoo", ["Spam", "Bulk Mail"], "Bulk Mail"],
  ])("knows which of two %s itself uses", (provider, paths, path) => {
    expect(found(paths, provider)).toMatchObject({ kind: "found", path });
  });

  it("says what is similar, ten names at most", () => {
    const paths = Array.from({ length: 50 }, (_, n) => `Spam reports ${n}`);
    const answer = found(paths);
    expect(answer.kind === "unresolved" && answer.similar.length).toBe(10);
  });
});

describe("inboxFolder", () => {
  it("is INBOX in any case, or what the operator says", () => {
    expect(inboxFolder([folder("Inbox"), folder("Eingang")], undefined)).toBe("Inbox");
    expect(inboxFolder([INBOX, folder("Eingang")], "eingang")).toBe("Eingang");
    expect(inboxFolder([INBOX], "Eingang")).toBeUndefined();
    expect(inboxFolder([folder("Eingang")], undefined)).toBeUndefined();
  });
});

it("knows the folders that mirror others", () => {
  expect(isVirtual(folder(String.raw`[Gmail]/All Mail \All`))).toBe(true);
  expect(isVirtual(folder(String.raw`Starred \Flagged`))).toBe(true);
  expect(isVirtual(folder(String.raw`Archive \Archive`))).toBe(false);
  expect(isVirtual(folder("All Mail"))).toBe(false);
});
