"use strict";

/* A built site's folder: the pages in it, and a server for it on a free port. */

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const zlib = require("node:zlib");

const TYPES = {
  ".css": "text/css",
  ".csv": "text/csv",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};

/** Addresses of the pages that stand in the site's own frame, in alphabetical order. */
exports.pagesOf = (site) =>
  fs
    .readdirSync(site, { recursive: true })
    .map((name) => name.replaceAll(path.sep, "/"))
    .filter((name) => name.endsWith(".html"))
    .filter((name) => fs.readFileSync(path.join(site, name), "utf-8").includes("md-content"))
    .sort();

/** The sitemap as it would be if this server were the one that the site was built for.

    Instant navigation follows links to pages that the sitemap lists, and only those. */
const rehosted = (sitemap, home) => {
  const addresses = [...sitemap.matchAll(/<loc>(.*?)<\/loc>/g)].map((found) => found[1]);
  const built = addresses.toSorted((one, other) => one.length - other.length)[0];
  return sitemap.replaceAll(`<loc>${built}`, `<loc>${home}`);
};

/** Serve the folder as a static host does, gzip and caching included: {address, close}. */
exports.serve = (site) => {
  const bodies = new Map(); // a file is asked for by every fresh profile
  const server = http.createServer((request, response) => {
    let file = path.join(site, decodeURIComponent(new URL(request.url, "http://site").pathname));
    if (fs.existsSync(file) && fs.statSync(file).isDirectory()) file = path.join(file, "index.html");
    if (!fs.existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    const headers = { "Content-Type": type, "Cache-Control": "max-age=600" };
    const packed = !type.startsWith("font") && type !== "application/octet-stream";
    if (packed) headers["Content-Encoding"] = "gzip";
    if (!bodies.has(file)) {
      let body = fs.readFileSync(file);
      if (path.basename(file) === "sitemap.xml")
        body = rehosted(body.toString(), new URL(".", `http://${request.headers.host}${request.url}`));
      bodies.set(file, packed ? zlib.gzipSync(body) : body);
    }
    response.writeHead(200, headers).end(bodies.get(file));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        address: `http://127.0.0.1:${server.address().port}/`,
        close: () => server.close(),
      }),
    );
  });
};
