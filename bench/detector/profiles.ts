import { defaultDetector, type DetectorConfig } from "../../src/attrition/config.ts";
import type { Mix } from "./watcher.ts";

/** The inbox rates that streams fall to. */
export const FALLEN_TO = [0.9, 0.8, 0.5, 0] as const;

/** A stream before its fall, and the delays that are promised for it. */
export interface Profile {
  readonly name: string;
  readonly fixedBadRate: number;
  readonly before: Mix;
  readonly healthyCanaries: number;
  /** Of the bad canaries after the fall. */
  readonly spamShareAfter: number;
  /** Mean and 95th percentile for each of `FALLEN_TO`, in canaries. */
  readonly promised: readonly (readonly [mean: number, p95: number])[];
}

export const PROFILES: readonly Profile[] = [
  {
    name: "known rate .98, after 300",
    fixedBadRate: 0.02,
    before: { inbox: 0.98, spamShare: 0.5 },
    healthyCanaries: 300,
    spamShareAfter: 0.5,
    promised: [
      [80.7, 173],
      [26.9, 57],
      [7.6, 15],
      [3, 3],
    ],
  },
  learned("normal .99, after 3000", 0.99, 3000, [
    [60.2, 130],
    [23.1, 49],
    [7.1, 13],
    [3, 3],
  ]),
  learned("normal .98, after 3000", 0.98, 3000, [
    [95.7, 210],
    [30.9, 63],
    [8.4, 16],
    [3.7, 4],
  ]),
  learned("normal .96, after 3000", 0.96, 3000, [
    [244, 596],
    [48.9, 101],
    [10.9, 21],
    [3.9, 4],
  ]),
  {
    name: "normal .98, fall into spam, after 3000",
    fixedBadRate: 0,
    before: { inbox: 0.98, spamShare: 0.1 },
    healthyCanaries: 3000,
    spamShareAfter: 0.95,
    promised: [
      [39.5, 88],
      [17.5, 38],
      [6.2, 11],
      [3.1, 4],
    ],
  },
  learned("normal .98, young: after 50", 0.98, 50, [
    [244, 634],
    [48.4, 100],
    [10.9, 21],
    [4, 4],
  ]),
];

/** False alarms a year that are promised at each bad rate, baseline learned. */
export const PROMISED_FALSE_ALARMS = [
  { badRate: 0.005, perYear: 0.075 },
  { badRate: 0.01, perYear: 0.21 },
  { badRate: 0.02, perYear: 0.24 },
  { badRate: 0.04, perYear: 0.32 },
] as const;

/** And with the rate known. */
export const PROMISED_KNOWN = { badRate: 0.02, perYear: 0.54 } as const;

export function detectorFor({ fixedBadRate }: Profile): DetectorConfig {
  return defaultDetector({ fixedBadRate });
}

function learned(
  name: string,
  inbox: number,
  healthyCanaries: number,
  promised: Profile["promised"],
): Profile {
  return {
    name,
    fixedBadRate: 0,
    before: { inbox, spamShare: 0.5 },
    healthyCanaries,
    spamShareAfter: 0.5,
    promised,
  };
}
