"use strict";

/* Looks at the pages of a built site and prints what it saw as JSON:
   node survey.cjs SITE [PAGE…]

   SITE is the folder that a server would have as its root; without pages, all of them are
   looked at. Each is opened in a fresh profile from a server and from disk, then the whole
   navigation is walked by clicking. */

const os = require("node:os");
const { pathToFileURL } = require("node:url");
const { launch, open } = require("./chromium.cjs");
const {
  axe,
  content,
  drawings,
  figures,
  firstPicture,
  goTo,
  listen,
  meterScripts,
  overflow,
  settle,
  sheets,
  switchTheme,
} = require("./observe.cjs");
const { pagesOf, serve } = require("./site.cjs");

const WIDTHS = [360, 768, 1440];
const WIDE = { width: 1440, height: 900 };
// What a change of scheme or of width can change; the other rules look at the same elements.
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const WIDTH_RULES = ["scrollable-region-focusable", "target-size"];

/** Open one page in a profile of its own and look at it from all sides. */
async function visit(browser, site, address, { withAxe }) {
  const page = await open(browser, { colorScheme: "light", viewport: WIDE });
  const heard = await listen(page, site);
  const scripts = await meterScripts(page);
  await goTo(page, heard, site + address);
  const seen = {
    bytes: heard.bytes,
    shift: await page.evaluate(() => window.shifted),
    script: await scripts(),
    axe: {},
    overflow: {},
    drawings: {},
    sheets: {},
  };
  await settle(page);
  seen.figures = [await figures(page)];
  Object.assign(seen, await content(page));
  if (withAxe) seen.axe.light = await axe(page);
  await switchTheme(page);
  seen.figures.push(await figures(page));
  for (const width of [390, 1440]) seen.drawings[width] = await drawings(page, width);
  for (const width of [390, 1220]) seen.sheets[width] = await sheets(page, width);
  seen.screens = await firstPicture(page);
  if (withAxe) seen.axe.dark = await axe(page, COLOUR_RULES);
  for (const width of WIDTHS) seen.overflow[width] = await overflow(page, width);
  await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  if (withAxe) seen.axe.narrow = await axe(page, WIDTH_RULES);
  Object.assign(seen, { errors: heard.errors, outside: heard.outside });
  await page.context().close();
  return seen;
}

/** Bytes that a page costs a reader who comes from the home page. */
async function nextVisit(browser, site, home, address) {
  const page = await open(browser, { viewport: WIDE });
  const heard = await listen(page, site);
  await goTo(page, heard, site + home);
  const before = heard.bytes;
  await goTo(page, heard, site + address);
  await page.context().close();
  return heard.bytes - before;
}

/** The addresses in the navigation, in its order. */
const navigation = (page) =>
  page
    .locator(".md-nav--primary a.md-nav__link")
    .evaluateAll((links) => links.map(({ href }) => href).filter((href) => !href.includes("#")));

/** The visible link of the navigation to an address. */
const linkTo = (page, address) =>
  page.evaluateHandle(
    (href) =>
      [...document.querySelectorAll(".md-nav--primary a.md-nav__link")].find(
        (one) => one.href === href && one.checkVisibility(),
      ),
    address,
  );

/** Click through the whole navigation, going back and forward once on each page. */
async function walk(browser, site, home) {
  const page = await open(browser, { viewport: WIDE });
  const heard = await listen(page, site);
  await page.goto(site + home);
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
  const addresses = await navigation(page);
  for (const [index, address] of addresses.entries()) {
    if (index === 0) continue;
    const before = addresses[index - 1];
    const link = await linkTo(page, address);
    await link.click();
    const there = await arrive(address);
    await page.goBack();
    const back = await arrive(before);
    await page.goForward();
    const again = await arrive(address);
    const instant = await page.evaluate(() => window.neverReloaded === true);
    const name = address.slice(site.length) + "index.html";
    const nameBefore = before.slice(site.length) + "index.html";
    steps.push({ name, nameBefore, there, back, again, instant });
  }
  await page.context().close();
  return { steps, errors: heard.errors, outside: heard.outside };
}

/** Click from page to page in a folder opened from disk: {reached, errors}. */
async function clickFromDisk(browser, site, home) {
  const page = await open(browser, { viewport: WIDE });
  const heard = await listen(page, site);
  await page.goto(site + home);
  const reached = [];
  const here = page.url();
  for (const address of await navigation(page)) {
    if (address === here) continue;
    await (await linkTo(page, address)).click();
    await page.waitForURL(address);
    await settle(page);
    const { heading } = await content(page);
    // The theme fits the sidebar into the window, once its scripts have started.
    const fitted = await page.locator(".md-sidebar--primary .md-sidebar__scrollwrap[style]").count();
    reached.push({ name: address.slice(site.length), heading, fitted });
  }
  await page.context().close();
  return { reached, errors: heard.errors };
}

/** The language's first page. */
const homeOf = (pages) =>
  pages
    .filter((page) => page.endsWith("index.html"))
    .sort((one, other) => one.length - other.length)[0];

async function inTurns(items, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item; (item = queue.shift()) !== undefined; ) await work(item);
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
}

/** The pages of the studies are made from one template: every eighth of them is surveyed. */
const sample = (pages) => {
  const studies = pages.filter((page) => page.includes("/study-"));
  return pages.filter((page) => !studies.includes(page) || studies.indexOf(page) % 8 === 0);
};

async function main([folder, offline]) {
  const pages = sample(pagesOf(folder));
  const home = homeOf(pages);
  const server = await serve(folder);
  const disk = `${pathToFileURL(offline)}/`;
  // A host shows this one at any address, so its links are absolute.
  const files = sample(pagesOf(offline)).filter((page) => !page.endsWith("404.html"));
  const browser = await launch();
  const survey = { http: {}, file: {}, next: {} };
  try {
    await inTurns(pages, async (page) => {
      survey.http[page] = await visit(browser, server.address, page, { withAxe: true });
      if (page === home || page.endsWith("404.html")) return;
      survey.next[page] = await nextVisit(browser, server.address, home, page);
    });
    await inTurns(files, async (page) => {
      survey.file[page] = await visit(browser, disk, page, { withAxe: false });
    });
    survey.walk = await walk(browser, server.address, home.replace("index.html", ""));
    survey.fromDisk = await clickFromDisk(browser, disk, homeOf(files));
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
