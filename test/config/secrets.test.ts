import { chmodSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { configOf, directoryWith, problemsOf } from "./directory.ts";

const SECRET = "h/nter2 $ecret";

function fileWith(auth: string): string {
  return `
routes:
  - { name: main, smtp: { host: mail.example.org }, from: anna@example.org }
seeds:
  - name: a
    address: anna@example.org
    provider: gmail
    imap: { auth: { ${auth} } }
`;
}

function passwordOf(auth: string, files: Record<string, string>, environment = {}): string {
  return configOf(fileWith(auth), environment, files).secrets[0]?.reveal() ?? "";
}

describe("config/secrets", () => {
  it.each([
    ["as it is", "password: h/nter2 $ecret"],
    ["with a doubled $", "password: h/nter2 $$ecret"],
    ["from the environment", 'password: "${PASSWORD}"'],
    ["in part from the environment", 'password: "h/nter2 ${REST}"'],
    ["from the environment or else", 'password: "${UNSET:-h/nter2 $ecret}"'],
    ["from a file beside the config file", "password_file: pass/plain"],
    ["from a file with Windows line ends", "password_file: pass/windows"],
  ])("takes a secret %s", (_, auth) => {
    const files = { "pass/plain": `${SECRET}\n`, "pass/windows": `${SECRET}\r\n` };
    expect(passwordOf(auth, files, { PASSWORD: SECRET, REST: "$ecret" })).toBe(SECRET);
  });

  it("takes a secret from systemd and from an absolute path", () => {
    const directory = directoryWith({ "mail-password": SECRET });
    const credentials = { CREDENTIALS_DIRECTORY: directory };
    expect(passwordOf("password_credential: mail-password", {}, credentials)).toBe(SECRET);
    expect(passwordOf(`password_file: ${join(directory, "mail-password")}`, {})).toBe(SECRET);
  });

  it("replaces nothing in a secret from a file, and cuts off one line end alone", () => {
    expect(passwordOf("password_file: f", { f: " ${HOME}$$ \n" })).toBe(" ${HOME}$$ ");
    expect(problemsOf(fileWith("password: x")).length).toBe(0);
    const file = join(
      directoryWith({ "config.yaml": fileWith("password_file: f"), f: "x\n\n" }),
      "config.yaml",
    );
    expect(loadConfig(file, {})).toMatchObject({ ok: false });
  });

  it.each(["..", ".", "a/b", "/etc/passwd"])("takes no path for a credential: %s", (name) => {
    const problems = problemsOf(fileWith(`password_credential: ${name}`), {
      CREDENTIALS_DIRECTORY: "/tmp",
    });
    expect(problems).toEqual([
      "8:42 seeds[0].imap.auth.password_credential: the credential is a path, expected its name in LoadCredential=",
    ]);
  });

  it("says that a secret file is too large or must not be read", () => {
    const directory = directoryWith({
      "config.yaml": fileWith("password_file: f"),
      f: "x".repeat(16 * 1024 + 1),
    });
    const file = join(directory, "config.yaml");
    expect(inspect(loadConfig(file, {}))).toContain("it is larger than 16 KiB");
    if (process.getuid?.() === 0) return; // root may read everything
    chmodSync(join(directory, "f"), 0);
    expect(inspect(loadConfig(file, {}))).toContain("permission denied");
  });

  it("prints none of them with the config", () => {
    const config = configOf(
      fileWith(`
      oauth2:
        { token_url: "https://x.test", client_id: id, client_secret_file: f, refresh_token: ${SECRET} }`),
      {},
      { f: SECRET },
    );
    expect(config.secrets.map((secret) => secret.reveal())).toEqual([SECRET, SECRET]);
    const dumps = [
      JSON.stringify(config),
      inspect(config, { depth: Infinity, showHidden: true }),
      inspect(config, { depth: Infinity, customInspect: false }),
      String(config.secrets),
      config.secrets.join(),
    ];
    for (const dump of dumps) expect(dump).not.toContain("nter2");
  });

  it.each([
    "password: ${SECRET}, extra: x",
    "password: ${SECRET}, password_file: h/nter2",
    "password: ${SECRET}, oauth2: h/nter2",
    "password: [h/nter2]",
    "password: { h/nter2: x }",
    "password: { a: h/nter2 }",
    "password: 'h/nter2\n\n   h/nter2'",
    "password: h/nter2${",
    "password: h/nter2 ${x}",
    "password_file: h/nter2",
    "password_file: [h/nter2]",
    "password_file: 'h/nter2\\0'",
    "password_credential: h/nter2",
    "pasword: h/nter2",
    "password: *h/nter2",
    "password: !h/nter2 x",
    "password: &h/nter2",
    'password: "h/nter2" h/nter2',
    "password: %h/nter2",
    "password: @h/nter2",
    "password: 'h/nter2",
    "client_secret: h/nter2",
    "oauth2: { client_secret: [h/nter2], refresh_token: { h/nter2: 1 } }",
    "oauth2: { token_url: https://anna:h/nter2@x.test, client_id: 1 }",
    "oauth2: { token_url: http://anna:h%nter2@x.test, client_id: 1 }",
  ])("repeats none of them in what it says of auth: { %s }", (auth) => {
    const problems = problemsOf(fileWith(auth), { SECRET });
    expect(problems).not.toEqual([]);
    expect(problems.join("\n")).not.toMatch(/nter2/);
  });

  it("repeats nothing that came from the environment, wherever it came out", () => {
    const text = fileWith("password: x").replaceAll(
      /main|mail\.example\.org|anna@example\.org|gmail/g,
      '"$${SECRET}"',
    );
    const problems = problemsOf(text.replaceAll("$${", "${"), { SECRET });
    expect(problems.length).toBeGreaterThan(3);
    expect(problems.join("\n")).not.toMatch(/nter2/);
  });
});
