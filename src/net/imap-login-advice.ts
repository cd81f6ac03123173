import type { Credentials, Endpoint } from "../domain/endpoint.ts";

/** Microsoft ended passwords for IMAP in 2022 (Exchange Online) and 2024 (Outlook.com). */
const MICROSOFT = /(?:^|\.)(?:outlook|office365|hotmail|live)\.(?:com|de)$/i;
const GOOGLE = /(?:^|\.)(?:gmail|googlemail|google)\.com$/i;

/** What to do when a server refuses the login; `said` are its words. */
export function loginAdvice(
  { endpoint, auth }: { readonly endpoint: Endpoint; readonly auth: Credentials },
  said: string,
): string {
  const words = said === "" ? "" : ` (${said})`;
  return `${endpoint.host} refuses the login of ${auth.user}${words}: ${remedy(endpoint, auth)}`;
}

function remedy({ host }: Endpoint, auth: Credentials): string {
  if (auth.kind === "oauth2") {
    return (
      "check that user is the address of the account that gave the refresh token, that IMAP is " +
      "switched on for it, and that the token's scope covers IMAP (Google: " +
      "https://mail.google.com/, Microsoft: https://outlook.office.com/IMAP.AccessAsUser.All)."
    );
  }
  if (MICROSOFT.test(host)) {
    return "Microsoft takes no passwords over IMAP any more, app passwords included: use OAuth2.";
  }
  if (GOOGLE.test(host)) {
    return "Google wants an app password (it needs 2-step verification) or OAuth2.";
  }
  return (
    "check user and password. Many providers want an app password here, or IMAP to be switched " +
    "on in the mailbox's settings first."
  );
}
