import { expect, it } from "vitest";
import { startAlertmanager } from "./alertmanager.ts";

const PLACEMENT = { alertname: "PlacementSpam", severity: "critical", route: "main" };
const BLIND = { alertname: "MonitorBlind", severity: "warning" };

it("silences delivery alerts of a provider whose mailboxes cannot be read, and no other's", async () => {
  await using alertmanager = await startAlertmanager();
  await alertmanager.raise([
    { ...BLIND, reason: "seeds", provider: "gmail" },
    { ...PLACEMENT, provider: "gmail" },
    { alertname: "InboxAttrition", severity: "critical", route: "other", provider: "gmail" },
    { alertname: "SeedUnreadable", severity: "warning", provider: "gmail", seed: "a" },
    { ...PLACEMENT, provider: "gmx" },
    { alertname: "InboxAttrition", severity: "critical", route: "main", provider: "_all" },
  ]);
  const loud = await alertmanager.loud();
  expect(loud.map(({ alertname, provider }) => `${alertname} ${provider}`).toSorted()).toEqual([
    "InboxAttrition _all",
    "MonitorBlind gmail",
    "PlacementSpam gmx",
  ]);
});

it("silences delivery alerts of a route whose outcomes nobody knows, and no other's", async () => {
  await using alertmanager = await startAlertmanager();
  await alertmanager.raise([
    { ...BLIND, reason: "outcomes", route: "main", provider: "gmail" },
    { ...PLACEMENT, provider: "gmail" },
    { ...PLACEMENT, route: "other", provider: "gmail" },
  ]);
  const loud = await alertmanager.loud();
  expect(loud.map(({ alertname, route }) => `${alertname} ${route}`).toSorted()).toEqual([
    "MonitorBlind main",
    "PlacementSpam other",
  ]);
});

it("silences alerts about an unreadable mailbox, not those about the others at the provider", async () => {
  await using alertmanager = await startAlertmanager();
  const bounced = { alertname: "CanaryBounced", severity: "warning", provider: "gmail" };
  await alertmanager.raise([
    { alertname: "SeedUnreadable", severity: "warning", provider: "gmail", seed: "a" },
    { ...bounced, seed: "a" },
    { ...bounced, seed: "b" },
    { ...PLACEMENT, provider: "gmail" },
  ]);
  const loud = await alertmanager.loud();
  expect(loud.map(({ alertname, seed }) => `${alertname} ${seed}`).toSorted()).toEqual([
    "CanaryBounced b",
    "PlacementSpam undefined",
    "SeedUnreadable a",
  ]);
});

it("says one thing when the daemon is down", async () => {
  await using alertmanager = await startAlertmanager();
  await alertmanager.raise([
    { alertname: "MailcanaryDown", severity: "critical", job: "mailcanary" },
    { ...PLACEMENT, provider: "gmail" },
    { ...BLIND, reason: "seeds", provider: "gmx" },
    { alertname: "ExitChanged", severity: "warning", route: "main" },
  ]);
  const loud = await alertmanager.loud();
  expect(loud.map(({ alertname }) => alertname)).toEqual(["MailcanaryDown"]);
});
