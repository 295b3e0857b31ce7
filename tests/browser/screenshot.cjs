"use strict";

/* Photographs every page of a built site: node screenshot.cjs SITE OUT [PAGE…]

   SITE is the folder that a server would have as its root. OUT gets one PNG of the full
   page for each page, at 390 and 1440 px, in light and dark. */

const fs = require("node:fs");
const path = require("node:path");
const { launch, open } = require("./chromium.cjs");
const { settle } = require("./observe.cjs");
const { pagesOf, serve } = require("./site.cjs");

const WIDTHS = [390, 1440];
const SCHEMES = ["light", "dark"];

async function main([site, out, ...wanted]) {
  const pages = pagesOf(site).filter((page) => !wanted.length || wanted.includes(page));
  const server = await serve(site);
  const browser = await launch();
  fs.mkdirSync(out, { recursive: true });
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      const page = await open(browser, { colorScheme, viewport: { width, height: 900 } });
      for (const address of pages) {
        await page.goto(server.address + address);
        await settle(page);
        const name = address.replace(/(\/?index)?\.html$/, "").replaceAll("/", "_");
        const file = path.join(out, `${name}-${width}-${colorScheme}.png`);
        await page.screenshot({ path: file, fullPage: true });
        console.log(file);
      }
      await page.context().close();
    }
  }
  await browser.close();
  server.close();
}

main(process.argv.slice(2));
