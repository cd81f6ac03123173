import type { AnyPanel } from "../panel.ts";
import { authenticationOverTime, authenticationShare, spamMargin } from "./content-panels.ts";
import { exits, lateMail, lastHopTls, replies, transitHeat } from "./transport-panels.ts";

export const REASONS: readonly AnyPanel[] = [
  authenticationOverTime({ width: 12, height: 8, by: "provider, method" }),
  authenticationShare({ width: 12, height: 8 }),
  transitHeat({ width: 12, height: 9 }),
  spamMargin({ width: 12, height: 9 }),
  lateMail({ width: 8, height: 7 }),
  replies({ width: 16, height: 7 }),
  exits({ width: 14, height: 7 }),
  lastHopTls({ width: 10, height: 7 }),
];
