import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { dashboards } from "./dashboard-files.ts";

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const { services, volumes } = read("compose.yaml") as Compose;

/** Made by whoever runs it; the head of the file says how. */
const TO_BE_MADE = "./config";

it("runs the daemon, Prometheus, Alertmanager and Grafana", () => {
  expect(Object.keys(services)).toEqual(["mailcanary", "prometheus", "alertmanager", "grafana"]);
});

it.each(mounts())("%s mounts %s, which exists", (_, source) => {
  const exists = source.startsWith("./")
    ? existsSync(source)
    : Object.keys(volumes).includes(source);
  expect(exists || source === TO_BE_MADE).toBe(true);
});

it("uses every volume that it declares", () => {
  const used = new Set(mounts().map(([, source]) => source));
  expect(Object.keys(volumes).filter((name) => !used.has(name))).toEqual([]);
});

it("publishes on loopback only", () => {
  const ports = Object.values(services).flatMap(({ ports }) => ports);
  expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
});

it("pins every image that it does not build", () => {
  const images = Object.values(services).flatMap(({ image, build }) =>
    build === undefined ? [image] : [],
  );
  expect(images).toHaveLength(3);
  expect(images.filter((image) => !/:v?\d+\.\d+\.\d+$/.test(image ?? ""))).toEqual([]);
});

it("builds the daemon from a Dockerfile that listens and stores where the mounts say", () => {
  const dockerfile = readFileSync(join(services["mailcanary"]?.build ?? "", "Dockerfile"), "utf8");
  expect(dockerfile).toMatch(/"--config", "\/etc\/mailcanary\/config\.yaml"/);
  expect(dockerfile).toMatch(/"--listen", "0\.0\.0\.0:10825"/);
  expect(inside("mailcanary", "/etc/mailcanary/config.yaml")).toBe("config/config.yaml");
});

it("gives Prometheus its config where the command looks, with rules, targets and Alertmanager", () => {
  const file = /^--config\.file=(?<path>.+)$/m.exec(
    services["prometheus"]?.command?.join("\n") ?? "",
  );
  const config = read(inside("prometheus", file?.groups?.["path"] ?? "")) as {
    rule_files: string[];
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    alerting: { alertmanagers: { static_configs: { targets: string[] }[] }[] };
  };
  expect(config.rule_files).toEqual(["rules/*.rules.yml"]);
  expect(existsSync(inside("prometheus", "/etc/prometheus/rules/delivery.rules.yml"))).toBe(true);
  const addresses = [...config.scrape_configs, ...config.alerting.alertmanagers].flatMap(
    ({ static_configs }) => static_configs.flatMap(({ targets }) => targets),
  );
  expect(addresses.map(serviceAt)).toEqual(["mailcanary", "alertmanager"]);
  expect(config.scrape_configs[0]?.job_name).toBe("mailcanary");
});

it("gives Alertmanager its config where its image looks", () => {
  expect(existsSync(inside("alertmanager", "/etc/alertmanager/alertmanager.yml"))).toBe(true);
});

it("gives Grafana data sources that are other services", () => {
  const { datasources } = read(
    inside("grafana", "/etc/grafana/provisioning/datasources/prometheus.yaml"),
  ) as { datasources: { type: string; url: string; uid: string }[] };
  expect(datasources.map(({ type }) => type)).toEqual(["prometheus", "alertmanager"]);
  expect(datasources.map(({ url }) => serviceAt(new URL(url).host))).toEqual([
    "prometheus",
    "alertmanager",
  ]);
});

it("gives Grafana the dashboards where its provider looks, and one as its home", () => {
  const { providers } = read(
    inside("grafana", "/etc/grafana/provisioning/dashboards/mailcanary.yaml"),
  ) as { providers: { options: { path: string } }[] };
  const path = providers[0]?.options.path ?? "";
  for (const file of dashboards("dashboards").keys()) {
    expect(existsSync(inside("grafana", join(path, file)))).toBe(true);
  }
  const home = services["grafana"]?.environment?.["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"];
  expect(existsSync(inside("grafana", home ?? ""))).toBe(true);
});

function mounts(): [service: string, source: string][] {
  return Object.entries(services).flatMap(([name, { volumes }]) =>
    volumes.map((volume): [string, string] => [name, volume.split(":")[0] ?? ""]),
  );
}

/** The file in the checkout that a path inside a container shows. */
function inside(service: string, path: string): string {
  for (const volume of services[service]?.volumes ?? []) {
    const [source = "", target = ""] = volume.split(":");
    if (path === target || path.startsWith(`${target}/`)) {
      return join(source, path.slice(target.length));
    }
  }
  throw new Error(`nothing is mounted at ${path} in ${service}`);
}

/** The service that answers at `name:port`, if it listens on that port. */
function serviceAt(address: string): string | undefined {
  const [name = "", port = ""] = address.split(":");
  return services[name]?.ports.some((one) => one.endsWith(`:${port}`)) ? name : undefined;
}

function read(path: string): unknown {
  return parse(readFileSync(path, "utf8"));
}
