import type { Template } from "../domain/template.ts";

/**
 * The words of canaries when the operator gives none: short notes as people write them. No links, no
 * numbers that look like money, nothing to sell; so that the route is judged and not the words.
 */
export const BUILT_IN_TEMPLATES: readonly Template[] = [
  note(
    "meeting",
    "Meeting moved to Thursday",
    "Hi,",
    "the room is taken on Wednesday, so we meet on Thursday at ten instead. I have told Martin and Eva already. Please bring the notes from last time.",
  ),
  note(
    "minutes",
    "Notes from this morning",
    "Hello,",
    "here is the short version: the fence is repaired next week, Anna asks the neighbours about the hedge, and we talk about the shed again in autumn. Tell me if I forgot something.",
  ),
  note(
    "garden",
    "The tomatoes",
    "Hi,",
    "we were away for ten days and the tomatoes did very well without us. There are more than we can eat, so come by and take some. The key is where it always is.",
  ),
  note(
    "bicycle",
    "Your bicycle is done",
    "Hello,",
    "the chain is new and the brakes grip again. I also straightened the rear wheel a little. You can fetch it any evening after six.",
  ),
  note(
    "choir",
    "Practice on Tuesday",
    "Dear all,",
    "we begin half an hour later on Tuesday because the hall is still in use before us. Please look at the second part of the new piece at home; the altos have the hardest bars.",
  ),
  note(
    "trip",
    "Train on Saturday",
    "Hi,",
    "I looked at the timetable: the train at quarter past eight gets us there before eleven, and we have a seat the whole way. I will wait at the front of the platform.",
  ),
  note(
    "book",
    "The book you lent me",
    "Hello,",
    "I finished it last night and liked the second half much better than the first. I will bring it along on Sunday. Do you have anything else by her?",
  ),
  note(
    "cellar",
    "Key for the cellar",
    "Hi,",
    "the spare key hangs in the kitchen again, behind the door. The light on the stairs is broken, so take a torch with you. I will see to it at the weekend.",
  ),
];

function note(name: string, subject: string, greeting: string, words: string): Template {
  const text = `${greeting}\n\n${wrapped(words)}\n\nBest wishes\n\nRef: {{token}}\n`;
  return { name, subject, text, html: undefined };
}

/** Lines of at most 72 characters, as a mail program sets them. */
function wrapped(words: string): string {
  return words.replaceAll(/(?=\S)(.{1,72})(?: |$)/g, "$1\n").trimEnd();
}
