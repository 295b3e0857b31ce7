"use strict";

/* Plays with the widgets of a built site and prints what they showed as JSON:
   node explore.cjs SITE PLAIN PORTRAIT REPLAY NORM TRAIN

   SITE is the folder that a server would have as its root; the others are addresses in it, of a
   page without widgets and of those with the portrait, the replay, the form for norms and the one that trains. */

const { pathToFileURL } = require("node:url");
const { launch, open } = require("./chromium.cjs");
const { axe, frames, goTo, listen, settle, switchTheme } = require("./observe.cjs");
const { serve } = require("./site.cjs");

const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

const widget = (page, name) => page.locator(`[data-explore=${name}]`);
const slider = (page, name) => widget(page, name).locator("[type=range]");

/** The numbers under a widget, and what its slider tells a screen reader. */
const read = async (page, name) => {
  await frames(page);
  const values = await widget(page, name)
    .locator("[data-value]")
    .evaluateAll((all) => all.map((one) => [one.dataset.value, one.textContent]));
  const spoken = await slider(page, name).getAttribute("aria-valuetext");
  return { ...Object.fromEntries(values), spoken };
};

/** Where the optimum is drawn, and how large the ball. */
const drawn = (page) =>
  widget(page, "portrait").evaluate((root) => {
    const of = (name, ...attributes) =>
      attributes.map((each) => Number(root.querySelector(name).getAttribute(each)));
    return { point: of(".explore__point", "cx", "cy"), ball: of(".explore__ball", "r") };
  });

const press = async (page, name, key, times = 1) => {
  await slider(page, name).focus();
  for (let turn = 0; turn < times; turn++) await page.keyboard.press(key);
  return read(page, name);
};

async function playPortrait(page) {
  const seen = { first: await read(page, "portrait"), stops: [await press(page, "portrait", "Home")] };
  for (let stop = 1; ; stop++) {
    const next = await press(page, "portrait", "PageUp");
    if (next.weight_decay === seen.stops.at(-1).weight_decay) break;
    seen.stops.push(next);
  }
  await press(page, "portrait", "Home");
  seen.third = await press(page, "portrait", "PageUp", 2);
  seen.between = await press(page, "portrait", "ArrowRight", 3);
  seen.soft = await drawn(page);
  const hard = widget(page, "portrait").locator("[value=hard]");
  await hard.focus();
  await page.keyboard.press("Space");
  seen.switched = await read(page, "portrait");
  seen.hard = await drawn(page);
  seen.smallest = await press(page, "portrait", "Home");
  seen.largest = await press(page, "portrait", "End");
  seen.loose = await drawn(page);
  await widget(page, "portrait").locator("[value=soft]").click();
  seen.back = await read(page, "portrait");
  // Switched between the last two stops, the ball is no larger than the smallest step of the other slider.
  await press(page, "portrait", "End");
  seen.strong = await press(page, "portrait", "ArrowLeft", 2);
  await hard.click();
  seen.small = await read(page, "portrait");
  seen.smaller = await press(page, "portrait", "Home");
  await widget(page, "portrait").locator("[value=soft]").click();
  seen.strongest = await press(page, "portrait", "End");
  // By mouse: press the thumb's track and drag along it.
  const { x, y, width, height } = await slider(page, "portrait").boundingBox();
  const at = (share) => [x + share * width, y + height / 2];
  await page.mouse.move(...at(0.3));
  await page.mouse.down();
  seen.dragged = [await read(page, "portrait")];
  for (let step = 1; step <= 5; step++) {
    await page.mouse.move(...at(0.3 + step / 10));
    seen.dragged.push(await read(page, "portrait"));
  }
  await page.mouse.up();
  return seen;
}

async function playReplay(page) {
  const seen = { runs: {} };
  const selects = widget(page, "replay").locator("select");
  for (const implementation of ["scratch", "concise"]) {
    for (const decay of ["0", "3"]) {
      await selects.nth(0).selectOption(implementation);
      await selects.nth(1).selectOption(decay);
      const points = [await press(page, "replay", "Home")];
      const last = Number(await slider(page, "replay").getAttribute("max"));
      for (let point = 1; point <= last; point++) points.push(await press(page, "replay", "ArrowRight"));
      seen.runs[`${implementation} ${decay}`] = points;
    }
  }
  const button = widget(page, "replay").locator("button");
  seen.before = await button.textContent();
  await press(page, "replay", "Home");
  await button.focus();
  await page.keyboard.press("Enter");
  seen.during = await button.textContent();
  await widget(page, "replay").locator("[role=status]:not(:empty)").waitFor({ state: "attached" });
  seen.ended = await widget(page, "replay").locator("[role=status]").textContent();
  seen.after = await button.textContent();
  seen.end = await read(page, "replay");
  return seen;
}

/** What the form answers in the next frame, and what it then says to who `listens` to it. */
async function playNorm(page, numbers, { listens }) {
  const seen = [];
  const root = widget(page, "norm");
  const answer = root.locator("[data-part=answer]");
  const selects = root.locator("select");
  for (const [implementation, decay, typed] of numbers) {
    await selects.nth(1).selectOption(implementation);
    await selects.nth(2).selectOption(decay);
    // As a paste does it, which keeps what `fill` would take out.
    await root.locator("[type=text]").selectText();
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(typed);
    await frames(page);
    seen.push({ implementation, decay, typed, answer: await answer.textContent() });
    if (!listens) continue;
    await root.locator("[role=status]:not(:empty)").waitFor({ state: "attached" });
    seen.at(-1).spoken = await root.locator("[role=status]").textContent();
  }
  return seen;
}

const PASTED = [
  "tensor(0.3741, grad_fn=<LinalgVectorNormBackward0>)",
  "tensor(0.3741, device='cuda:0', dtype=torch.float64)",
  "<tf.Tensor: shape=(), dtype=float32, numpy=0.3741>",
  "[0.3741]\n<NDArray 1 @cpu(0)>",
  "w的L2范数是： 0.3741",
  "０．３７４１",
  "3.741×10⁻¹",
];
const REFUSED = ["", "nothing", "0.3741\n13.69", "1,234", "37%", "-1", "0", "1e309", "1e-400", "1".repeat(100_000)];
const DIVERGED = ["nan", "Infinity", "tensor(-inf)"];

/** By keyboard alone: another edition, its concise program, a number; then its address and copy. */
async function typeNorm(page) {
  const root = widget(page, "norm");
  const text = async () => (await root.locator("[data-part=answer]").textContent()).trim();
  const state = () => root.locator("select, [type=text]").evaluateAll((all) => all.map(({ value }) => value));
  await root.locator("select").first().focus();
  await page.keyboard.type("E");
  await page.keyboard.press("Tab");
  await page.keyboard.type("c");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText("L2 norm of w: 0.0138");
  await frames(page);
  const seen = { state: await state(), answer: await text(), url: page.url() };
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await root.locator("[role=status]:not(:empty)").waitFor({ state: "attached" });
  seen.told = await root.locator("[role=status]").textContent();
  await page.goto(seen.url);
  await settle(page);
  await frames(page);
  seen.again = { state: await state(), answer: await text() };
  // What was copied, as a reader would see it who pastes it.
  await root.locator("[type=text]").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+V");
  seen.pasted = await root.locator("[type=text]").inputValue();
  seen.focus = await page.evaluate(() => document.activeElement.dataset.part);
  return seen;
}

/** A run of other settings by keyboard; then its address, opened anew, and what a button copied. */
async function trainRun(page) {
  const root = widget(page, "train");
  const state = async () => {
    await frames(page);
    const outputs = await root.locator("output").allTextContents();
    const program = await root.locator("select").inputValue();
    const seed = await root.locator("[type=number]").inputValue();
    return { outputs, program, seed, verdict: await root.locator("[data-part=verdict]").textContent() };
  };
  const seen = { usual: page.url() };
  await root.locator("[data-name=weight_decay][type=range]").focus();
  await page.keyboard.press("ArrowLeft");
  await root.locator("select").selectOption("concise");
  await root.locator("[type=number]").fill("7");
  await root.locator("[type=number]").blur();
  seen.state = await state();
  seen.url = page.url();
  await root.locator("[data-part=copy]").click();
  await root.locator("[role=status]:not(:empty)").waitFor({ state: "attached" });
  await page.goto(seen.url);
  await settle(page);
  seen.again = await state();
  await root.locator("[type=number]").evaluate((field) => (field.type = "text"));
  await root.locator("[data-part=seed]").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+V");
  seen.pasted = await root.locator("[data-part=seed]").inputValue();
  await page.goto(`${seen.usual}?weight_decay=7&lr=&seed=-1&program=other`);
  await settle(page);
  seen.refused = await state();
  return seen;
}

/** What shines of the picture while a word is pointed at or chosen, by the part that it names. */
async function followMarks(page) {
  const seen = { lit: {}, turned: {} };
  const lit = () => page.locator(".explore__lit").evaluateAll((all) => all.map((one) => one.className.baseVal));
  for (const mark of await page.locator(".mark[data-light]").all()) {
    const part = await mark.getAttribute("data-light");
    const before = await lit();
    await mark.hover();
    const during = await lit();
    await page.mouse.move(0, 0);
    const after = await lit();
    await mark.focus();
    const focused = await lit();
    await mark.blur();
    seen.lit[part] = { before, during, after, focused };
  }
  for (const mark of await page.locator(".mark[data-turn]").all()) {
    await mark.focus();
    await page.keyboard.press("Enter");
    await frames(page);
    const choice = page.locator("[data-explore=replay] select").nth(1);
    const now = (await choice.count()) ? await choice.inputValue() : (await read(page, "portrait")).weight_decay;
    seen.turned[await mark.getAttribute("data-turn")] = now;
  }
  return seen;
}

/** Every widget on its page, from a server or from disk. */
async function explore(browser, site, pages, { withAxe }) {
  const page = await open(browser, { colorScheme: "light", viewport: WIDE });
  const heard = await listen(page, site);
  const seen = { shift: [], stills: 0, roles: 0, marks: {} };
  const arrive = async (name) => {
    await goTo(page, heard, site + pages[name]);
    seen.shift.push(await page.evaluate(() => window.shifted));
    await settle(page);
    seen.stills += await page.locator(".explore__still:visible").count();
    seen.roles += await page.locator("[data-explore] [role=status]").count();
    seen.marks[name] = await followMarks(page);
  };
  await arrive("replay");
  seen.replay = await playReplay(page);
  await goTo(page, heard, site + pages.portrait);
  seen.portrait = await playPortrait(page);
  await arrive("portrait");
  if (withAxe) seen.axe = { light: await axe(page) };
  const colour = () =>
    page.locator(".explore__ball").evaluate((ball) => getComputedStyle(ball).stroke);
  seen.colours = [await colour()];
  await switchTheme(page);
  seen.colours.push(await colour());
  if (withAxe) seen.axe.dark = await axe(page);
  await arrive("norm");
  const [, , decay, norm] = await page.evaluate(
    () => JSON.parse(document.querySelector("[data-explore=norm]").dataset.content).first,
  );
  const here = (texts) => texts.map((each) => ["scratch", decay, each]);
  const typed = ["0.05", norm, "2.2", "13.69", "100", "1.7e308"];
  seen.norm = await playNorm(page, [...here(typed), ["concise", "0", "13,69"]], { listens: true });
  seen.pasted = await playNorm(page, here(["0.3741", ...PASTED]), { listens: false });
  seen.refused = await playNorm(page, here(REFUSED), { listens: false });
  seen.diverged = await playNorm(page, here(DIVERGED), { listens: true });
  seen.typed = await typeNorm(page);
  await goTo(page, heard, site + pages.train);
  await settle(page);
  seen.trained = await trainRun(page);
  Object.assign(seen, { errors: heard.errors, outside: heard.outside });
  await page.context().close();
  return seen;
}

/** With a finger on a phone, and where motion is welcome. */
async function touch(browser, site, pages) {
  const page = await open(browser, { viewport: PHONE, hasTouch: true, reducedMotion: "no-preference" });
  await page.goto(site + pages.portrait);
  const seen = { before: await read(page, "portrait") };
  const tap = async (name, share) => {
    await slider(page, name).scrollIntoViewIfNeeded();
    const { x, y, width, height } = await slider(page, name).boundingBox();
    await page.touchscreen.tap(x + share * width, y + height / 2);
    return read(page, name);
  };
  seen.tapped = await tap("portrait", 0.8);
  await widget(page, "portrait").locator("label:has([value=hard])").tap();
  seen.hard = await read(page, "portrait");
  // The slider stays in sight of the picture that it moves.
  await widget(page, "portrait").locator("svg").first().evaluate((svg) => {
    window.scrollTo(0, svg.getBoundingClientRect().top + scrollY - 100);
  });
  await frames(page);
  const box = await slider(page, "portrait").boundingBox();
  seen.inSight = box.y + box.height <= PHONE.height;
  await page.goto(site + pages.replay);
  seen.scrubbed = await tap("replay", 0.5);
  const button = widget(page, "replay").locator("button");
  await tap("replay", 0.02);
  await button.tap();
  await page.waitForTimeout(1500);
  await button.tap();
  seen.paused = await read(page, "replay");
  await page.waitForTimeout(500);
  seen.still = await read(page, "replay");
  await page.context().close();
  return seen;
}

/** To where the form sends who types what a run prints that has diverged. */
async function followDiverged(browser, site, address) {
  const page = await open(browser, { viewport: WIDE });
  await page.goto(site + address);
  await widget(page, "norm").locator("[type=text]").fill("nan");
  await widget(page, "norm").locator("[data-part=answer] a").click();
  await page.waitForURL(/#/);
  const { pathname, hash } = new URL(page.url());
  const heading = page.locator(`h2${hash}`);
  await heading.waitFor(); // the address is there before the page is
  const seen = { pathname, headings: await heading.count() };
  await page.context().close();
  return seen;
}

/** By clicking from a page without widgets, back and forward: instant navigation brings the page. */
async function arrive(browser, site, plain, address) {
  const page = await open(browser, { viewport: WIDE });
  const heard = await listen(page, site);
  await goTo(page, heard, site + plain);
  await page.evaluate(() => (window.neverReloaded = true));
  const loaded = () =>
    page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("explore.js")).length);
  const seen = { onPlain: await loaded(), values: [] };
  const target = address.replace("index.html", "");
  const look = async () => {
    await page.waitForURL(site + target);
    await page.locator("[data-explore=portrait][data-live]").waitFor();
    seen.values.push([await press(page, "portrait", "Home"), await press(page, "portrait", "PageUp")]);
    seen.widgets = await page.locator("[data-live]").count();
    seen.ellipses = await widget(page, "portrait").locator("ellipse").count();
  };
  await page.locator(`.md-nav--primary a[href$="${target.split("/").at(-2)}/"]`).first().click();
  await look();
  await page.goBack();
  await page.waitForURL(site + plain);
  await page.locator("[data-live]").first().waitFor({ state: "detached" });
  await page.goForward();
  await look();
  seen.instant = await page.evaluate(() => window.neverReloaded === true);
  seen.errors = heard.errors;
  await page.context().close();
  return seen;
}

/** With scripts switched off: what there is of widgets and of figures on each page. */
async function withoutScripts(browser, site, pages) {
  const page = await open(browser, { viewport: WIDE, javaScriptEnabled: false });
  const seen = {};
  for (const [name, address] of Object.entries(pages)) {
    await page.goto(site + address);
    seen[name] = {
      frames: await page.locator("[data-explore]:visible").count(),
      stills: await page.locator(".explore__still img:visible").count(),
      figures: await page.locator("figure img:visible").count(),
    };
  }
  await page.context().close();
  return seen;
}

async function main([folder, plain, portrait, replay, norm, train]) {
  const pages = { portrait, replay, norm, train };
  const server = await serve(folder);
  const disk = `${pathToFileURL(folder)}/`;
  const browser = await launch();
  const seen = {};
  try {
    // Much of it waits for what plays; but all pages have one clipboard, so these two take turns.
    const play = async () => {
      seen.http = await explore(browser, server.address, pages, { withAxe: true });
      seen.file = await explore(browser, disk, pages, { withAxe: false });
    };
    const come = async () => {
      seen.touch = await touch(browser, server.address, pages);
      seen.instant = await arrive(browser, server.address, plain, portrait);
      seen.answered = await followDiverged(browser, server.address, norm);
      seen.still = await withoutScripts(browser, server.address, pages);
    };
    await Promise.all([play(), come()]);
  } finally {
    await browser.close();
    server.close();
  }
  process.stdout.write(JSON.stringify(seen));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
