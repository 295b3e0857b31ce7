"use strict";

/* Filters the page of all claims and prints what is in sight as JSON: node claims.cjs SITE */

const { launch, open } = require("./chromium.cjs");
const { listen, settle } = require("./observe.cjs");
const { serve } = require("./site.cjs");

const look = (page) =>
  page.evaluate(() => {
    const shown = (one) => one.checkVisibility();
    return {
      form: shown(document.querySelector(".claim-filter")),
      said: document.querySelector(".claim-filter output").textContent,
      all: document.querySelectorAll(".docket").length,
      entries: [...document.querySelectorAll(".docket")].filter(shown).map((one) => ({
        name: one.querySelector("[id]").id,
        ...one.dataset,
      })),
      headings: [...document.querySelectorAll("h2[id]")].filter(shown).map((one) => one.id),
    };
  });

async function main([folder]) {
  const server = await serve(folder);
  const browser = await launch();
  const address = `${server.address}en/claims/`;
  try {
    const still = await open(browser, { javaScriptEnabled: false });
    await still.goto(address);
    const page = await open(browser, {});
    const heard = await listen(page, server.address);
    await page.goto(address);
    await settle(page);
    const seen = { first: await look(page) };
    for (const [name, value] of [["order", "margin"], ["order", ""], ["basis", "proved"], ["page", "hard"]]) {
      await page.selectOption(`select[name=${name}]`, value);
      seen[value || "again"] = await look(page);
    }
    seen.still = {
      form: await still.locator(".claim-filter").isVisible(),
      entries: await still.locator(".docket").evaluateAll((all) => all.length),
    };
    process.stdout.write(JSON.stringify({ ...seen, errors: heard.errors }));
  } finally {
    await browser.close();
    server.close();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
