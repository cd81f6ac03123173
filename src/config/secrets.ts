import { join, resolve } from "node:path";
import { z } from "zod";
import { Secret } from "../domain/secret.ts";
import { readTextFile } from "./read-file.ts";
import { wrongKind, wrongLine } from "./values.ts";

/** Where the config file's own words point: files beside it, and systemd's credentials. */
export interface Surroundings {
  /** Relative file names begin here: the directory of the config file. */
  readonly directory: string;
  /** `$CREDENTIALS_DIRECTORY`, which systemd sets for LoadCredential=. */
  readonly credentialsDirectory: string | undefined;
}

/** The ways to give one secret. */
export const SECRET_FORMS = ["", "_file", "_credential"] as const;
/** Keys whose value is itself a secret and is never quoted in a message. */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  "password",
  "client_secret",
  "refresh_token",
  "key",
]);

/** Refresh tokens are long; no secret of ours is longer. */
const MAX_SECRET_LENGTH = 8000;
const MAX_SECRET_FILE_BYTES = 16 * 1024;

type SecretKey<Key extends string> = `${Key}${(typeof SECRET_FORMS)[number]}`;
type SecretSchema = z.ZodOptional<z.ZodType<Secret, string>>;

/** The three keys of a secret: `password`, `password_file`, `password_credential`. */
export function secretKeys<Key extends string>(key: Key, what: string, around: Surroundings) {
  const keys: Record<string, SecretSchema> = {
    [key]: inline().optional().describe(`${what} May be "\${NAME}", from the environment.`),
    [`${key}_file`]: fromFile((name) => resolve(around.directory, name))
      .optional()
      .describe(`The same from a file: its path, beside the config file unless it begins with /.`),
    [`${key}_credential`]: fromFile((name) => credentialPath(name, around))
      .optional()
      .describe(`The same from systemd: the name in LoadCredential=.`),
  };
  return keys as Record<SecretKey<Key>, SecretSchema>;
}

/** The one of the three that is given; more or fewer than one is an issue. */
export function theSecret<Key extends string>(
  key: Key,
  given: Partial<Record<SecretKey<Key>, Secret | undefined>>,
  context: z.RefinementCtx,
  need: "required" | "optional",
): Secret | undefined {
  const keys = SECRET_FORMS.map((form): SecretKey<Key> => `${key}${form}`);
  const found = keys.filter((form) => given[form] !== undefined);
  const [first] = found;
  if (found.length > 1) {
    const message = `${found.join(" and ")} are given, expected one of them`;
    context.addIssue({ code: "custom", message });
  } else if (first === undefined && need === "required") {
    const message = `is missing, expected one of ${keys.join(", ")}`;
    context.addIssue({ code: "custom", message, path: [key] });
  }
  return first === undefined ? undefined : given[first];
}

const EXPECTED = "one line of text";

function inline() {
  return z
    .string({ error: ({ input }) => `${wrongKind(input)}, expected ${EXPECTED}` })
    .transform((text, context) => asSecret(text, context));
}

function fromFile(pathOf: (name: string) => string | { readonly wrong: string }) {
  const expected = `the name of a file that holds ${EXPECTED}`;
  return z
    .string({ error: ({ input }) => `${wrongKind(input)}, expected ${expected}` })
    .transform((name, context) => {
      const path = name === "" ? { wrong: `is empty, expected ${expected}` } : pathOf(name);
      if (typeof path !== "string") {
        context.addIssue({ code: "custom", message: path.wrong });
        return z.NEVER;
      }
      const file = readTextFile(path, MAX_SECRET_FILE_BYTES);
      if (file.ok) return asSecret(file.text.replace(/\r?\n$/, ""), context);
      // The name is not repeated: it may be the secret itself, under the wrong key.
      const message = `the file cannot be read (${file.reason}), expected ${expected}`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });
}

function asSecret(text: string, context: z.RefinementCtx): Secret {
  const wrong = wrongLine(text, MAX_SECRET_LENGTH);
  if (wrong === undefined) return new Secret(text);
  context.addIssue({ code: "custom", message: `the secret ${wrong}, expected ${EXPECTED}` });
  return z.NEVER;
}

function credentialPath(name: string, around: Surroundings): string | { readonly wrong: string } {
  if (around.credentialsDirectory === undefined || around.credentialsDirectory === "") {
    const wrong = "the credential cannot be read ($CREDENTIALS_DIRECTORY is not set)";
    return { wrong: `${wrong}, expected systemd's LoadCredential=` };
  }
  if (name === "." || name === ".." || name.includes("/")) {
    return { wrong: "the credential is a path, expected its name in LoadCredential=" };
  }
  return join(around.credentialsDirectory, name);
}
