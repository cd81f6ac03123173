import { z } from "zod";
import { configFileSchema } from "./schema.ts";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** JSON Schema (2020-12) of the config file, for editors; committed as `config.schema.json`. */
export function configJsonSchema(): JsonSchema {
  const schema = configFileSchema({ directory: ".", credentialsDirectory: undefined });
  return { title: "Mailcanary config file", ...z.toJSONSchema(schema, { io: "input" }) };
}

/** The keys that the mapping at `path` may have. */
export function keysAt(root: JsonSchema, path: readonly PropertyKey[]): readonly string[] {
  let schema: JsonSchema | undefined = root;
  for (const step of path) {
    const next: JsonSchema["items"] =
      typeof step === "number" ? schema?.items : schema?.properties?.[String(step)];
    schema = typeof next === "object" && !Array.isArray(next) ? next : undefined;
  }
  return Object.keys(schema?.properties ?? {});
}
