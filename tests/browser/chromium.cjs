"use strict";

/* Chromium as all of these scripts start it: a fresh profile, and no connections besides
   those that the pages ask for. */

const { chromium } = require("playwright-core");

exports.launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** A page in a profile of its own; close its context when done. */
exports.open = async (browser, options) => {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  // Slow is not wrong: a machine that is busy with other things must not fail a test.
  context.setDefaultTimeout(120_000);
  return context.newPage();
};
