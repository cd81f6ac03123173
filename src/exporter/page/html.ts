/** Text that is already HTML; everything else that goes into a page is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | undefined | readonly Part[];

/** Builds HTML; every inserted value that is not Html itself is escaped. Undefined inserts nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.reduce((text, string, index) => text + render(parts[index - 1]) + string),
  );
}

/** Escaped text in which what stands between backticks is code. */
export function prose(text: string): Html {
  return new Html(escape(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>"));
}

function render(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string") return escape(part);
  if (typeof part === "number") return String(part);
  return part.map(render).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters and direction overrides go: a stranger's header must not reorder our words. */
function escape(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
