/** The words of a canary. `{{token}}` in a body is replaced by the canary's token. */
export interface Template {
  /** A short fixed word: recorded with each canary, so that content and placement can be compared. */
  readonly name: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
}
