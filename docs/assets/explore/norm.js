/* Where a printed norm lies among the runs with the same settings, and what else prints it. */

const CENTRAL = [0.005, 0.995]; // of the runs: what lies between is usual
const BINS = 40;
const REACH = 1e3; // times beyond all that is drawn: no axis goes farther to hold a typed norm

/** The share of sorted numbers below a value. */
const shareBelow = (sorted, value) => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
};

const quantile = (sorted, share) => {
  const place = share * (sorted.length - 1);
  const index = Math.floor(place);
  const next = sorted[Math.min(index + 1, sorted.length - 1)];
  return sorted[index] + (place - index) * (next - sorted[index]);
};

/** From [power, smallest, step, step, …] to the sorted numbers, as exact as if they were typed. */
const unpack = ([power, ...steps]) => {
  let sum = 0;
  return steps.map((step) => Number(`${(sum += step)}e${power}`));
};

const isUsual = (sorted, value) => {
  const share = shareBelow(sorted, value);
  return share >= CENTRAL[0] && share <= CENTRAL[1];
};

/** How common the settings, the slips and other settings make a norm. */
const placeNorm = (norms, key, value) => {
  const here = norms[key];
  const causes = Object.keys(here).filter((name) => name !== "none" && isUsual(here[name], value));
  const others = Object.keys(norms).filter((other) => other !== key && isUsual(norms[other].none, value));
  return { share: shareBelow(here.none, value), usual: isUsual(here.none, value), causes, others };
};

/** In what other settings differ from those chosen, such as "decay" or "program_both". */
const nameDifference = (key, others) => {
  const [program, decay] = key.split(" ");
  const differences = others.map((other) => {
    const [otherProgram, otherDecay] = other.split(" ");
    if (otherProgram === program) return "decay";
    return otherDecay === decay ? "program" : "both";
  });
  return ["program", "decay", "both"].filter((each) => differences.includes(each)).join("_");
};

/** The settings' distributions by "program λ", by cause. */
const unpackNorms = (packed) => {
  const norms = {};
  for (const [key, causes] of Object.entries(packed)) {
    norms[key] = {};
    for (const [name, each] of Object.entries(causes)) norms[key][name] = unpack(each);
    norms[key].half_square = norms[key].none.map((each) => each ** 2 / 2);
  }
  return norms;
};

/** What to say to a norm, or to a text that holds none; "" if it needs the words on divergence. */
const answerTyped = ({ words, causes, choices, first }, norms, key, typed) => {
  const { value, reason, ...meanings } = typed;
  if (reason === "diverged") return "";
  if (reason) return fill(words.refused[reason], { example: first[2], ...meanings });
  const list = (texts) => texts.join(words.separator);
  const nameOf = (settings) => {
    const [program, decay] = settings.split(" ");
    const text = choices[0].find(([name]) => name === program)[1];
    return fill(words.settings, { implementation: text, weight_decay: decay });
  };
  const found = placeNorm(norms, key, value);
  const here = norms[key].none;
  const numbers = {
    value: value >= 1e-4 && value < 1e6 ? String(Number(value.toPrecision(5))) : write(value),
    percent: write(100 * found.share),
    seeds: here.length.toLocaleString("en"),
    settings: nameOf(key),
    causes: list(found.causes.map((name) => causes[name])),
    others: list(found.others.map(nameOf)),
  };
  const beyond = { 0: words.smallest, 1: words.largest }[found.share];
  const outside = beyond ?? (found.share < 0.5 ? words.small : words.large);
  const told = [found.usual ? words.usual : outside];
  if (found.usual) {
    if (found.causes.length) told.push(words.also);
  } else {
    if (found.causes.length) told.push(words.likely);
    if (found.others.length) told.push(words.elsewhere[nameDifference(key, found.others)]);
    if (!found.causes.length && !found.others.length) told.push(words.unknown);
  }
  return fill(told.join(" "), numbers);
};

const norm = (root, data) => {
  const parts = partsOf(root);
  const { words } = data;
  const norms = unpackNorms(data.norms);
  const order = Object.keys(data.causes);
  const diverged = root.nextElementSibling; // stands in the page, where its link is followed
  const mark = (svg, place, box, value) => {
    add(svg, "path", { class: "explore__mark", d: `M${place} ${box.top}V${box.bottom}` });
    const end = place > (box.left + box.right) / 2;
    const at = { class: "explore__label", x: place + (end ? -6 : 6), y: box.top + 10, "text-anchor": end ? "end" : "start" };
    add(svg, "text", at, write(value, 4));
  };
  /** An arrow to the edge behind which a norm lies; where to put its text. */
  const pointOut = (svg, below, box, y) => {
    const [edge, way, anchor] = below ? [box.left, 1, "start"] : [box.right, -1, "end"];
    add(svg, "path", { class: "explore__outside", d: `M${edge} ${y}l${way * 12} -7v14Z` });
    return { class: "explore__label", x: edge + way * 18, y: y + 5, "text-anchor": anchor };
  };

  /** The runs with these settings as a histogram; the norm in it, or an arrow to where it is. */
  const drawUsual = (here, value) => {
    parts.usual.replaceChildren();
    const box = { left: 8, right: 352, top: 28, bottom: 280 };
    const [low, high] = [here[0], here.at(-1)];
    const reach = (high - low) * 0.12;
    const x = linear(low - reach, high + reach, box.left, box.right);
    const width = (high - low) / BINS;
    const counts = Array.from({ length: BINS }, (_, bin) => {
      const until = bin === BINS - 1 ? 1 : shareBelow(here, low + (bin + 1) * width);
      return until - shareBelow(here, low + bin * width);
    });
    const y = linear(0, Math.max(...counts), box.bottom, box.top + 20);
    const ticks = thin(ticksBetween(low - reach, high + reach, 5), x, 45);
    drawAxes(parts.usual, box, { scale: x, ticks, name: words.axis }, { scale: y });
    for (const [bin, count] of counts.entries()) {
      const from = x(low + bin * width);
      const wide = x(low + width) - x(low) - 1;
      add(parts.usual, "rect", { class: "explore__bar", x: from, y: y(count), width: wide, height: box.bottom - y(count) });
    }
    if (!(value > 0)) return;
    const place = x(value);
    if (place >= box.left && place <= box.right) {
      mark(parts.usual, place, box, value);
      return;
    }
    const at = pointOut(parts.usual, place < box.left, box, 60);
    add(parts.usual, "text", at, fill(words.outside, { value: write(value, 4) }));
  };

  /** All that could have printed it, a bar each, on one logarithmic axis. */
  const drawCauses = (here, value) => {
    parts.causes.replaceChildren();
    const names = order.filter((name) => name in here);
    const box = { left: 8, right: 352, top: 8, bottom: 280 };
    const ends = names.flatMap((name) => [here[name][0], here[name].at(-1)]);
    const inReach = value > Math.min(...ends) / REACH && value < Math.max(...ends) * REACH;
    if (inReach) ends.push(value);
    const [low, high] = [Math.min(...ends) / 1.25, Math.max(...ends) * 1.25];
    const x = logarithmic(low, high, box.left, box.right);
    const ticks = thin(powersBetween(low, high), x, 40);
    drawAxes(parts.causes, box, { scale: x, ticks, name: words.log_axis }, { scale: (each) => each });
    if (inReach)
      add(parts.causes, "path", { class: "explore__mark", d: `M${x(value)} ${box.top}V${box.bottom}` });
    else if (value > 0) pointOut(parts.causes, value < low, box, box.top + 7);
    const row = (box.bottom - box.top) / order.length;
    for (const [index, name] of names.entries()) {
      const y = box.top + row * index + row * 0.68;
      const [least, five, middle, ninetyFive, most] = [0, 0.05, 0.5, 0.95, 1].map((share) => x(quantile(here[name], share)));
      const group = add(parts.causes, "g", { class: name === "none" ? "explore__range explore__range--none" : "explore__range" });
      add(group, "path", { class: "explore__whisker", d: `M${least} ${y}H${most}` });
      add(group, "rect", { x: five, y: y - 5, width: Math.max(ninetyFive - five, 2), height: 10 });
      add(group, "path", { class: "explore__middle", d: `M${middle} ${y - 7}V${y + 7}` });
      const end = least > (box.left + box.right) / 2;
      const at = { class: "explore__label", x: end ? most : least, y: y - 10, "text-anchor": end ? "end" : "start" };
      add(group, "text", at, data.causes[name]);
    }
  };

  const say = announcer(parts.status);
  let first = true;
  const show = oncePerFrame(() => {
    const key = parts.choice.map(({ value }) => value).join(" ");
    const typed = readTyped(parts.printed.value);
    const text = answerTyped(data, norms, key, typed);
    parts.answer.replaceChildren(...(text ? [text] : diverged.cloneNode(true).childNodes));
    if (!first) say(parts.answer.textContent); // what a page holds when it opens is no news
    first = false;
    drawUsual(norms[key].none, typed.value);
    drawCauses(norms[key], typed.value);
  });
  parts.form.addEventListener("submit", (event) => event.preventDefault());
  parts.printed.addEventListener("input", show);
  for (const select of parts.choice) select.addEventListener("change", show);
  show();
};
