"use strict";

/* What can be seen of one page in a browser. The functions take a Playwright page and
   report facts; whether those are right is for the tests to say. */

const fs = require("node:fs");

const QUIET_MS = 750;
const PATIENCE_MS = 60_000; // a busy machine draws a frame in some tenths of a second
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");

/** Listen to a page from before its first request. `site` is where its addresses begin. */
exports.listen = async (page, site) => {
  const heard = { errors: [], outside: [], bytes: {}, sizes: [], last: Date.now() };
  page.on("console", (message) => {
    if (message.type() === "error") heard.errors.push(message.text());
  });
  page.on("pageerror", (error) => heard.errors.push(error.message));
  page.on("request", (request) => {
    heard.last = Date.now();
    const address = request.url();
    if (!address.startsWith(site) && !/^(?:data|blob|about):/.test(address))
      heard.outside.push(address);
  });
  page.on("requestfailed", (request) => {
    heard.last = Date.now();
    // A page that is left drops what it still waits for.
    if (request.failure()?.errorText !== "net::ERR_ABORTED")
      heard.errors.push(`${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("requestfinished", (request) => {
    heard.last = Date.now();
    heard.sizes.push(
      request.sizes().then(
        // What comes from the cache counts as less than nothing.
        (sizes) => (heard.bytes[request.url()] = Math.max(sizes.responseBodySize, 0)),
        () => {},
      ),
    );
  });
  await page.addInitScript(() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  return heard;
};

/** Open an address and wait for all that the page asks for by itself, now or for later pages.

    Chromium never reports the end of some of the requests that the search makes from disk,
    so this waits for quiet and not, like Playwright's "networkidle", for the last end. */
exports.goTo = async (page, heard, address) => {
  await page.goto(address);
  await page.waitForFunction(() =>
    [...document.querySelectorAll("link[rel=prefetch]")].every(
      ({ href }) => performance.getEntriesByName(href).length > 0,
    ),
  );
  while (Date.now() - heard.last < QUIET_MS) await page.waitForTimeout(QUIET_MS / 5);
  await Promise.all(heard.sizes);
};

/** What is thrown where the browser has stopped drawing a page, which then waits for ever. */
class Stalled extends Error {}
exports.Stalled = Stalled;

/** Wait for two frames: scripts that watch sizes are told within one. */
exports.frames = async (page) => {
  const came = await page.evaluate(
    (patience) =>
      new Promise((done) => {
        setTimeout(() => done(false), patience);
        requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
      }),
    PATIENCE_MS,
  );
  if (!came) throw new Stalled(`${page.url()} isn't drawn any more`);
};

/** Wait until fonts and images are there. */
exports.settle = async (page) => {
  await page.evaluate(async () => {
    for (const image of document.images) image.loading = "eager";
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  });
  await exports.frames(page);
};

/** Formulas, stray source text and broken images. */
exports.content = (page) =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    // what links lead to lies hidden until it is shown: then it is laid out, too
    for (const kept of document.querySelectorAll(".previews")) kept.hidden = false;
    const flat = ({ width, height }) => width < 1 || height < 1;
    const formulas = [...document.querySelectorAll(".md-content .math")];
    const prose = document.body.cloneNode(true);
    for (const other of prose.querySelectorAll("code, pre, script, style, .katex")) other.remove();
    return {
      heading: document.querySelector("h1")?.firstChild?.textContent.trim() ?? null,
      notebook: document.querySelector(".downloads") !== null,
      formulas: formulas.length,
      flatFormulas: formulas
        .filter((formula) => flat(formula.querySelector(".katex-html").getBoundingClientRect()))
        .map((formula) => formula.querySelector("annotation").textContent),
      missingFonts: [...document.fonts]
        // A face called so is the reader's own or none.
        .filter((face) => face.status === "error" && !face.family.includes("Local "))
        .map((face) => face.family),
      strayText:
        prose.textContent.match(/\\[A-Za-z]+|\\[()[\]]|\$\$|\{\{|\}\}|\{%|\bnan\b/g) ?? [],
      brokenImages: [...document.querySelectorAll("img")]
        .filter((image) => getComputedStyle(image).display !== "none" && !image.naturalWidth)
        .map((image) => image.src.slice(0, 200)),
    };
  });

/** The scheme that is on, and which of the figures with a variant for each are shown. */
exports.figures = (page) =>
  page.evaluate(() => {
    const variants = [...document.querySelectorAll(".md-content img")].filter((image) =>
      /#only-(?:light|dark)$/.test(image.src),
    );
    return {
      scheme: document.body.dataset.mdColorScheme,
      all: variants.length,
      shown: variants
        .filter((image) => getComputedStyle(image).display !== "none")
        .map((image) => image.src.split("#")[1]),
    };
  });

/** Which drawing of each shown figure is there, and whether it is wider than its place. */
exports.drawings = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("figure.chart")].filter((one) => one.checkVisibility()).map((figure) => {
      const image = [...figure.querySelectorAll("img")].find(
        (one) => getComputedStyle(one).display !== "none",
      );
      const box = image.getBoundingClientRect();
      return {
        narrow: /-narrow-\w+\.svg/.test(image.currentSrc),
        fits: box.width <= figure.clientWidth + 1 && figure.scrollWidth <= figure.clientWidth + 1,
        // the file's own shape is that of the place that the page keeps for it
        shape: Math.abs(image.naturalWidth / image.naturalHeight - box.width / box.height) < 0.01,
      };
    }),
  );

/** Displayed formulas that are wider than their place, by their number or their text. */
exports.wideFormulas = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll(".math--display")]
      .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.closest("[id]").id || one.textContent),
  );

/** Tables: which are cut, and whether a cut one keeps its first column and shows its last. */
exports.sheets = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll(".sheet")]
      .filter((sheet) => sheet.checkVisibility())
      .map((sheet) => {
        const row = sheet.querySelector("tbody tr") ?? sheet.querySelector("tr");
        const cut = sheet.scrollWidth > sheet.clientWidth;
        sheet.scrollLeft = sheet.scrollWidth;
        sheet.scrollTop = 40;
        const frame = sheet.getBoundingClientRect();
        const first = row.firstElementChild.getBoundingClientRect();
        const last = row.lastElementChild.getBoundingClientRect();
        const head = sheet.querySelector("th").getBoundingClientRect();
        const seen = {
          cut,
          first: !cut || (first.left >= frame.left - 1 && first.right < frame.left + frame.width / 2),
          last: last.right <= frame.right + 1,
          head: !cut || Math.abs(head.top - frame.top) < 2,
        };
        sheet.scrollTo(0, 0);
        return seen;
      }),
  );

/** How many windows lie above the first picture or what stands for it, null where none is. */
exports.firstPicture = (page) =>
  page.evaluate(() => {
    const find = (selector) =>
      [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const pictures = find(".chart, .explore, .notebook-figure");
    // A report whose studies are not there has a box where the picture would be.
    const shown = pictures.length ? pictures : find(".admonition.info:not([data-search-exclude] > *)");
    const tops = shown.map((one) => one.getBoundingClientRect().top + scrollY);
    return tops.length ? Math.min(...tops) / innerHeight : null;
  });

/** Press the switch in the header, where the pointer would reach it. Playwright's own click waits
    for a frame, which a busy browser may not draw for minutes. */
exports.switchTheme = (page) =>
  page.locator("[data-md-component=palette] label:not([hidden])").evaluate((label) => {
    const { x, y, width, height } = label.getBoundingClientRect();
    if (!label.contains(document.elementFromPoint(x + width / 2, y + height / 2)))
      throw new Error("something covers the switch of the theme");
    label.click();
  });

/** What makes the page wider than the window, if anything does. */
exports.overflow = (page) =>
  page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll("main *")]
      .filter((element) => element.getBoundingClientRect().right > room + 1)
      .slice(0, 5)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  });

/** Take out what is inside formulas, which keep their places.

    Their visible halves are hidden from assistive technology, and most of a page's elements. */
exports.emptyFormulas = (page) =>
  page.evaluate(() => {
    const formulas = [...document.querySelectorAll(".katex-html")];
    const boxes = formulas.map((one) => one.getBoundingClientRect());
    for (const [index, formula] of formulas.entries()) {
      const { width, height } = boxes[index];
      formula.replaceChildren();
      formula.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
    }
    for (const spoken of document.querySelectorAll(".katex-mathml"))
      spoken.textContent = spoken.querySelector("annotation").textContent;
  });

/** Axe's serious and critical findings, as rule and element; all rules unless some are named. */
exports.axe = async (page, rules) => {
  // Half a megabyte: a page that has it isn't sent it again.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(`(() => { ${AXE} })()`);
  return page.evaluate(async (rules) => {
    // The visible half of KaTeX's output is hidden from assistive technology.
    const { violations } = await window.axe.run(
      { exclude: [[".katex-html"]] },
      { resultTypes: ["violations"], ...(rules && { runOnly: rules }) },
    );
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  }, rules);
};

/** Start to measure scripts; the result gives their milliseconds so far. */
exports.meterScripts = async (page) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "ScriptDuration").value;
  };
};
