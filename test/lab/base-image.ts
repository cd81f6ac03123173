import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { call } from "./network.ts";

const TIMEOUT_MS = 60_000;

/** What a Dockerfile's RUN lines need besides Node: programs of this machine, with libraries. */
const PROGRAMS = ["sh", "env", "find", "rm", "mkdir", "chown", "ls", "cat"];

/**
 * Makes the image that the Dockerfile builds upon, under its own name, for machines that reach no
 * image registry: this machine's Debian programs, and the Node 24 that the tests run on.
 */
export async function createBaseImage(buildah: Buildah, name: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "mailcanary-base-"));
  try {
    for (const dir of ["usr/bin", "usr/lib", "usr/lib64", "usr/local/bin", "etc", "tmp", "root"]) {
      await mkdir(join(root, dir), { recursive: true });
    }
    for (const dir of ["bin", "lib", "lib64"]) await symlink(`usr/${dir}`, join(root, dir));
    await writeFile(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    for (const program of PROGRAMS) {
      const { stdout } = await call("sh", ["-c", `command -v ${program}`]);
      await copyProgram(stdout.trim(), join(root, "usr/bin", program), root);
    }
    await copyProgram(process.execPath, join(root, "usr/local/bin/node"), root);
    await copyNpm(root);
    const container = (await buildah("from", "scratch")).trim();
    await buildah("copy", container, root, "/");
    await buildah("config", "--env", "PATH=/usr/local/bin:/usr/bin:/bin", container);
    await buildah("commit", "--rm", container, name);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Runs buildah on a store of the test's own and gives its output. */
export type Buildah = (...args: readonly string[]) => Promise<string>;

async function copyProgram(from: string, to: string, root: string): Promise<void> {
  await cp(await realpath(from), to);
  const { stdout } = await call("ldd", [to], { timeout: TIMEOUT_MS });
  for (const [library] of stdout.matchAll(/\/\S+/g)) {
    const target = join(root, await realpath(dirname(library)), library.split("/").at(-1) ?? "");
    await mkdir(dirname(target), { recursive: true });
    await cp(await realpath(library), target);
  }
}

async function copyNpm(root: string): Promise<void> {
  const { stdout } = await call("sh", ["-c", "command -v npm"]);
  const npm = dirname(dirname(await realpath(stdout.trim())));
  const { name } = JSON.parse(await readFile(join(npm, "package.json"), "utf8")) as {
    readonly name: string;
  };
  if (name !== "npm") throw new Error(`${npm} is not npm`);
  await cp(npm, join(root, "usr/local/lib/npm"), { recursive: true });
  await symlink("../lib/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"));
}
