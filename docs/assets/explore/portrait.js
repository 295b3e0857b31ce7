/* The optimum under a penalty λ, or in a ball ‖w‖² ≤ θ: one picture from two sides. */

const PER_STOP = 10; // steps of the slider from one solved λ to the next
const HARD_STEPS = 240;
const BEYOND = 1.2; // how far θ goes, as a multiple of the undecayed optimum's
const LONGEST = 0.5; // of the undecayed optimum's length: the longest arrow
const MARGIN = 0.56; // of the same length, around all that is drawn
const LEVELS = 7; // level curves that stay where they are

/** What the data say of each λ, and the λ of each θ. */
const readPortrait = ({ axes, curvature, best, floor, test }) => {
  const pull = curvature.map((each, j) => each * best[j]);
  const at = (decay) => {
    const p = best.map((each, j) => (each * curvature[j]) / (curvature[j] + decay));
    const w = axes.map((row) => row[0] * p[0] + row[1] * p[1]);
    const off = curvature.map((each, j) => each * (best[j] - p[j]));
    const excess = off.reduce((sum, each, j) => sum + (each * (best[j] - p[j])) / 2, 0);
    return {
      decay,
      w,
      theta: p[0] ** 2 + p[1] ** 2,
      excess,
      train: floor + excess,
      test: test[0] + test[1] * p[0] + test[2] * p[1] + test[3] * p[0] ** 2 + test[4] * p[1] ** 2,
      pull: axes.map((row) => row[0] * off[0] + row[1] * off[1]),
    };
  };
  const free = at(0);
  return {
    at,
    free,
    origin: { excess: pull.reduce((sum, each, j) => sum + (each * best[j]) / 2, 0) },
    strongest: Math.hypot(...pull),
    /** θ falls along λ: halve the interval until it is found. */
    solve(theta) {
      if (theta >= free.theta) return at(0);
      let [low, high] = [0, 1];
      while (at(high).theta > theta) high *= 2;
      for (let turn = 0; turn < 60; turn++) {
        const middle = (low + high) / 2;
        if (at(middle).theta > theta) low = middle;
        else high = middle;
      }
      return at((low + high) / 2);
    },
  };
};

/** The picture over (w₁, w₂); returns what moves it to another optimum.

    @param plain Whether it stands where neither λ nor the two pulls have been introduced. */
const drawPicture = (svg, data, model, plain) => {
  const { w: free, theta } = model.free;
  const length = Math.sqrt(theta);
  const box = { left: 40, right: 346, top: 28, bottom: 280 };
  const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const low = free.map((each) => Math.min(each, 0) - MARGIN * length);
  const high = free.map((each) => Math.max(each, 0) + MARGIN * length);
  const [wide, tall] = [box.right - box.left, box.bottom - box.top];
  const unit = Math.min(wide / (high[0] - low[0]), tall / (high[1] - low[1]));
  const centre = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  const place = ([w1, w2]) => [
    middle[0] + (w1 - centre[0]) * unit,
    middle[1] - (w2 - centre[1]) * unit,
  ];
  const axis = (along, name, size) => {
    const ends = [-1, 1].map((side) => centre[along] + (side * size) / (2 * unit));
    const scale = (value) => place(along ? [0, value] : [value, 0])[along];
    return { scale, name, ticks: ticksBetween(...ends, 5) };
  };
  const clip = `${svg.closest("[data-explore]").dataset.explore}-clip`;
  add(add(svg, "clipPath", { id: clip }), "rect", { x: box.left, y: box.top, width: wide, height: tall });
  drawAxes(svg, box, axis(0, "w₁", wide), axis(1, "w₂", tall));
  const inside = add(svg, "g", { "clip-path": `url(#${clip})` });
  const zero = place([0, 0]);
  add(inside, "path", { class: "explore__frame", d: `M${box.left} ${zero[1]}H${box.right}M${zero[0]} ${box.top}V${box.bottom}` });
  const [fx, fy] = place(free);
  const angle = (-Math.atan2(data.axes[1][0], data.axes[0][0]) * 180) / Math.PI;
  const ellipse = (name) =>
    add(inside, "ellipse", { class: name, cx: fx, cy: fy, transform: `rotate(${angle} ${fx} ${fy})` });
  const widen = (element, excess) =>
    set(element, {
      rx: Math.sqrt((2 * excess) / data.curvature[0]) * unit,
      ry: Math.sqrt((2 * excess) / data.curvature[1]) * unit,
    });
  for (let level = 1; level <= LEVELS; level++)
    widen(ellipse("explore__level"), model.origin.excess * (level / 4) ** 2);
  const touching = ellipse("explore__level explore__level--touching");
  const ball = add(inside, "circle", { class: "explore__ball", cx: zero[0], cy: zero[1] });
  const curve = [];
  for (let turn = 0; turn < 80; turn++) curve.push(model.solve(theta * (1 - turn / 80) ** 2).w);
  add(inside, "path", { class: "explore__path", d: through([...curve, [0, 0]].map(place)) });
  add(inside, "circle", { class: "explore__free", cx: fx, cy: fy, r: 3.5 });
  const arrow = (name, text) => {
    const group = add(inside, "g", { class: `explore__arrow explore__arrow--${name}` });
    return [add(group, "path"), add(group, "path"), add(group, "text", { "text-anchor": "middle" }, text)];
  };
  const arrows = plain ? [] : [arrow("pull", "−∇L"), arrow("decay", "−λw")];
  const point = add(inside, "circle", { class: "explore__point", r: 5 });
  const write = (text, w1, w2, dx, dy) => {
    const [x, y] = place([w1, w2]);
    add(inside, "text", { class: "explore__label", x: x + dx, y: y + dy }, text);
  };
  if (!plain) {
    write("λ → ∞", 0, 0, -46, 16);
    write("λ = 0", ...free, 8, -6);
  }
  const scale = (LONGEST * length * unit) / model.strongest;

  return (now, radius) => {
    const [x, y] = place(now.w);
    widen(touching, now.excess);
    set(ball, { r: radius * unit });
    set(point, { cx: x, cy: y });
    for (const [index, [shaft, head, name]] of arrows.entries()) {
      const [dx, dy] = now.pull.map((each) => (index ? -each : each) * scale);
      const long = Math.hypot(dx, dy);
      const [ux, uy] = long ? [dx / long, -dy / long] : [0, 0];
      const tip = Math.min(long, 10);
      const [ex, ey] = [x + ux * long, y + uy * long];
      const [bx, by] = [ex - ux * tip, ey - uy * tip];
      const half = tip * 0.42;
      set(shaft, { d: through([[x, y], [bx, by]]) });
      const corners = [[ex, ey], [bx - uy * half, by + ux * half], [bx + uy * half, by - ux * half]];
      set(head, { d: `${through(corners)}Z` });
      // beyond the tip; where that is on the path, beside it
      const [nx, ny] = index ? [ex + uy * 20, ey - ux * 16 + 4] : [ex + ux * 26, ey + uy * 18 + 4];
      set(name, { x: nx, y: ny, opacity: long > 16 ? 1 : 0 });
    }
  };
};

/** The losses along the slider; returns what moves the points on them. */
const drawLosses = (svg, view, highest) => {
  svg.replaceChildren();
  const box = { left: 40, right: 346, top: 28, bottom: 280 };
  const x = linear(0, 1, box.left, box.right);
  const y = linear(0, highest * 1.06, box.bottom, box.top);
  const ticks = thin(view.ticks, (value) => x(value), 30);
  drawAxes(
    svg,
    box,
    { scale: x, ticks, name: view.axis },
    { scale: y, ticks: ticksBetween(0, highest * 1.06, 6), name: view.loss },
  );
  for (const name of ["train", "test"]) {
    const points = view.samples.map(([place, state]) => [x(place), y(state[name])]);
    add(svg, "path", { class: `explore__curve explore__curve--${name}`, d: through(points) });
    for (const [place, values] of view.solved)
      add(svg, "circle", { class: `explore__dot explore__curve--${name}`, cx: x(place), cy: y(values[name]), r: 2.2 });
  }
  const line = add(svg, "path", { class: "explore__cursor" });
  const points = ["train", "test"].map((name) => [name, add(svg, "circle", { class: `explore__point explore__point--${name}`, r: 5 })]);
  return (place, now) => {
    set(line, { d: `M${x(place)} ${box.top}V${box.bottom}` });
    for (const [name, point] of points) set(point, { cx: x(place), cy: y(now[name]) });
  };
};

const portrait = (root, data) => {
  const parts = partsOf(root);
  const { words, solved } = data;
  const model = readPortrait(data);
  const decays = solved.weight_decay;
  const last = decays.length - 1;
  const slider = parts.slider;
  const [least, most] = [solved.theta[last], BEYOND * model.free.theta].map(Math.sqrt);
  const highest = Math.max(...solved.train, ...solved.test);

  // A place is the slider's, from 0 to 1: along the solved λ, or along the ball's radius.
  const decayAt = (place) => {
    const stop = Math.min(Math.floor(place * last), last - 1);
    const share = place * last - stop;
    return decays[stop] + share * (decays[stop + 1] - decays[stop]);
  };
  const placeOfDecay = (decay) => {
    const next = decays.findIndex((each, index) => index > 0 && each >= decay);
    const stop = (next < 0 ? last : next) - 1;
    return (stop + Math.min((decay - decays[stop]) / (decays[stop + 1] - decays[stop]), 1)) / last;
  };
  const placeOfTheta = (theta) => (Math.sqrt(theta) - least) / (most - least);
  const radiusAt = (place) => least + place * (most - least);
  const sampled = (work) => Array.from({ length: 241 }, (_, i) => [i / 240, work(i / 240)]);
  const each = (place) => decays.map((_, i) => [place(i), { train: solved.train[i], test: solved.test[i] }]);
  const thetas = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
  const isPower = (decay) => decay === 0 || Number.isInteger(Math.log10(decay));
  const views = {
    soft: {
      steps: PER_STOP * last,
      name: words.soft_slider,
      axis: words.soft_axis,
      loss: words.loss,
      samples: sampled((place) => model.at(decayAt(place))),
      solved: each((i) => i / last),
      ticks: decays.map((decay, i) => [i / last, String(decay)]).filter((_, i) => isPower(decays[i])),
    },
    hard: {
      steps: HARD_STEPS,
      name: words.hard_slider,
      axis: words.hard_axis,
      loss: words.loss,
      samples: sampled((place) => model.solve(radiusAt(place) ** 2)),
      solved: each((i) => placeOfTheta(solved.theta[i])),
      ticks: thetas
        .map((theta) => [placeOfTheta(theta), String(theta)])
        .filter(([place]) => place >= 0 && place <= 1),
    },
  };

  const plain = root.dataset.view === "hard";
  let view = root.dataset.view;
  let now = model.at(decays[data.first]);
  let radius = Math.sqrt(now.theta);
  const movePicture = drawPicture(parts.picture, data, model, plain);
  let moveLosses = drawLosses(parts.losses, views[view], highest);
  const say = announcer(parts.status);

  const show = oncePerFrame(() => {
    movePicture(now, radius);
    moveLosses(view === "soft" ? placeOfDecay(now.decay) : placeOfTheta(radius ** 2), now);
    const known = decays.find((decay) => Math.abs(decay - now.decay) <= 1e-9 * decay);
    const numbers = {
      weight_decay: known === undefined ? write(now.decay) : String(known),
      theta: write(radius ** 2),
      square: write(now.theta),
      train: write(now.train),
      test: write(now.test),
      pull: write(Math.hypot(...now.pull)),
    };
    for (const [name, element] of Object.entries(parts.values)) element.textContent = numbers[name];
    const loose = view === "hard" && radius ** 2 > model.free.theta;
    const text = plain ? words.plain_value : loose ? words.loose_value : words[`${view}_value`];
    slider.setAttribute("aria-valuetext", fill(text, numbers));
  });

  slider.addEventListener("input", () => {
    const place = slider.value / slider.max;
    now = view === "soft" ? model.at(decayAt(place)) : model.solve(radiusAt(place) ** 2);
    radius = view === "soft" ? Math.sqrt(now.theta) : radiusAt(place);
    show();
  });
  slider.addEventListener("keydown", (event) => {
    // A value between two steps is shown on one of them, which may be the end already.
    if (event.key === "Home" || event.key === "End")
      requestAnimationFrame(() => slider.dispatchEvent(new Event("input")));
    // From one solved λ to the next: the pages' own way of moving far.
    const way = { PageUp: 1, PageDown: -1 }[event.key];
    if (!way || view !== "soft") return;
    event.preventDefault();
    const stop = slider.value / PER_STOP;
    slider.value = PER_STOP * (way > 0 ? Math.floor(stop) + 1 : Math.ceil(stop) - 1);
    slider.dispatchEvent(new Event("input"));
  });
  /** Put the slider where the optimum is. */
  const follow = () => {
    radius = Math.sqrt(now.theta);
    const place = view === "soft" ? placeOfDecay(now.decay) : placeOfTheta(now.theta);
    slider.value = Math.round(place * views[view].steps);
  };
  root.addEventListener("turn", ({ detail }) => {
    now = model.at(detail);
    follow();
    show();
  });
  for (const radio of root.querySelectorAll("[type=radio]")) {
    radio.addEventListener("change", () => {
      view = radio.value;
      set(slider, { max: views[view].steps });
      follow();
      parts["slider-name"].textContent = views[view].name;
      moveLosses = drawLosses(parts.losses, views[view], highest);
      say(words[`${view}_switched`]);
      show();
    });
  }
  set(slider, { max: views[view].steps });
  follow();
  show();
};
