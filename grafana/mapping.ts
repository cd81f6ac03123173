import { MappingType, type ValueMapping } from "@grafana/grafana-foundation-sdk/dashboard";

/** What a value means, and its colour. */
export type Meaning = readonly [value: string, text: string, color?: Color];

export type Color = "green" | "yellow" | "orange" | "red" | "purple" | "blue" | "gray";

/** Shows words in place of numbers or keys. */
export function words(meanings: readonly Meaning[]): ValueMapping {
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      meanings.map(([value, text, color], index) => [
        value,
        { text, index, ...(color !== undefined && { color }) },
      ]),
    ),
  };
}
