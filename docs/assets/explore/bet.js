/* Home's question: is there a λ for which the run predicts better than one number would? */

const bet = (root, data) => {
  const parts = partsOf(root);
  const { words, decays, rows, constant } = data;
  const box = { left: 8, right: 352, top: 8, bottom: 158 };
  const every = rows.flatMap((row) => row.dots.flat()).concat(constant);
  const [low, high] = [Math.min(...every) / 1.3, Math.max(...every) * 1.3];
  const x = logarithmic(low, high, box.left, box.right);
  const say = announcer(parts.status);
  const height = (box.bottom - box.top) / rows.length;

  drawAxes(parts.plot, box, { scale: x, ticks: thin(powersBetween(low, high), x, 34), name: words.loss }, {});
  const limit = x(constant);
  add(parts.plot, "rect", { class: "explore__better", x: box.left, y: box.top, width: limit - box.left, height: box.bottom - box.top });
  add(parts.plot, "path", { class: "explore__constant", d: `M${limit} ${box.top}V${box.bottom}` });
  // beside the line, on the side that has more room
  const roomy = limit < (box.left + box.right) / 2;
  add(parts.plot, "text", { class: "explore__label", x: limit + (roomy ? 6 : -6), y: box.bottom - 6, "text-anchor": roomy ? "start" : "end" }, words.constant);
  const dots = rows.map((row, place) => {
    const top = box.top + place * height;
    const group = add(parts.plot, "g", { class: `explore__run--${place}` });
    add(group, "text", { class: "explore__label", x: box.right, y: top + 14, "text-anchor": "end" }, row.name);
    return row.dots[0].map((_, index) =>
      // three lanes, so that dots of one place are seen
      add(group, "circle", { class: "explore__dot", cy: top + height / 2 + 4 + ((index % 3) - 1) * 9, r: 4 }),
    );
  });

  const show = oncePerFrame(() => {
    const place = Number(parts.slider.value);
    for (const [index, row] of rows.entries())
      for (const [each, value] of row.dots[place].entries()) set(dots[index][each], { cx: x(value) });
    const numbers = { weight_decay: decays[place] };
    const told = rows.map((row) =>
      fill(words[row.wins[place] > 50 ? "wins" : row.wins[place] ? "some" : "loses"], {
        name: row.name,
        ratio: write(row.ratio[place], 2),
        wins: row.wins[place],
      }),
    );
    const text = fill(words.value, { ...numbers, told: told.join(words.separator) });
    parts.shown.textContent = `λ = ${decays[place]}`;
    parts.verdict.textContent = text;
    parts.slider.setAttribute("aria-valuetext", text);
    say(text);
  });
  parts.slider.addEventListener("input", show);
  show();
};
