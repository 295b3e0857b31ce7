"use strict";

/* Opens pages in a browser, clicks what can be clicked, and prints for each whether a planted
   script ran (it sets `window.ran`) and what the console said: node payloads.cjs PAGE… */

const { pathToFileURL } = require("node:url");
const { launch, open } = require("./chromium.cjs");

async function visit(browser, file) {
  const page = await open(browser);
  const said = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => dialog.dismiss());
  await page.goto(file.startsWith("file:") ? file : pathToFileURL(file).href);
  const ran = await page.evaluate(async () => {
    for (const link of document.querySelectorAll("a[href^='javascript:'], a[href^='data:'], summary"))
      link.click();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return window.ran ?? 0;
  });
  await page.context().close();
  return { ran, said };
}

async function main(files) {
  const browser = await launch();
  try {
    const seen = {};
    for (const file of files) seen[file] = await visit(browser, file);
    process.stdout.write(JSON.stringify(seen));
  } finally {
    await browser.close();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
