/** A receiver's filter, with a rule of the lab's that calls a share of all mail spam. */
export interface SpamFilter {
  /** For Postfix' `smtpd_milters`. */
  readonly milter: string;
  /** What the filter writes into mail that it takes for spam. */
  readonly mark: { readonly header: string; readonly value: string };
  /** Each further message is spam with this probability, 0 to 1, whatever the other rules say. */
  setSpamProbability(probability: number): Promise<void>;
}
