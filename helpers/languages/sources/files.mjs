// Sends the files of this folder to a browser: page.html, and what it imports.
import { createReadStream, existsSync } from "node:fs";
import { extname } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript" };

export function files(request, response) {
  const { pathname } = new URL(request.url, "http://page"); // has no ".." any more
  const path = pathname === "/" ? "./page.html" : `.${pathname}`;
  if (!(extname(path) in TYPES && existsSync(path))) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": TYPES[extname(path)] });
  createReadStream(path).pipe(response);
}
