/* The chapter's run again: its recorded points, and the line that was predicted before it. */

const PLAY_MS = 6000; // for the whole run

const replay = (root, data) => {
  const parts = partsOf(root);
  const { words, steps } = data;
  const final = steps.at(-1);
  const box = { left: 48, right: 346, top: 28, bottom: 280 };
  const x = linear(0, final, box.left, box.right);
  const xs = steps.map(x);
  const panels = {
    losses: { names: ["train", "test"], title: words.loss },
    norms: { names: ["norm", "row"], title: words.norm },
  };
  const say = announcer(parts.status);
  let run;
  let movers = [];
  let moment = steps.length - 1; // a place among the points; between two of them while it plays
  let playing = 0;

  /** One axis for all runs, so that they can be compared. */
  const range = (names) => {
    const values = Object.values(data.runs).flatMap((each) =>
      names.flatMap((name) => each.bands[name].flat()).concat(names.includes("norm") ? each.start : []),
    );
    const positive = values.filter((value) => value > 0);
    return [Math.min(...positive) / 1.3, Math.max(...positive) * 1.3];
  };

  const drawPanel = (svg, { names, title }) => {
    svg.replaceChildren();
    const [low, high] = range(names);
    const y = logarithmic(low, high, box.bottom, box.top);
    const above = (value) => Math.min(y(Math.max(value, low)), box.bottom);
    const timeTicks = ticksBetween(0, final, 5);
    drawAxes(svg, box, { scale: x, ticks: timeTicks, name: words.step }, { scale: y, ticks: thin(powersBetween(low, high), y, 24), name: title });
    for (const name of names) {
      const [lower, upper] = run.bands[name];
      const band = around(xs, lower.map(above), upper.map(above));
      add(svg, "path", { class: `explore__band explore__curve--${name}`, d: band });
    }
    const clip = `replay-clip-${names[0]}`;
    const window = add(add(svg, "clipPath", { id: clip }), "rect", { x: 0, y: 0, height: 320 });
    for (const name of names) {
      const points = xs.map((place, i) => [place, above(run.curves[name][i])]);
      add(svg, "path", { class: `explore__curve explore__curve--${name} explore__curve--later`, d: through(points) });
      const past = add(svg, "g", { "clip-path": `url(#${clip})` });
      add(past, "path", { class: `explore__curve explore__curve--${name}`, d: through(points) });
      for (const [cx, cy] of points)
        add(past, "circle", { class: `explore__dot explore__curve--${name}`, cx, cy, r: 2 });
    }
    if (names.includes("norm")) {
      const law = [[x(0), y(run.start)], ...xs.map((place, i) => [place, above(run.leftover[i])])];
      add(svg, "path", { class: "explore__curve explore__curve--leftover", d: through(law) });
      for (const [index, value] of run.measured.entries()) {
        const [cx, cy] = [x(final), above(value)];
        const name = index ? "row" : "leftover";
        add(svg, "path", {
          class: `explore__measured explore__curve--${name}`,
          d: `M${cx - 5} ${cy - 5}l10 10m0-10l-10 10`,
        });
      }
    }
    const line = add(svg, "path", { class: "explore__cursor" });
    return (place) => {
      set(line, { d: `M${place} ${box.top}V${box.bottom}` });
      set(window, { width: place + 2.5 });
    };
  };

  const show = oncePerFrame(() => {
    const index = Math.floor(moment + 1e-9);
    const next = Math.min(index + 1, steps.length - 1);
    const place = xs[index] + (moment - index) * (xs[next] - xs[index]);
    for (const move of movers) move(place);
    const numbers = { step: steps[index], epoch: data.epochs[index], last: final };
    for (const [name, values] of Object.entries(run.curves)) numbers[name] = write(values[index]);
    numbers.leftover = write(run.leftover[index]);
    for (const [name, element] of Object.entries(parts.values)) element.textContent = numbers[name];
    parts.slider.value = index;
    parts.slider.setAttribute("aria-valuetext", fill(words.value, numbers));
    return numbers;
  });

  const choose = () => {
    run = data.runs[parts.choice.map(({ value }) => value).join(" ")];
    movers = Object.entries(panels).map(([name, panel]) => drawPanel(parts[name], panel));
    show();
  };

  const pause = () => {
    if (!playing) return;
    cancelAnimationFrame(playing);
    playing = 0;
    parts.play.textContent = words.play;
    moment = Math.floor(moment + 1e-9);
    show();
  };
  const play = () => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const points = steps.length - 1;
    if (moment >= points) moment = 0;
    const from = moment;
    const begun = performance.now();
    parts.play.textContent = words.pause;
    const turn = (time) => {
      if (!root.isConnected) return;
      const reached = Math.min(from + (Math.max(time - begun, 0) / PLAY_MS) * points, points);
      moment = still ? Math.floor(reached) : reached;
      show();
      playing = requestAnimationFrame(turn);
      if (reached < points) return;
      pause();
      say(fill(words.ended, { last: final }));
    };
    playing = requestAnimationFrame(turn);
  };

  parts.play.addEventListener("click", () => (playing ? pause() : play()));
  parts.slider.addEventListener("input", () => {
    const wanted = Number(parts.slider.value);
    pause();
    moment = wanted;
    show();
  });
  for (const select of parts.choice) select.addEventListener("change", choose);
  root.addEventListener("turn", ({ detail }) => {
    const [, decays] = parts.choice;
    const wanted = [...decays.options].find(({ value }) => Number(value) === detail);
    if (!wanted) return;
    decays.value = wanted.value;
    choose();
  });
  choose();
};
