import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const CLI = `
  import { configCommand } from "./src/cli/config.ts";
  await configCommand().parseAsync(process.argv.slice(1), { from: "user" });
`;

function config(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const node = ["--input-type=module", "--eval", CLI, "--", ...args];
  const env = { PATH: process.env["PATH"], ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, node, { env, encoding: "utf8" });
  return { status, stdout, stderr };
}

it("says in one line what was understood", () => {
  const environment = { SMTP_PASSWORD: "a", GMAIL_PASSWORD: "b" };
  expect(config(["check", "--config", "config.example.yaml"], environment)).toEqual({
    status: 0,
    stdout: "config.example.yaml is fine: 1 route, 1 seed, about 48 canaries a day\n",
    stderr: "",
  });
});

it("says each problem in a line and answers with 1", () => {
  const file = "test/config/bad/everything-at-once.yaml";
  const { status, stdout, stderr } = config(["check", "-c", file]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  const expected = readFileSync(file, "utf8").match(/^#: .*$/gm) ?? [];
  expect(stderr.trimEnd().split("\n")).toEqual(
    expected.map((line) => line.replace("#: ", `${file}:`)),
  );
});

it("prints the schema that is published", () => {
  expect(config(["schema"])).toEqual({
    status: 0,
    stdout: readFileSync("config.schema.json", "utf8"),
    stderr: "",
  });
});
