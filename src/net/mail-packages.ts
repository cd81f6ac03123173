import { createRequire } from "node:module";
import type * as imapflow from "imapflow";
import type * as smtp from "nodemailer/lib/smtp-connection";

const require = createRequire(import.meta.url);

// In their CommonJS form: as ES modules nodemailer drags in all of Node's HTTP client, and imapflow
// a copy of what mailauth loads again as CommonJS. The difference is 3 MB and a tenth of the start.
const { ImapFlow, AuthenticationFailure } = require("imapflow") as typeof imapflow;
const SMTPConnection = require("nodemailer/lib/smtp-connection") as typeof smtp.default;

export { AuthenticationFailure, ImapFlow, SMTPConnection };
