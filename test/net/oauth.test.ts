import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { OAuth2Credentials } from "../../src/domain/endpoint.ts";
import { MINUTE } from "../../src/domain/duration.ts";
import { Secret } from "../../src/domain/secret.ts";
import { createTokens } from "../../src/net/oauth.ts";

const never = new AbortController().signal;

describe("asking", () => {
  it("exchanges the refresh token for an access token", async () => {
    const server = await tokenServer(() => granted({ access_token: "a1" }));
    const tokens = createTokens({ clock: clockAt(1_000) });
    const auth = credentials(server.url, { scope: "https://mail.example/" });

    expect(await tokens.accessToken(auth, never)).toBe("a1");
    expect(server.requests).toEqual([
      {
        grant_type: "refresh_token",
        refresh_token: "r0",
        client_id: "us",
        client_secret: "client-secret",
        scope: "https://mail.example/",
      },
    ]);
    expect(tokens.expiresAt(auth)).toBe(1_000 + 60 * MINUTE);
  });

  it("sends no secret for a client that has none", async () => {
    const server = await tokenServer(() => granted({}));
    const auth = credentials(server.url, { clientSecret: undefined });
    await createTokens({ clock: clockAt(0) }).accessToken(auth, never);
    expect(server.requests[0]).not.toHaveProperty("client_secret");
  });

  it("does not mind an ID token: it asked for access, not for a name", async () => {
    const server = await tokenServer(() => granted({ id_token: "e30.e30.e30" }));
    expect(await once(server.url)).toBe("access");
  });

  it("refuses to send secrets unencrypted over a network", async () => {
    await expect(once("http://login.example.org/token")).rejects.toThrow(/https/);
    await expect(once("http://127.0.0.1.example.org/token")).rejects.toThrow(/https/);
    await expect(once("nonsense")).rejects.toThrow(/https/);
  });
});

describe("keeping", () => {
  it("asks once for all who wait", async () => {
    const server = await tokenServer(() => granted({}));
    const tokens = createTokens({ clock: clockAt(0) });
    const auth = credentials(server.url);
    await Promise.all([1, 2, 3].map(() => tokens.accessToken({ ...auth }, never)));
    expect(server.requests).toHaveLength(1);
  });

  it("replaces a token five minutes before its end", async () => {
    const server = await tokenServer((nth) => granted({ access_token: `a${nth}` }));
    const clock = clockAt(0);
    const tokens = createTokens({ clock });
    const auth = credentials(server.url);

    expect(await tokens.accessToken(auth, never)).toBe("a1");
    clock.at = 54 * MINUTE;
    expect(await tokens.accessToken(auth, never)).toBe("a1");
    clock.at = 55 * MINUTE;
    expect(await tokens.accessToken(auth, never)).toBe("a2");
  });

  it("uses the refresh token that the provider put in place of the old one", async () => {
    const server = await tokenServer((nth) => granted({ refresh_token: `r${nth}` }));
    const clock = clockAt(0);
    const tokens = createTokens({ clock });
    const auth = credentials(server.url);
    await tokens.accessToken(auth, never);
    clock.at = 60 * MINUTE;
    await tokens.accessToken(auth, never);
    expect(server.requests.map((request) => request["refresh_token"])).toEqual(["r0", "r1"]);
  });

  it.each([
    ["no lifetime", { expires_in: undefined }, 10 * MINUTE],
    ["a lifetime of a century", { expires_in: 3e9 }, 24 * 60 * MINUTE],
  ])("copes with %s", async (_, part, expiresAt) => {
    const server = await tokenServer(() => granted(part));
    const tokens = createTokens({ clock: clockAt(0) });
    const auth = credentials(server.url);
    await tokens.accessToken(auth, never);
    expect(tokens.expiresAt(auth)).toBe(expiresAt);
  });

  it("asks again after a failure", async () => {
    const server = await tokenServer((nth) => (nth === 1 ? plain(503) : granted({})));
    const tokens = createTokens({ clock: clockAt(0) });
    const auth = credentials(server.url);
    await expect(tokens.accessToken(auth, never)).rejects.toMatchObject({ reason: "unreachable" });
    expect(await tokens.accessToken(auth, never)).toBe("access");
  });
});

describe("failing", () => {
  it.each([
    ["a dead refresh token", json(400, { error: "invalid_grant" }), "login", /Testing/],
    ["a wrong client secret", json(401, { error: "invalid_client" }), "login", /clientSecret/],
    [
      "a nonsensical reason",
      json(400, { error: "invalid_grant", error_description: [{}] }),
      "login",
      /./,
    ],
    ["a wrong scope", json(400, { error: "invalid_scope" }), "login", /scope/],
    ["a refusal in words of its own", json(400, { error: "odd" }), "protocol", /odd.*tokenUrl/],
    ["a bare 401", plain(401), "login", /clientId/],
    ["a page", plain(200), "protocol", /no usable access token/],
    ["an empty token", granted({ access_token: "" }), "protocol", /no usable access token/],
    ["an unknown kind of token", granted({ token_type: "mac" }), "protocol", /no usable/],
    ["a redirect", plain(302), "protocol", /tokenUrl/],
    ["no content", plain(204), "protocol", /tokenUrl/],
    ["too many requests", plain(429), "unreachable", /later/],
    ["a broken server", json(500, { error: "invalid_grant" }), "unreachable", /later/],
    ["an endless answer", endless, "protocol", /too long/],
  ])("tells what to do about %s", async (_, listener, reason, message) => {
    const server = await tokenServer(() => listener);
    const error = await once(server.url).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "TokenError", reason });
    expect((error as Error).message).toMatch(message);
  });

  it("names a server that is not there", async () => {
    const server = await tokenServer(() => granted({}));
    await server.close();
    await expect(once(server.url)).rejects.toMatchObject({
      reason: "unreachable",
      message: expect.stringMatching(/127\.0\.0\.1.*ECONNREFUSED/) as string,
    });
  });

  it.each([
    ["says nothing", silent],
    ["stops in the middle", stopsInTheMiddle],
  ])("gives up on a server that %s", async (_, listener) => {
    const server = await tokenServer(() => listener);
    const tokens = createTokens({ clock: clockAt(0), refreshTimeoutMs: 50 });
    await expect(tokens.accessToken(credentials(server.url), never)).rejects.toMatchObject({
      reason: "timeout",
    });
  });

  it("prints no secret that the server sends back, and nothing but plain text", async () => {
    const description = `r0 and client-secret\u001b[31m\r\n${"x".repeat(1_000)}`;
    const server = await tokenServer(() =>
      json(400, { error: "invalid_grant", error_description: description }),
    );
    const error = (await once(server.url).catch((error: unknown) => error)) as Error;
    expect(error.message).toContain("[secret] and [secret]");
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.message.length).toBeLessThan(1_000);
    expect(error.cause).toBeUndefined();
  });
});

describe("leaving", () => {
  it("lets one caller go while the others wait on", async () => {
    const gate = Promise.withResolvers<void>();
    const server = await tokenServer(() => (request, response) => {
      void gate.promise.then(() => granted({})(request, response));
    });
    const tokens = createTokens({ clock: clockAt(0) });
    const auth = credentials(server.url);
    const hurried = new AbortController();
    const first = tokens.accessToken(auth, hurried.signal);
    const second = tokens.accessToken(auth, never);

    hurried.abort(new Error("shutting down"));
    await expect(first).rejects.toThrow("shutting down");
    gate.resolve();
    expect(await second).toBe("access");
  });

  it("hangs up when the last caller has gone, and starts anew for the next", async () => {
    const hungUp = Promise.withResolvers<void>();
    const server = await tokenServer((nth) =>
      nth === 1 ? (request) => void request.socket.on("close", hungUp.resolve) : granted({}),
    );
    const tokens = createTokens({ clock: clockAt(0) });
    const auth = credentials(server.url);
    const caller = new AbortController();
    const asked = tokens.accessToken(auth, caller.signal);
    await server.asked;

    caller.abort(new Error("shutting down"));
    await expect(asked).rejects.toThrow("shutting down");
    expect(await tokens.accessToken(auth, never)).toBe("access");
    await hungUp.promise;
  });

  it("does not ask for a caller who has gone already", async () => {
    const server = await tokenServer(() => granted({}));
    const tokens = createTokens({ clock: clockAt(0) });
    const gone = AbortSignal.abort(new Error("gone"));
    await expect(tokens.accessToken(credentials(server.url), gone)).rejects.toThrow("gone");
    expect(server.requests).toHaveLength(0);
  });
});

function once(url: string): Promise<string> {
  return createTokens({ clock: clockAt(0) }).accessToken(credentials(url), never);
}

function credentials(tokenUrl: string, part: Partial<OAuth2Credentials> = {}): OAuth2Credentials {
  return {
    kind: "oauth2",
    user: "seed@example.org",
    tokenUrl,
    clientId: "us",
    clientSecret: new Secret("client-secret"),
    refreshToken: new Secret("r0"),
    scope: undefined,
    ...part,
  };
}

/** A clock that stands still until it is set. */
function clockAt(start: number) {
  return {
    at: start,
    now() {
      return this.at;
    },
    monotonic() {
      return this.at;
    },
    sleep: () => Promise.reject(new Error("nobody sleeps here")),
  };
}

/** A token endpoint; `answer` chooses by how often it was asked. */
async function tokenServer(answer: (nth: number) => RequestListener) {
  const requests: Record<string, string>[] = [];
  const asked = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      requests.push(Object.fromEntries(new URLSearchParams(body)));
      asked.resolve();
      answer(requests.length)(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return { url, requests, asked: asked.promise, close };
}

function json(status: number, body: object): RequestListener {
  return (_, response) => {
    response.writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      "www-authenticate": 'Basic realm="token"',
    });
    response.end(JSON.stringify(body));
  };
}

function granted(part: object): RequestListener {
  return json(200, { access_token: "access", token_type: "Bearer", expires_in: 3_600, ...part });
}

function plain(status: number): RequestListener {
  return (_, response) => {
    response.writeHead(status, { "content-type": "text/html", location: "/elsewhere" });
    response.end(status === 204 ? undefined : "<h1>Sorry</h1>");
  };
}

const silent: RequestListener = () => undefined;

const stopsInTheMiddle: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"access_token":');
};

const endless: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const more = () => {
    while (!response.destroyed && response.write("x".repeat(16_384)));
  };
  response.on("drain", more);
  more();
};
