"use strict";

/* Opens pages in a browser, clicks what can be clicked, and prints for each whether a planted
   script ran (it sets `window.ran`) and what the console said: node payloads.cjs PAGE… */

const { pathToFileURL } = require("node:url");
const { launch, open } = require("./chromium.cjs");

/** A tab that is led from page to page: each has a window of its own, and so a `window.ran`. A
    profile for each would cost more than all that the pages do. */
async function openTab(browser) {
  const page = await open(browser);
  let said = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => dialog.dismiss());
  return async (file) => {
    said = [];
    await page.goto(file.startsWith("file:") ? file : pathToFileURL(file).href);
    const ran = await page.evaluate(async () => {
      const links = "a[href^='javascript:'], a[href^='data:'], summary";
      for (const link of document.querySelectorAll(links)) link.click();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return window.ran ?? 0;
    });
    return { ran, said };
  };
}

async function main(files) {
  const browser = await launch();
  try {
    const visit = await openTab(browser);
    const seen = {};
    for (const file of files) seen[file] = await visit(file);
    process.stdout.write(JSON.stringify(seen));
  } finally {
    await browser.close();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
