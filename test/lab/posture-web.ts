import { readFileSync } from "node:fs";
import { createServer } from "node:https";

/** A web server for a lab host: files below `/srv/www`, read anew for each request. */
const server = createServer(
  {
    cert: readFileSync("/etc/ssl/lab/web-cert.pem"),
    key: readFileSync("/etc/ssl/lab/web-key.pem"),
  },
  ({ url = "/" }, response) => {
    try {
      response.end(readFileSync(`/srv/www${new URL(url, "https://lab").pathname}`));
    } catch {
      response.writeHead(404).end();
    }
  },
);
server.listen(443, "::");
