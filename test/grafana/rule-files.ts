import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const RULES = "grafana/prometheus/rules";

export interface Rule {
  readonly expr: string;
  readonly alert?: string;
  readonly record?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Every rule of every file, in order. */
export function rules(): readonly Rule[] {
  return readdirSync(RULES).flatMap((file) => {
    const { groups } = parse(readFileSync(join(RULES, file), "utf8")) as {
      groups: readonly { rules: readonly Rule[] }[];
    };
    return groups.flatMap(({ rules }) => rules);
  });
}

/** Every alert rule. Several may share a name. */
export function alerts(): readonly (Rule & { readonly alert: string })[] {
  return rules().flatMap((rule) =>
    rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }],
  );
}
