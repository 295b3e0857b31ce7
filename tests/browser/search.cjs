"use strict";

/* Asks the search of a built site and prints what it offered as JSON:
   node search.cjs SITE OFFLINE HOME QUERY…

   SITE is the folder that a server would have as its root, OFFLINE the same pages for reading
   from disk; HOME is the folder of the first page in each. */

const { pathToFileURL } = require("node:url");
const { launch, open } = require("./chromium.cjs");
const { listen } = require("./observe.cjs");
const { serve } = require("./site.cjs");

const WIDE = { width: 1440, height: 900 };

/** What the page's language says where nothing is asked yet. */
const empty = (page) =>
  page.evaluate(
    () =>
      JSON.parse(document.querySelector("#__config").textContent).translations[
        "search.result.placeholder"
      ],
  );
const field = (page) => page.locator(".md-search__input");
const said = (page) => page.locator(".md-search-result__meta").textContent();
const says = (page, text, right = true) =>
  page.waitForFunction(
    ([text, right]) =>
      (document.querySelector(".md-search-result__meta").textContent.trim() === text) === right,
    [text, right],
  );

/** The pages that are offered, best first: each with its sections that are in sight. */
const offers = (page, site) =>
  page.locator(".md-search-result__item").evaluateAll(
    (items, site) =>
      items.map((item) =>
        [...item.querySelectorAll(":scope > a")].map(({ href }) =>
          href.slice(site.length).replace(/\?[^#]*/, ""),
        ),
      ),
    site,
  );

/** Put a query into the empty field at once, as the mouse or an input method does: no key. */
async function ask(page, site, query) {
  const nothing = await empty(page);
  await field(page).fill("");
  await says(page, nothing);
  await field(page).focus();
  await page.keyboard.insertText(query);
  await says(page, nothing, false);
  return { said: (await said(page)).trim(), offers: await offers(page, site) };
}

/** Type a query key by key, until the last answer is that to the whole. */
async function type(page, site, query, wanted) {
  await field(page).fill("");
  await says(page, await empty(page));
  await field(page).pressSequentially(query);
  await page.waitForFunction(
    (wanted) => document.querySelector(".md-search-result__meta").textContent.trim() === wanted,
    wanted.said,
  );
  return offers(page, site);
}

/** The first stops of the keyboard that nobody sees; a button stands for one that is an input. */
async function findUnseenStops(page) {
  const unseen = [];
  for (let stop = 0; stop < 12; stop++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => {
      const { tagName, className } = document.activeElement;
      const { width, height } = document.activeElement.getBoundingClientRect();
      return tagName === "INPUT" || width * height > 0 ? "" : className;
    });
    if (name) unseen.push(name);
  }
  return unseen;
}

async function askAll(browser, site, home, queries) {
  const page = await open(browser, { viewport: WIDE });
  const heard = await listen(page, site);
  await page.goto(site + home);
  const unseen = await findUnseenStops(page);
  await field(page).focus();
  const answers = {};
  for (const query of queries) answers[query] = await ask(page, site, query);
  const typed = await type(page, site, queries[0], answers[queries[0]]);
  const shown = await page.locator(".md-search-result__list").innerText();
  await ask(page, site, "wieght");
  const none = page.locator(".search-none");
  const offered = {
    words: await none.locator("button").allInnerTexts(),
    pages: await none.locator("a").evaluateAll((links) => links.map(({ href }) => href)),
  };
  await none.locator("button").first().click();
  await none.waitFor({ state: "detached" });
  offered.then = await offers(page, site);
  offered.pages = offered.pages.map((href) => href.slice(site.length));
  await page.context().close();
  return { answers, typed, shown, offered, unseen, errors: heard.errors };
}

async function main([folder, offline, home, ...queries]) {
  const server = await serve(folder);
  const disk = `${pathToFileURL(offline)}/`;
  const browser = await launch();
  try {
    const seen = {
      http: await askAll(browser, server.address, `${home}/`, queries),
      file: await askAll(browser, disk, `${home}/index.html`, queries),
    };
    process.stdout.write(JSON.stringify(seen));
  } finally {
    await browser.close();
    server.close();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
