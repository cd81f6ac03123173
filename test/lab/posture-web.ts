import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createSecureContext } from "node:tls";

/** A web server for a lab host: files below `/srv/www` and certificates by host, read for each request. */
const server = createServer(
  {
    SNICallback(name, answer) {
      const cert = readFileSync(`/etc/ssl/lab/${name}-cert.pem`);
      const key = readFileSync(`/etc/ssl/lab/${name}-key.pem`);
      answer(null, createSecureContext({ cert, key }));
    },
  },
  ({ url = "/" }, response) => {
    try {
      if (url.endsWith(".txt")) response.setHeader("Content-Type", "text/plain");
      response.end(readFileSync(`/srv/www${new URL(url, "https://lab").pathname}`));
    } catch {
      response.writeHead(404).end();
    }
  },
);
server.listen(443, "::");
