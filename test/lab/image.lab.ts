import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Buildah, createBaseImage } from "./base-image.ts";
import { daemonConfig } from "./daemon-config.ts";
import { type Host, startHost } from "./host.ts";
import { call } from "./network.ts";
import { until } from "./wait.ts";
import { type Lab, startLab } from "./world.ts";

/** What a container runtime reads from an image. */
interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Volumes: Readonly<Record<string, object>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

const IMAGE = "localhost/mailcanary:lab";
const REPOSITORY = join(import.meta.dirname, "../..");
const BUILDAH_TIMEOUT_MS = 300_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const ADDRESS = "10.213.0.40";
const PAGE = `http://${ADDRESS}:10825`;

// Not under /tmp: a lab host has a /tmp of its own and would not see the image there.
const STORE = "/var/tmp/mailcanary-image";

const stack = new AsyncDisposableStack();
let buildah: Buildah;
let lab: Lab;
let host: Host;
let image: ImageConfig;

beforeAll(async () => {
  lab = stack.use(await startLab());
  const { network, resolver } = lab;
  host = stack.use(await startHost(network, { name: "image", addresses: [ADDRESS], resolver }));
  await rm(STORE, { recursive: true, force: true });
  stack.defer(() => rm(STORE, { recursive: true, force: true }));
  buildah = async (...args) => {
    const options = ["--root", join(STORE, "root"), "--runroot", join(STORE, "run")];
    const { stdout } = await call("buildah", [...options, "--storage-driver=vfs", ...args], {
      timeout: BUILDAH_TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    return stdout.trim();
  };
  const dockerfile = await readFile(join(REPOSITORY, "Dockerfile"), "utf8");
  const base = /^FROM (?<name>\S+) AS build$/m.exec(dockerfile)?.groups?.["name"];
  if (base === undefined) throw new Error("the Dockerfile names no base image");
  await createBaseImage(buildah, base);
  // The packages come from npm's cache, which `npm ci` on this machine has filled.
  const build =
    "bud --isolation=chroot --format=docker --pull-never --build-arg=NPM_FLAGS=--offline";
  const cache = `--volume=${join(homedir(), ".npm")}:/root/.npm`;
  await buildah(...build.split(" "), cache, `--tag=${IMAGE}`, REPOSITORY);
  const { Docker } = JSON.parse(await buildah("inspect", "--type=image", IMAGE)) as {
    readonly Docker: { readonly config: ImageConfig };
  };
  image = Docker.config;
}, 2 * BUILDAH_TIMEOUT_MS);

afterAll(() => stack.disposeAsync());

it("runs as a number that is not root, and holds production packages only", async () => {
  expect(image.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  const root = await mounted();
  const packages = await readFile(join(REPOSITORY, "package.json"), "utf8");
  const { devDependencies } = JSON.parse(packages) as { devDependencies: Record<string, string> };
  const unneeded = Object.keys(devDependencies).filter((name) =>
    existsSync(join(root, "app/node_modules", name)),
  );
  expect(unneeded).toEqual([]);
});

it("measures placement on a read-only file system, healthy by its own check", async () => {
  await enter(await mounted());
  await host.serve("mailcanary", inside([...image.Entrypoint, ...image.Cmd]).join(" "));
  await until("the daemon to be healthy", () => answers("/-/healthy"), 20_000);

  const [kind, ...check] = image.Healthcheck.Test;
  expect(kind).toBe("CMD");
  await runInside(check);

  const metrics = await until(
    "a canary at each receiver",
    async () => {
      const text = await (await fetch(`${PAGE}/metrics`)).text();
      return text.match(/outcomes_total\{.*outcome="inbox".*\} [1-9]/g)?.length === 2 && text;
    },
    60_000,
  );
  expect(metrics).toMatch(/^# TYPE deliverability_canary_outcomes_total counter$/m);
  await expect(runInside(["sh", "-c", "echo > /app/written"])).rejects.toThrow(/Read-only/);

  await host.run("pkill", "-TERM", "-u", userId());
  const ended = async () =>
    (await host.run("sh", "-c", `pgrep -c -u ${userId()} || true`)).trim() === "0";
  await until("the daemon to end", ended, 15_000);
  await expect(runInside(check)).rejects.toMatchObject({ code: 1 });
});

/** The image's file system, as a folder. */
async function mounted(): Promise<string> {
  const container = await buildah("from", "--pull-never", IMAGE);
  return buildah("mount", container);
}

/** Does on the lab host what a container runtime does: read-only root, volumes, config mounted. */
async function enter(root: string): Promise<void> {
  await mkdir(join(root, "etc/mailcanary"), { recursive: true });
  const config = daemonConfig(lab, { caFile: "ca.pem", dataDir: "/data", every: "2s" });
  await host.write("/etc/mailcanary/config.yaml", config);
  await host.write("/etc/mailcanary/ca.pem", lab.ca);
  const volumes = Object.keys(image.Volumes).map(
    (path) => `mount -t tmpfs -o uid=${userId()} data /mnt${path}`,
  );
  const steps = [
    `mount --bind ${root} /mnt`,
    "mount -o remount,bind,ro /mnt",
    "mount --bind /etc/mailcanary /mnt/etc/mailcanary",
    "mount -t proc proc /mnt/proc",
    "mount --bind /dev /mnt/dev",
    ...volumes,
  ];
  await host.run("sh", "-ec", steps.join("\n"));
}

function inside(command: readonly string[]): string[] {
  return ["chroot", `--userspec=${image.User}`, "/mnt", "env", "-i", ...image.Env, ...command];
}

async function runInside(command: readonly string[]): Promise<void> {
  const [program = "", ...args] = inside(command);
  await host.run(program, ...args);
}

function userId(): string {
  return image.User.split(":")[0] ?? "";
}

async function answers(path: string): Promise<boolean> {
  return fetch(PAGE + path).then(
    ({ ok }) => ok,
    () => false,
  );
}
