import type { Canary } from "../../domain/canary.ts";
import type { Deadlines } from "../../domain/config.ts";
import { DAY } from "../../domain/duration.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Clock } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import type { Result } from "../../domain/result.ts";
import { worst } from "../../domain/severity.ts";
import { serverName } from "../../domain/endpoint.ts";
import { senderDomains } from "../../mail/sender-domains.ts";
import { checkId } from "../probe.ts";
import type { Board } from "./board.ts";
import { CANARY_FINDINGS, type CanaryFinding } from "./findings.ts";
import { type Concerned, judgeCanary } from "./judge.ts";

/** How long a new exit stays a finding; after that it is normal. */
const NEW_EXIT_MS = DAY;

interface ReportParts {
  readonly board: Board;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly routes: readonly Route[];
  readonly onResult: (result: Result) => void;
}

/** Turns each decided canary into a result of the check `canary` for its route and seed. */
export function createReporter({ board, clock, deadlines, routes, onResult }: ReportParts) {
  const concerned = new Map(routes.map((route) => [route.name, concernedBy(route)]));
  return (after: Canary, before: Canary | undefined): void => {
    if (after.phase !== "ended" || before?.phase === "ended") return;
    const newest = [...board.decided()].find(
      ({ route, seed }) => route === after.route && seed === after.seed,
    );
    // An older canary that is decided after a newer one says nothing about now.
    if (newest !== undefined && newest.id !== after.id) return;
    const labels = { route: after.route, seed: after.seed };
    const findings = [
      ...judgeCanary(after, deadlines.lateMs, concerned.get(after.route) ?? NOBODY),
      ...newExits(after.route, board, clock.now()),
    ];
    onResult({
      check: checkId("canary", labels),
      probe: "canary",
      labels,
      severity: worst(findings.map(({ kind }) => CANARY_FINDINGS[kind].severity)),
      findings,
      samples: [],
      observedAt: clock.now(),
      durationMs: (after.endedAt ?? after.plannedAt) - after.plannedAt,
    });
  };
}

/** A canary of a route that the config file no longer has. */
const NOBODY: Concerned = { server: "", domains: [] };

function concernedBy(route: Route): Concerned {
  return { server: serverName(route.smtp), domains: senderDomains([route]) };
}

function newExits(route: string, board: Board, now: number): Finding<CanaryFinding>[] {
  const exits = board.exits(route, now);
  const known = exits.filter(({ firstAt }) => now - firstAt >= NEW_EXIT_MS);
  if (known.length === 0) return [];
  return exits
    .filter(({ firstAt, ip }) => now - firstAt < NEW_EXIT_MS && known.every((one) => one.ip !== ip))
    .map(({ ip, reverseName }) => ({
      kind: "exit-changed",
      subject: route,
      detail: `${ip} (${reverseName ?? "no reverse name"})`,
    }));
}
