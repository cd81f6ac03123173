const MAX_CHARACTERS = 300;

/** What a stranger said, fit for a log line: short, on one line, and without our own secrets. */
export function printable(said: string, secrets: readonly string[] = []): string {
  return withoutSecrets(said, secrets)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .slice(0, MAX_CHARACTERS);
}

/** The text with every occurrence of a secret blotted out. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret !== "") clean = clean.replaceAll(secret, "[secret]");
  }
  return clean;
}
