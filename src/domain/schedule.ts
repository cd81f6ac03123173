/** When a check runs. All cron expressions are read in UTC, where no hour is skipped or repeated. */
export type Schedule =
  | { readonly kind: "every"; readonly everyMs: number }
  | { readonly kind: "cron"; readonly expression: string };
