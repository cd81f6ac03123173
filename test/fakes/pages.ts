import type { Https, HttpsAnswer } from "../../src/domain/https.ts";

/** A web that holds these pages, text or another answer by URL; other hosts do not exist. */
export function literalHttps(pages: Readonly<Record<string, string | HttpsAnswer>>): Https {
  return {
    get(url) {
      const page = pages[url] ?? { kind: "no-host", detail: "the name has no address" };
      return Promise.resolve(typeof page === "string" ? answered(page) : page);
    },
  };
}

export function answered(body: string, status = 200, location?: string): HttpsAnswer {
  return { kind: "answered", status, contentType: "text/plain", location, body };
}
