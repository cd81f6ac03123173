import { defaultDetector } from "../../src/attrition/config.ts";
import { CADENCES, cadenceCost, cadenceDelays } from "./cadences.ts";
import { latencyDelay, latencyFalseAlarmsPerYear, NOISES } from "./latencies.ts";
import { delays, falseAlarmsPerYear, youngFalseAlarmsPerYear } from "./operating.ts";
import {
  detectorFor,
  FALLEN_TO,
  PROFILES,
  PROMISED_FALSE_ALARMS,
  PROMISED_KNOWN,
} from "./profiles.ts";
import { PROVIDERS, routeDelays, routeFalseAlarmsPerYear } from "./providers.ts";
import { seeded } from "./random.ts";
import { coverage, readingQuality } from "./readings.ts";
import { TODAYS_RULES } from "./rules.ts";
import { figure, meanAndP95, table } from "./table.ts";
import { alarmsPerYear, slowAttrition, TROUBLES } from "./troubles.ts";
import { mailcanary, type Mix } from "./watcher.ts";

/** How long the bench runs: 1 for the published figures. */
interface Scale {
  readonly of: (full: number) => number;
  readonly seed: number;
}

/** One part of the published figures. */
export interface Section {
  readonly name: string;
  write(scale: Scale): string;
}

const FALLS = FALLEN_TO.map((rate) => `falls to ${rate}`);
const HEALTHY: Mix = { inbox: 0.98, spamShare: 0.5 };

export const SECTIONS: readonly Section[] = [
  { name: "One provider: canaries until the alarm, mean (95th percentile)", write: oneProvider },
  { name: "One provider: false alarms a year, at one canary every 30 minutes", write: falseAlarms },
  { name: "Beside the rules of today, in the same run", write: beside },
  { name: "Eight providers on one route: rounds until the alarm", write: eightProviders },
  { name: "Fixed and adaptive cadence: hours until the alarm", write: cadences },
  { name: "What the other readings are worth", write: readings },
  { name: "Canaries that are not independent: alarms a year without attrition", write: troubles },
  { name: "Latency: arrived canaries until the alarm", write: latency },
];

function oneProvider({ of, seed }: Scale): string {
  const effort = { stretches: of(2000), fallsEach: 2, seed };
  const rows = PROFILES.map((profile) => {
    const { before, healthyCanaries, spamShareAfter: spamShare } = profile;
    const rule = mailcanary(profile.name, detectorFor(profile));
    const after = FALLEN_TO.map((inbox) => ({ inbox, spamShare }));
    const noticed = delays(rule, { before, healthyCanaries, after }, effort, "ever");
    return [profile.name, ...noticed.map(meanAndP95)];
  });
  return table(["stream before the fall", ...FALLS], rows);
}

function falseAlarms({ of, seed }: Scale): string {
  const years = of(400);
  const random = seeded(seed);
  const known = mailcanary("rate known", defaultDetector({ fixedBadRate: 0.02 }));
  const learned = mailcanary("rate learned", defaultDetector());
  const rows = [
    { rule: known, badRate: PROMISED_KNOWN.badRate },
    ...PROMISED_FALSE_ALARMS.map(({ badRate }) => ({ rule: learned, badRate })),
  ].map(({ rule, badRate }) => {
    const mix = { inbox: 1 - badRate, spamShare: 0.5 };
    const allSpam = { ...mix, spamShare: 1 };
    const young = { streams: of(1000), canaries: 3000 };
    return [
      rule.name,
      String(1 - badRate),
      figure(falseAlarmsPerYear(rule, mix, years, random)),
      figure(falseAlarmsPerYear(rule, allSpam, years, random)),
      figure(youngFalseAlarmsPerYear(rule, mix, young, random)),
      figure(youngFalseAlarmsPerYear(rule, allSpam, young, random)),
    ];
  });
  return [
    table(
      [
        "detector",
        "true inbox rate",
        "alarms a year",
        "all bad is spam",
        "first 3000 canaries",
        "first 3000, all bad is spam",
      ],
      rows,
    ),
    `Of ${years} years each; of ${of(1000)} new streams in the last two columns.`,
  ].join("\n\n");
}

function beside({ of, seed }: Scale): string {
  const years = of(200);
  const ours = [
    mailcanary("**Mailcanary, as shipped**", defaultDetector()),
    mailcanary("Mailcanary, rate known", defaultDetector({ fixedBadRate: 0.02 })),
  ];
  const rows = [...ours, ...TODAYS_RULES].map((rule) => {
    const own = ours.includes(rule);
    // A rule that remembers nothing needs no long past, and alarms too often to have one.
    const healthyCanaries = own ? 3000 : 150;
    const effort = own
      ? { stretches: of(1000), fallsEach: 2, seed }
      : { stretches: of(4000), fallsEach: 1, seed };
    const after = FALLEN_TO.map((inbox) => ({ inbox, spamShare: 0.5 }));
    const falls = { before: HEALTHY, healthyCanaries, after };
    const noticed = delays(rule, falls, effort, own ? "ever" : "on");
    const alarms = [0.98, 0.96].map((inbox) =>
      rule.name.endsWith("known") && inbox < 0.98
        ? "-"
        : figure(falseAlarmsPerYear(rule, { inbox, spamShare: 0.5 }, years, seeded(seed))),
    );
    return [rule.name, ...alarms, ...noticed.map(meanAndP95)];
  });
  return table(
    ["rule", "false alarms a year at .98", "at .96", ...FALLS.map((fall) => `.98 ${fall}`)],
    rows,
  );
}

function eightProviders({ of, seed }: Scale): string {
  const effort = { stretches: of(150), fallsEach: 8, rounds: 3000 };
  const rows = [1, 3, 8].map((fallen) => {
    const delays = routeDelays(fallen, FALLEN_TO, effort, seed + fallen);
    const right = delays.map(({ rightScope }) => Math.round(100 * rightScope));
    return [
      `${fallen} of ${PROVIDERS.length} fall`,
      ...delays.map(meanAndP95),
      `${Math.min(...right)} to ${Math.max(...right)} %`,
    ];
  });
  const years = of(100);
  const perYear = figure(routeFalseAlarmsPerYear(years, seed));
  return [
    table(["", ...FALLS, "scope right"], rows),
    `One canary an hour to each; each provider at .98 before. False alarms of the whole route: ${perYear} a year (of ${years} years).`,
  ].join("\n\n");
}

function cadences({ of, seed }: Scale): string {
  const rows = [0.02, 0].flatMap((fixedBadRate) =>
    CADENCES.map(({ name, plan }) => {
      const effort = {
        stretches: of(fixedBadRate === 0 ? 600 : 1500),
        fallsEach: 3,
        healthyDays: fixedBadRate === 0 ? 125 : 15,
      };
      const delays = cadenceDelays(plan, fixedBadRate, FALLEN_TO, effort, seed);
      const { falseAlarmsPerYear, canariesPerDay } = cadenceCost(
        plan,
        fixedBadRate,
        of(300),
        seed + 1,
      );
      return [
        `${name}; rate ${fixedBadRate === 0 ? "learned" : "known"}`,
        figure(canariesPerDay),
        figure(falseAlarmsPerYear),
        ...delays.map(meanAndP95),
      ];
    }),
  );
  return table(["cadence", "canaries a day", "false alarms a year", ...FALLS], rows);
}

function readings({ of, seed }: Scale): string {
  const qualities = FALLEN_TO.map((inbox) =>
    readingQuality(inbox, { stretches: of(800), fallsEach: 1 }, seed),
  );
  const row = (name: string, cell: (quality: (typeof qualities)[number]) => string): string[] => [
    name,
    ...qualities.map(cell),
  ];
  const covered = [0.99, 0.98, 0.95, 0.9, 0.8, 0.5].map(
    (inbox) => `${figure(100 * coverage(inbox, of(10_000), seed))} % at ${inbox}`,
  );
  return [
    table(
      ["canaries; .98 before", ...FALLS],
      [
        row("estimated beginning minus true, median (5 %, 95 %)", ({ onsetError }) => {
          const { p5, median, p95 } = onsetError;
          return `${figure(median)} (${figure(p5)}, ${figure(p95)})`;
        }),
        row("repair to end of alarm, mean", ({ recovery }) => figure(recovery)),
        row("alarm to its end without repair, median", ({ falseRecovery }) =>
          falseRecovery >= 5000 ? "over 5000" : figure(falseRecovery),
        ),
      ],
    ),
    `The 95 % interval of the inbox rate holds the true rate: ${covered.join(", ")}.`,
  ].join("\n\n");
}

function troubles({ of, seed }: Scale): string {
  const rows = TROUBLES.map((trouble) => [
    trouble.name,
    ...([0, 0.25, "learned"] as const).map((nullAfterBad) =>
      figure(alarmsPerYear(trouble, nullAfterBad, of(200), seed)),
    ),
  ]);
  const price = ([0, 0.25, "learned"] as const).map((nullAfterBad) => {
    const rule = mailcanary("", defaultDetector({ nullAfterBad }));
    const after = FALLEN_TO.map((inbox) => ({ inbox, spamShare: 0.5 }));
    const falls = { before: HEALTHY, healthyCanaries: 3000, after };
    const noticed = delays(rule, falls, { stretches: of(500), fallsEach: 2, seed }, "ever");
    return noticed.map(({ mean }) => figure(mean)).join(" / ");
  });
  const shipped = mailcanary("", defaultDetector());
  const [fast, slow] = [14, 60].map((days) => figure(slowAttrition(shipped, days, of(1000), seed)));
  return [
    table(
      ["stream", "as shipped", "`nullAfterBad: 0.25`", "`nullAfterBad: learned`"],
      [...rows, ["the price: canaries until a fall to .9 / .8 / .5 / 0 is noticed", ...price]],
    ),
    `Slow attrition, bad rate .02 to .20 in a straight line: noticed after ${fast} canaries when it takes 14 days, after ${slow} when it takes 60 (48 canaries a day).`,
  ].join("\n\n");
}

function latency({ of, seed }: Scale): string {
  const shifts = [0.5, 1, 2, 3];
  const years = of(60);
  const alarms = NOISES.map(
    (noise) => `${figure(latencyFalseAlarmsPerYear(noise.draw, years, seed))} (${noise.name})`,
  );
  return [
    table(
      ["slower by, in standard deviations of the log", ...shifts.map(String)],
      [
        [
          "canaries, mean (95th percentile)",
          ...shifts.map((s) => meanAndP95(latencyDelay(s, of(1000), seed))),
        ],
      ],
    ),
    `False alarms a year, of ${years} years each: ${alarms.join(", ")}.`,
  ].join("\n\n");
}
