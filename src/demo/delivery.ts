import { randomUUID } from "node:crypto";
import type { FaultBoard } from "./fault-board.ts";
import type { Account } from "./imap/account.ts";
import type { ProviderPlan } from "./providers.ts";
import { receiverStamps } from "./stamps.ts";

/** A message on its way from the operator's server to a provider. */
export interface Letter {
  readonly envelopeFrom: string;
  /** Octets as latin1 text, with what the operator's server added. */
  readonly raw: string;
}

/** A provider's way from its MX to a folder. */
export interface Delivery extends Disposable {
  accept(letter: Letter): void;
}

export interface DeliveryOptions {
  readonly plan: ProviderPlan;
  readonly account: Account;
  readonly faults: FaultBoard;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
  /** Factor on the provider's transit times; 0 delivers at once. */
  readonly slowness: number;
}

/** Judges a message when it comes in and stores it a little later. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { plan, account, faults, random } = options;
  const underway = new Set<NodeJS.Timeout>();
  return {
    accept({ envelopeFrom, raw }) {
      if (happens("drop-at")) return;
      const spam = happens("spam-at");
      const stamps = receiverStamps(plan, {
        envelopeFrom,
        receivedAt: Date.now(),
        queueId: randomUUID().slice(-12).toUpperCase(),
        dkimPasses: faults.find("break-dkim") === undefined,
        spam,
        mood: random(),
      });
      const timer = setTimeout(() => {
        underway.delete(timer);
        account.store(spam ? plan.spamFolder.path : "INBOX", stamps + raw);
      }, transitMs());
      underway.add(timer);
    },
    [Symbol.dispose]() {
      for (const timer of underway) clearTimeout(timer);
    },
  };

  function happens(kind: "drop-at" | "spam-at"): boolean {
    const fault = faults.find(kind, plan.name);
    return fault !== undefined && random() < fault.amount;
  }

  function transitMs(): number {
    const [least, most] = plan.transitMs;
    const delayMs = faults.find("delay-at", plan.name)?.amount ?? 0;
    return (least + random() * (most - least)) * options.slowness + delayMs;
  }
}
