import { z } from "zod";
import type { Template } from "../domain/template.ts";
import { freeText, label, section, wrongKind } from "./values.ts";

/** RFC 5322 §2.1.1: a line is at most 998 octets; a subject that people write is far shorter. */
const MAX_SUBJECT_LENGTH = 150;
/** Far more than a letter; canaries are small. */
const MAX_BODY_LENGTH = 50_000;
const TOKEN = "{{token}}";

/** An entry of `templates`: the words of a canary. */
export function templateSection() {
  return section("a template (name, subject, text)", {
    name: label("template").describe("Your word for it; recorded with each canary."),
    subject: freeText("one line of text", MAX_SUBJECT_LENGTH).describe("The subject."),
    text: body().describe(`The text, with ${TOKEN} somewhere in it.`),
    html: body().optional().describe(`The same as HTML, with ${TOKEN} somewhere in it.`),
  }).transform(({ name, subject, text, html }): Template => ({ name, subject, text, html }));
}

function body() {
  const expected = `text with ${TOKEN}, by which the canary is recognised`;
  return z
    .string({ error: ({ input }) => `${wrongKind(input)}, expected ${expected}` })
    .transform((text, context) => {
      const wrong = wrongBody(text);
      if (wrong === undefined) return text;
      context.addIssue({ code: "custom", message: `${wrong}, expected ${expected}` });
      return z.NEVER;
    });
}

function wrongBody(text: string): string | undefined {
  if (text.length > MAX_BODY_LENGTH) return `is longer than ${MAX_BODY_LENGTH} characters`;
  if (/[^\P{Cc}\t\r\n]/u.test(text)) return "contains a control character";
  return text.includes(TOKEN) ? undefined : `has no ${TOKEN}`;
}
