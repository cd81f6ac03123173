import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Config } from "../../src/domain/config.ts";
import { loadConfig } from "../../src/config/load.ts";

/** A directory with these files, gone when the test is over. */
export function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = mkdtempSync(join(tmpdir(), "mailcanary-config-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

/** What is wrong with a config file of this content; the file's name is left out of the messages. */
export function problemsOf(
  content: string | Uint8Array,
  environment: Readonly<Record<string, string>> = {},
): readonly string[] {
  const file = join(directoryWith({ "config.yaml": content }), "config.yaml");
  const loaded = loadConfig(file, environment);
  return loaded.ok ? [] : loaded.problems.map((problem) => problem.replace(`${file}:`, ""));
}

/** The config in a file that is in order, besides others that it may name. */
export function configOf(
  content: string,
  environment: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Config {
  const directory = directoryWith({ ...files, "config.yaml": content });
  const loaded = loadConfig(join(directory, "config.yaml"), environment);
  if (!loaded.ok) throw new Error(loaded.problems.join("\n"));
  return loaded.config;
}
