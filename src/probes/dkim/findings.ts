import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";

export const FINDINGS = {
  "dkim-key-missing": {
    severity: "fail",
    title: "No DKIM key is published where signatures say it is",
    advice: "Publish the signer's public key at the name in the detail.",
    explainedBy: ["resolver-invents"],
  },
  "dkim-several-keys": {
    severity: "fail",
    title: "Several records are published for one DKIM selector",
    advice:
      "What receivers make of it is undefined (RFC 6376 §3.6.2.2): most take whichever comes first. Keep the signer's, remove the others.",
  },
  "dkim-key-broken": {
    severity: "fail",
    title: "The DKIM key record cannot be read",
    advice: "Publish it again as your signer's tool wrote it; the detail says what is wrong.",
  },
  "dkim-key-unusable": {
    severity: "fail",
    title: "The DKIM key record does not allow signatures of mail",
    advice: "Publish the record in the detail.",
  },
  "dkim-key-revoked": {
    severity: "fail",
    title: "The DKIM key that should sign is revoked",
    advice: "An empty p= withdraws the key. Sign with another selector, or publish the key again.",
  },
  "dkim-key-weak": {
    severity: "fail",
    title: "The DKIM key is too short to count",
    advice:
      "Receivers ignore RSA keys below 1024 bits (RFC 8301 §3.2). Make one of 2048 bits under a new selector.",
  },
  "dkim-key-short": {
    severity: "warn",
    title: "The DKIM key is short",
    advice: "Signers should use at least 2048 bits (RFC 8301 §3.2). Rotate to a longer key.",
  },
  "dkim-testing": {
    severity: "warn",
    title: "The DKIM key says that it is for testing",
    advice:
      "t=y asks receivers to treat signed mail as unsigned. Publish the record in the detail.",
  },
  "dkim-key-mismatch": {
    severity: "fail",
    title: "The published DKIM key is not the one that signs",
    advice: "Publish the signer's public key; the detail shows how to print it.",
  },
  "dkim-not-signed": {
    severity: "fail",
    title: "Mail leaves without the domain's DKIM signature",
    advice: "See whether your signer runs and knows the domain; its log says why it did not sign.",
  },
  "dkim-rotation": {
    severity: "warn",
    title: "A DKIM key rotation is under way",
    advice:
      "Mail is signed with a selector that the config file does not name, and verifies. Name it in dkim of the route; the detail says what becomes of the old key.",
  },
  "dkim-rotated": {
    severity: "warn",
    title: "The config file names a DKIM selector that is no longer in use",
    advice:
      "The rotation is complete: in dkim of the route, name the selector that signs instead of the one that is gone.",
  },
  "dkim-key-old": {
    severity: "warn",
    title: "The DKIM key is due for rotation",
    advice:
      "It has been in use for longer than a key should be (dkim: rotate_after: in the config file, a year by default). Make a new key, publish it under a new selector, let the signer use it, and remove the old record a week later; the detail says where somebody else keeps the key.",
  },
  "dkim-undecided": {
    severity: "unknown",
    title: "A DKIM key could not be looked up",
    advice: "The DNS did not answer; the detail says what it said.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

export type DkimFinding = keyof typeof FINDINGS;
