import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("docs/rfcs.md has a row for each RFC that src/mail cites, and no other", () => {
  const rows = readFileSync("docs/rfcs.md", "utf8").matchAll(/^\| (?<rfc>\d{4}) \|/gm);
  const listed = [...rows].map(({ groups }) => groups?.["rfc"] ?? "");
  const cited = readdirSync("src/mail").flatMap((file) =>
    [...readFileSync(`src/mail/${file}`, "utf8").matchAll(/RFC (?<rfc>\d{4})/g)].map(
      ({ groups }) => groups?.["rfc"] ?? "",
    ),
  );
  expect(listed).toEqual([...new Set(cited)].toSorted());
});
