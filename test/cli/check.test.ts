import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { buildHouse } from "../e2e/house.ts";

async function check(...args: readonly string[]) {
  const child = spawn(process.execPath, ["src/main.ts", "check", ...args], {
    env: { PATH: process.env["PATH"] },
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { status, stdout, stderr };
}

it("prints a report of the demo's world, plain and quiet where nobody watches", async () => {
  await using house = await buildHouse();
  const { status, stdout, stderr } = await check("--config", house.configPath);
  expect(stderr).toBe("");
  expect(stdout).toContain("\nspf\n  ok       garden.example\n");
  expect(stdout).toContain("192.0.2.25 (address of the MX host mail.garden.example)");
  expect(stdout).not.toContain("\u001b");
  expect(status).toBe(/\d+ fail/.test(stdout) ? 1 : /\d+ unknown/.test(stdout) ? 2 : 0);
});

it("answers with 1 when something harms mail, and with JSON when asked", async () => {
  await using house = await buildHouse({
    faults: [{ kind: "login-fails", provider: "bigmail" }] as never,
  });
  const { stdout } = await check("--config", house.configPath, "--json", "--exit", "192.0.2.99");
  const report = JSON.parse(stdout) as {
    severity: string;
    exits: unknown;
    results: { check: string; findings: { kind: string; severity: string; advice: string }[] }[];
  };
  expect(report.exits).toEqual([{ ip: "192.0.2.99", why: "as given" }]);
  const spf = report.results.find(({ check }) => check === "spf domain=garden.example");
  expect(spf?.findings.map(({ severity }) => severity)).toContain("fail");
  expect(report.severity).toBe("fail");
});

it.each([
  [["--config", "test/config/bad/port-in-words.yaml"], /port-in-words\.yaml:\d+:\d+ .*expected/],
  [[], /expected a domain, or a config file/],
  [["example.org", "--config", "x.yaml"], /expected a domain, or a config file/],
  [["example.org.", "--config", "x.yaml"], /expected a domain, or a config file/],
  [["http://example.org/"], /Expected a domain/],
  [["localhost"], /Expected a domain/],
  [["example.org", "--exit", "mail.example.org"], /Expected an IP address/],
])("answers check %j with 1 and a reason", async (args, reason) => {
  const { status, stdout, stderr } = await check(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(reason);
});

it("says what its exit codes mean", async () => {
  const { stdout } = await check("--help");
  expect(stdout).toMatch(/Exit code: 0 .*, 1 .*, and 2/s);
});
