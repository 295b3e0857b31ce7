/* Where a printed norm lies among the runs with the same settings, and what else prints it. */

const BINS = 20;
const SHOWN = 6; // rows at once; the others are folded away
const REACH = 1e3; // times beyond all that is drawn: no axis goes farther to hold a typed norm

const norm = (root, data) => {
  const parts = partsOf(root);
  const { words } = data;
  const explanations = readExplanations(data);
  const diverged = root.nextElementSibling; // stands in the page, where its link is followed
  const say = announcer(parts.status);
  const readChosen = () => {
    const [edition, program, decay] = parts.choice.map(({ value }) => value);
    return { edition, program, decay };
  };

  /** An edition needn't have every λ: offer those that it has. */
  const offer = () => {
    const decays = parts.choice[2];
    const has = (decay) => Boolean(findChosen(explanations, { ...readChosen(), decay }));
    for (const option of decays.options) option.disabled = !has(option.value);
    if (decays.selectedOptions[0].disabled) decays.value = [...decays.options].findLast(({ disabled }) => !disabled).value;
  };

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
  const drawUsual = ({ runs }, value) => {
    parts.usual.replaceChildren();
    const box = { left: 8, right: 352, top: 28, bottom: 360 };
    const [low, high] = [runs.quantiles[0], runs.quantiles.at(-1)];
    const reach = (high - low) * 0.12;
    const x = linear(low - reach, high + reach, box.left, box.right);
    const width = (high - low) / BINS;
    const counts = upTo(BINS).map((bin) => {
      const until = bin === BINS - 1 ? 1 : shareBelow(runs, low + (bin + 1) * width);
      return until - shareBelow(runs, low + bin * width);
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

  /** All that could have printed it with these settings, a bar each, on one logarithmic axis. */
  const drawCauses = (shown, value) => {
    parts.causes.replaceChildren();
    const box = { left: 8, right: 352, top: 4, bottom: 360 };
    const ends = shown.flatMap(({ runs }) => [runs.quantiles[0], runs.quantiles.at(-1)]);
    const inReach = value > Math.min(...ends) / REACH && value < Math.max(...ends) * REACH;
    if (inReach) ends.push(value);
    const [low, high] = [Math.min(...ends) / 1.25, Math.max(...ends) * 1.25];
    const x = logarithmic(low, high, box.left, box.right);
    const ticks = thin(powersBetween(low, high), x, 40);
    drawAxes(parts.causes, box, { scale: x, ticks, name: words.log_axis }, { scale: (each) => each });
    if (inReach)
      add(parts.causes, "path", { class: "explore__mark", d: `M${x(value)} ${box.top}V${box.bottom}` });
    else if (value > 0) pointOut(parts.causes, value < low, box, box.top + 7);
    const row = Math.min((box.bottom - box.top) / shown.length, 48);
    for (const [index, { words: name, runs }] of shown.entries()) {
      const y = box.top + row * (index + 1) - 8;
      const [least, five, middle, ninetyFive, most] = [0, 0.05, 0.5, 0.95, 1].map((share) => x(quantile(runs, share)));
      const group = add(parts.causes, "g", { class: index ? "explore__range" : "explore__range explore__range--none" });
      add(group, "path", { class: "explore__whisker", d: `M${least} ${y}H${most}` });
      add(group, "rect", { x: five, y: y - 4, width: Math.max(ninetyFive - five, 2), height: 8 });
      add(group, "path", { class: "explore__middle", d: `M${middle} ${y - 5}V${y + 5}` });
      const end = least > (box.left + box.right) / 2;
      const at = { class: "explore__label", x: end ? most : least, y: y - 7, "text-anchor": end ? "end" : "start" };
      add(group, "text", at, name);
    }
  };

  /** What the form answers, as elements: below a usual number the list is folded away. */
  const tell = ({ verdict, usual, rows, closing }) => {
    const element = (tag, ...children) => {
      const made = document.createElement(tag);
      made.append(...children.flatMap((child) => [child, " "]));
      return made;
    };
    const list = (texts) => element("ul", ...texts.map((text) => element("li", text)));
    const end = closing ? [element("p", closing)] : [];
    const shown = usual ? 0 : SHOWN;
    const more = fill(usual ? words.list_usual : words.more, { count: rows.length - shown });
    const rest = rows.length > shown ? [element("details", element("summary", more), list(rows.slice(shown)), ...(usual ? end : []))] : [];
    const first = rows.length && shown ? [element("p", words.list), list(rows.slice(0, shown))] : [];
    parts.answer.replaceChildren(...element("div", element("p", verdict), ...first, ...rest, ...(usual ? [] : end)).childNodes);
  };

  const { remember, recall } = keepInAddress({
    ...Object.fromEntries(parts.choice.map((select) => [select.name, choiceField(select)])),
    norm: { read: () => parts.printed.value, write: (text) => (parts.printed.value = text) },
  });

  let first = true;
  const show = oncePerFrame(() => {
    offer();
    const chosen = readChosen();
    const typed = readTyped(parts.printed.value);
    const answer = answerTyped(data, explanations, chosen, typed);
    if (answer.verdict) tell(answer);
    else parts.answer.replaceChildren(...diverged.cloneNode(true).childNodes);
    if (!first) say(parts.answer.textContent); // what a page holds when it opens is no news
    first = false;
    parts.copy.disabled = !typed.value;
    const own = explanations.filter((each) => isSame(each, chosen));
    drawUsual(own[0], typed.value);
    drawCauses(own, typed.value);
  });
  const change = () => {
    show();
    remember();
  };
  parts.form.addEventListener("submit", (event) => event.preventDefault());
  parts.printed.addEventListener("input", change);
  for (const select of parts.choice) select.addEventListener("change", change);
  parts.copy.addEventListener("click", async () => {
    const told = answerTyped(data, explanations, readChosen(), readTyped(parts.printed.value));
    const list = told.rows.length ? [`${words.list} ${told.rows.join(words.separator)}.`] : [];
    remember();
    await copyText([told.verdict, ...list, told.closing, location.href].join(" "));
    say(words.copied);
    confirmOn(parts.copy, words.copied);
  });
  recall();
  show();
};
