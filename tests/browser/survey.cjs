"use strict";

/* Looks at the pages of a built site and prints what it saw as JSON:
   node survey.cjs SITE OFFLINE FIRST DERIVED...

   SITE is the folder that a server would have as its root, OFFLINE the same pages for reading
   from disk. Each page is opened in a fresh profile from the server, then each language's
   navigation is walked by clicking. What is no other from disk, such as the layout, is looked at
   there on a few pages. The other languages have the elements, styles and scripts of the FIRST,
   whose navigation is also walked back and forward, and from disk: walks look into each of their
   pages, but every second is opened by itself, and every fourth of the DERIVED, which are written
   from another letter by letter; and Axe is asked about every third of those. */

const os = require("node:os");
const { pathToFileURL } = require("node:url");
const { launch, open } = require("./chromium.cjs");
const {
  axe,
  content,
  drawings,
  emptyFormulas,
  figures,
  firstPicture,
  goTo,
  listen,
  meterScripts,
  overflow,
  settle,
  sheets,
  Stalled,
  switchTheme,
  wideFormulas,
} = require("./observe.cjs");
const { pagesOf, serve } = require("./site.cjs");

const NARROWEST = 360;
// What is looked at in windows of each width: one change of width costs a page a whole layout.
const LOOKS = {
  1440: { drawings, overflow },
  1220: { sheets },
  768: { overflow },
  390: { drawings, wide: wideFormulas, sheets, screens: firstPicture },
  [NARROWEST]: { overflow },
};
const PHONE_HEIGHT = 844;
const WIDE = { width: 1440, height: 900 };
// Pages from disk that have one of everything: figures, formulas, a widget, tables, a program.
const FROM_DISK = /^en\/(?:scratch|claims|train|test-loss)\.html$|\/soft\.html$/;
// What a change of scheme or of width can change; the other rules look at the same elements.
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const WIDTH_RULES = ["scrollable-region-focusable", "target-size"];

/** Change the width of the window, and wait for what it shows then. */
async function resize(page, width) {
  await page.setViewportSize({ width, height: PHONE_HEIGHT });
  await settle(page);
}

/** Look at a new page in a profile of its own, and close it. */
async function lookAt(browser, options, look) {
  const page = await open(browser, { viewport: WIDE, ...options });
  try {
    return await look(page);
  } finally {
    await page.context().close();
  }
}

/** Open one page and look at it from all sides. */
async function visit(page, site, address, { withAxe }) {
  const heard = await listen(page, site);
  const scripts = await meterScripts(page);
  await goTo(page, heard, site + address);
  const seen = {
    bytes: { ...heard.bytes },
    shift: await page.evaluate(() => window.shifted),
    script: await scripts(),
    axe: {},
    overflow: {},
    drawings: {},
    wide: {},
    sheets: {},
    screens: {},
  };
  await settle(page);
  seen.figures = [await figures(page)];
  Object.assign(seen, await content(page));
  // Each change of width costs a whole layout: from the widest down to the narrowest, and back.
  for (const width of Object.keys(LOOKS).toReversed()) {
    if (Number(width) !== WIDE.width) await resize(page, Number(width));
    for (const [name, look] of Object.entries(LOOKS[width])) seen[name][width] = await look(page);
  }
  if (withAxe) await emptyFormulas(page);
  if (withAxe) seen.axe.narrow = await axe(page, WIDTH_RULES);
  await resize(page, WIDE.width);
  if (withAxe) seen.axe.light = await axe(page);
  await switchTheme(page);
  seen.figures.push(await figures(page));
  if (withAxe) seen.axe.dark = await axe(page, COLOUR_RULES);
  Object.assign(seen, { errors: heard.errors, outside: heard.outside });
  return seen;
}

/** The addresses in the navigation, in its order, without those in another language. */
const navigation = (page) =>
  page
    .locator(".md-nav--primary a.md-nav__link:not([hreflang])")
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

/** Click through the whole navigation; with `back`, go back and forward on every second page. */
async function walk(page, site, home, { back }) {
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
    const name = address.slice(site.length) + "index.html";
    const nameBefore = before.slice(site.length) + "index.html";
    const step = { name, nameBefore, there: await arrive(address) };
    if (back && index % 2) {
      await page.goBack();
      step.back = await arrive(before);
      await page.goForward();
      step.again = await arrive(address);
    }
    step.instant = await page.evaluate(() => window.neverReloaded === true);
    steps.push(step);
  }
  return { steps, errors: heard.errors, outside: heard.outside };
}

/** Click from page to page in a folder opened from disk: {reached, errors}. */
async function clickFromDisk(page, site, home) {
  const heard = await listen(page, site);
  await page.goto(site + home);
  const reached = [];
  const here = page.url();
  for (const address of await navigation(page)) {
    if (address === here) continue;
    await (await linkTo(page, address)).click();
    await page.waitForURL(address);
    await settle(page);
    // The theme fits the sidebar into the window, once its scripts have started.
    const fitted = await page.locator(".md-sidebar--primary .md-sidebar__scrollwrap[style]").count();
    reached.push({ name: address.slice(site.length), fitted, ...(await content(page)) });
  }
  return { reached, errors: heard.errors, outside: heard.outside };
}

/** The first page of each language. */
const homesOf = (pages) => pages.filter((page) => /^[^/]+\/index\.html$/.test(page));

/** The bytes of a page that a reader hasn't got who comes from another. */
const beyond = (page, other) =>
  Object.entries(page.bytes).reduce((sum, [url, size]) => sum + (url in other.bytes ? 0 : size), 0);

async function inTurns(tasks) {
  const queue = [...tasks];
  const worker = async () => {
    for (let task; (task = queue.shift()) !== undefined; )
      await task().catch((error) => {
        if (!(error instanceof Stalled)) throw error;
        console.error(`once more: ${error.message}`);
        return task();
      });
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
}

const languageOf = (page) => page.split("/")[0];

/** Of pages that are alike in a look, one in so many: `look` gives both for a page that has like. */
const thin = (pages, look) => {
  const seen = {};
  return pages.filter((page) => {
    const [alike, every] = look(page) ?? [page, 1];
    seen[alike] = (seen[alike] ?? -1) + 1;
    return seen[alike] % every === 0;
  });
};

/** What is opened: the pages of the studies, and those of another script, are made alike. */
const sample = (pages, first, derived) => {
  const homes = homesOf(pages);
  const studies = thin(pages, (page) => page.includes("/study-") ? ["study", 8] : null);
  return thin(studies, (page) => {
    const language = languageOf(page);
    if (language === first || homes.includes(page)) return null;
    return [language, derived.includes(language) ? 4 : 2];
  });
};

async function main([folder, offline, first, ...derived]) {
  const all = pagesOf(folder);
  const pages = sample(all, first, derived);
  const homes = homesOf(pages);
  const asked = thin(pages, (page) =>
    languageOf(page) === first || homes.includes(page) ? null : ["translated", 3],
  );
  const server = await serve(folder);
  const disk = `${pathToFileURL(offline)}/`;
  const files = pagesOf(offline).filter((page) => homes.includes(page) || FROM_DISK.test(page));
  const browser = await launch();
  const survey = { all, http: {}, file: {}, next: {}, walks: [] };
  const { address } = server;
  const light = { colorScheme: "light" };
  const tasks = [
    ...homes.map((home) => async () => {
      const back = languageOf(home) === first;
      const look = (page) => walk(page, address, home.replace("index.html", ""), { back });
      survey.walks.push(await lookAt(browser, {}, look));
    }),
    async () => {
      const home = homes.find((home) => languageOf(home) === first);
      survey.fromDisk = await lookAt(browser, {}, (page) => clickFromDisk(page, disk, home));
    },
    ...pages.map((name) => async () => {
      const look = (page) => visit(page, address, name, { withAxe: asked.includes(name) });
      survey.http[name] = await lookAt(browser, light, look);
    }),
    ...files.map((name) => async () => {
      const look = (page) => visit(page, disk, name, { withAxe: false });
      survey.file[name] = await lookAt(browser, light, look);
    }),
  ];
  try {
    await inTurns(tasks);
    for (const page of pages) {
      const home = homes.find((one) => languageOf(one) === languageOf(page));
      if (home && page !== home && !page.endsWith("404.html"))
        survey.next[page] = beyond(survey.http[page], survey.http[home]);
    }
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
