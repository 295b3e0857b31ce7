"use strict";

/* Looks at every page of a built site and prints what it saw as JSON: node survey.cjs SITE

   SITE is the folder that a server would have as its root. Each page is opened in a fresh
   profile from a server and from disk, then the whole navigation is walked by clicking. */

const { pathToFileURL } = require("node:url");
const { launch } = require("./chromium.cjs");
const { axe, content, figures, listen, overflow, search, settle, switchTheme } = require("./observe.cjs");
const { pagesOf, serve } = require("./site.cjs");

const WIDTHS = [360, 768, 1440];
const WIDE = { width: 1440, height: 900 };
const AT_ONCE = 2;

/** Open one page in a profile of its own and look at it from all sides. */
async function visit(browser, site, address, { withAxe }) {
  const context = await browser.newContext({
    colorScheme: "light",
    reducedMotion: "reduce",
    viewport: WIDE,
  });
  const page = await context.newPage();
  const heard = await listen(page, site);
  await page.goto(site + address, { waitUntil: "networkidle" });
  await Promise.all(heard.pending);
  const seen = { bytes: heard.bytes, shift: await page.evaluate(() => window.shifted), axe: {} };
  await settle(page);
  seen.figures = [await figures(page)];
  Object.assign(seen, await content(page));
  if (withAxe) seen.axe.light = await axe(page);
  await switchTheme(page);
  seen.figures.push(await figures(page));
  if (withAxe) seen.axe.dark = await axe(page);
  seen.overflow = {};
  for (const width of WIDTHS) {
    seen.overflow[width] = await overflow(page, width);
    if (withAxe && width === WIDTHS[0]) seen.axe.narrow = await axe(page);
  }
  Object.assign(seen, { errors: heard.errors, outside: heard.outside });
  await context.close();
  return seen;
}

/** Bytes that a page costs a reader who comes from the home page. */
async function nextVisit(browser, site, home, address) {
  const context = await browser.newContext({ viewport: WIDE });
  const page = await context.newPage();
  await page.goto(site + home, { waitUntil: "networkidle" });
  const heard = await listen(page, site);
  await page.goto(site + address, { waitUntil: "networkidle" });
  await Promise.all(heard.pending);
  await context.close();
  return heard.bytes;
}

/** Click through the whole navigation, going back and forward once on each page. */
async function walk(browser, site, home) {
  const context = await browser.newContext({ reducedMotion: "reduce", viewport: WIDE });
  const page = await context.newPage();
  const heard = await listen(page, site);
  await page.goto(site + home, { waitUntil: "networkidle" });
  await page.evaluate(() => (window.neverReloaded = true));
  const steps = [];
  const arrive = async (address) => {
    await page.waitForURL(address);
    await page.waitForFunction(
      (path) => document.querySelector("a.md-nav__link--active")?.pathname === path,
      new URL(address).pathname,
    );
    await settle(page);
    return content(page);
  };
  const links = page.locator(".md-nav--primary a.md-nav__link[href]:not([href^='#'])");
  const addresses = await links.evaluateAll((all) => [...new Set(all.map((link) => link.href))]);
  for (const address of addresses.filter((address) => address !== page.url())) {
    const before = page.url();
    const link = links.filter({ visible: true });
    const hrefs = await link.evaluateAll((all) => all.map((one) => one.href));
    await link.nth(hrefs.indexOf(address)).click();
    const there = await arrive(address);
    await page.goBack();
    const back = await arrive(before);
    await page.goForward();
    const again = await arrive(address);
    const instant = await page.evaluate(() => window.neverReloaded === true);
    steps.push({ address: address.slice(site.length), before: before.slice(site.length), there, back, again, instant });
  }
  await context.close();
  return { steps, errors: heard.errors, outside: heard.outside };
}

async function searchFor(browser, site, address, words) {
  const context = await browser.newContext({ viewport: WIDE });
  const page = await context.newPage();
  await page.goto(site + address, { waitUntil: "networkidle" });
  const found = await search(page, words);
  await context.close();
  return found.map((link) => link.slice(site.length));
}

async function inTurns(items, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item; (item = queue.shift()) !== undefined; ) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function main([folder]) {
  const pages = pagesOf(folder);
  const home = pages.find((page) => page.endsWith("index.html"));
  const server = await serve(folder);
  const disk = `${pathToFileURL(folder)}/`;
  const browser = await launch();
  const survey = { pages, home, http: {}, file: {}, next: {}, search: {} };
  try {
    await inTurns(pages, async (page) => {
      survey.http[page] = await visit(browser, server.address, page, { withAxe: true });
      // The host shows this one at any address, so its links are absolute.
      if (page.endsWith("404.html")) return;
      survey.file[page] = await visit(browser, disk, page, { withAxe: false });
      survey.next[page] = await nextVisit(browser, server.address, home, page);
    });
    survey.walk = await walk(browser, server.address, home.replace("index.html", ""));
    for (const [kind, site] of [["http", server.address], ["file", disk]])
      survey.search[kind] = await searchFor(browser, site, home, survey.http[pages.at(-1)].heading);
  } finally {
    await browser.close();
    server.close();
  }
  process.stdout.write(JSON.stringify(survey));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
