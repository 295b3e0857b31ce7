/* Train it here: a run for every move of a slider, and many runs in the pauses between frames. */

const SLICE_MS = 12;
const MANY = 1000;
const CURVE_POINTS = 40;

const train = (root, data) => {
  const parts = partsOf(root);
  const { words, sliders, known } = data;
  const box = { left: 54, right: 346, top: 28, bottom: 280 };
  const say = announcer(parts.status);
  let timer = 0;

  const read = () => {
    const setting = { ...data.setting, program: parts.program.value };
    for (const slider of parts.choice) {
      const { choices, written } = sliders[slider.dataset.name];
      setting[slider.dataset.name] = choices[slider.value];
      parts.values[slider.dataset.name].textContent = written[slider.value];
      slider.setAttribute("aria-valuetext", written[slider.value]);
    }
    return setting;
  };
  const seedOf = () => Math.trunc(Math.min(Math.max(Number(parts.seed.value) || 0, 0), 999999));

  const sliderField = (slider) => {
    const { choices, first } = sliders[slider.dataset.name];
    return {
      read: () => (Number(slider.value) === first ? null : String(choices[slider.value])),
      write(text) {
        const place = choices.findIndex((each) => String(each) === text);
        if (place >= 0) slider.value = place;
      },
    };
  };
  const { remember, recall } = keepInAddress({
    program: choiceField(parts.program),
    ...Object.fromEntries(parts.choice.map((slider) => [slider.dataset.name, sliderField(slider)])),
    seed: {
      read: () => String(seedOf()),
      write(text) {
        if (/^\d{1,6}$/.test(text)) parts.seed.value = text;
      },
    },
  });

  /** What this build's runs of a setting printed, where it has any. */
  const findKnown = (setting) => {
    const same = Object.keys(sliders).every(
      (name) => name === "weight_decay" || setting[name] === data.setting[name],
    );
    return same ? known[`${setting.program} ${setting.weight_decay}`] : undefined;
  };
  const writeCount = (count) => group(String(count));
  const countOf = ({ counts }) => counts.reduce((sum, each) => sum + each, 0);

  /** Curves over the epochs on a logarithmic axis; `lines` are levels with a class. */
  const drawCurves = (svg, title, epochs, curves, lines) => {
    svg.replaceChildren();
    const values = [...Object.values(curves).flat(), ...Object.values(lines)];
    const positive = values.filter((value) => value > 0 && Number.isFinite(value));
    const high = Math.max(...positive) * 1.5;
    const low = Math.max(Math.min(...positive) / 1.5, high / 1e9);
    const x = linear(0, epochs.at(-1), box.left, box.right);
    const y = logarithmic(low, high, box.bottom, box.top);
    const above = (value) => y(Math.min(Math.max(Number.isNaN(value) ? high : value, low), high));
    drawAxes(
      svg,
      box,
      { scale: x, ticks: ticksBetween(0, epochs.at(-1), 5), name: words.epoch },
      { scale: y, ticks: thin(powersBetween(low, high), y, 24), name: title },
    );
    for (const [name, level] of Object.entries(lines))
      if (level > 0) add(svg, "path", { class: `explore__curve explore__curve--${name}`, d: `M${box.left} ${above(level)}H${box.right}` });
    for (const [name, curve] of Object.entries(curves)) {
      const points = curve.map((value, i) => [x(epochs[i]), above(value)]);
      add(svg, "path", { class: `explore__curve explore__curve--${name}`, d: through(points) });
    }
  };

  /** The loss on new examples of the mean of the training targets. */
  const constantOf = ({ train: { y }, test }) => {
    const mean = y.reduce((sum, each) => sum + each, 0) / y.length;
    return test.y.reduce((sum, each) => sum + (mean - each) ** 2, 0) / (2 * test.y.length);
  };

  const show = oncePerFrame(() => {
    const setting = read();
    const drawn = drawRun(setting, seedOf());
    const run = trainRun(setting, drawn, CURVE_POINTS);
    const constant = constantOf(drawn);
    drawCurves(parts.losses, words.loss, run.epochs, { train: run.train, test: run.test }, { constant });
    const norms = { norm: run.norm, row: run.row, leftover: run.leftover };
    drawCurves(parts.norms, words.size, run.epochs, norms, {});
    const there = findKnown(setting);
    const percent = there && Math.round(100 * shareBelow({ ...data, quantiles: there.quantiles }, run.norm.at(-1)));
    const numbers = {
      epoch: run.epochs.at(-1),
      norm: write(run.norm.at(-1), 4),
      rank: there ? fill(words.rank, { percent, known: writeCount(countOf(there)) }) : "",
      leftover: write(run.leftover.at(-1)),
      test: write(run.test.at(-1)),
      constant: write(constant),
      ratio: write(run.test.at(-1) / constant, 2),
    };
    const kind = run.diverged ? "diverged" : run.test.at(-1) < constant ? "better" : "worse";
    parts.verdict.textContent = fill(words[kind], numbers);
    say(parts.verdict.textContent);
  });

  const drawHistogram = (setting, norms, lost) => {
    const svg = parts.histogram;
    svg.replaceChildren();
    const there = findKnown(setting);
    const logs = norms.filter((norm) => norm > 0).map(Math.log10);
    const ends = [...logs, ...(there ? there.edges : [])];
    if (!ends.length) return false;
    const [low, high] = [Math.min(...ends) - 0.02, Math.max(...ends) + 0.02];
    const wide = { left: 12, right: 348, top: 10, bottom: 160 };
    const x = logarithmic(10 ** low, 10 ** high, wide.left, wide.right);
    const ticks = thin(logTicks(10 ** low, 10 ** high), x, 44);
    drawAxes(svg, wide, { scale: x, ticks, name: words.printed }, {});
    const bins = there ? there.counts.length : 36;
    const [first, last] = there ? there.edges : [low, high];
    const width = (last - first) / bins;
    const counts = new Array(bins).fill(0);
    for (const log of logs) {
      const bin = Math.floor((log - first) / width);
      if (bin >= 0 && bin < bins) counts[bin] += 1;
    }
    const share = (each, total) => each / Math.max(total, 1);
    const total = there ? countOf(there) : 0;
    const most = Math.max(
      ...counts.map((each) => share(each, logs.length)),
      ...(total ? there.counts.map((each) => share(each, total)) : []),
    );
    const height = (part) => (part / most) * (wide.bottom - wide.top);
    const edge = (bin) => x(10 ** (first + bin * width));
    for (const [bin, count] of counts.entries()) {
      const tall = height(share(count, logs.length));
      add(svg, "rect", { class: "explore__bar", x: edge(bin), y: wide.bottom - tall, width: edge(bin + 1) - edge(bin), height: tall });
    }
    if (total) {
      const steps = there.counts.flatMap((count, bin) => {
        const top = wide.bottom - height(share(count, total));
        return [[edge(bin), top], [edge(bin + 1), top]];
      });
      add(svg, "path", { class: "explore__curve explore__curve--norm", d: through(steps) });
    }
    const text = fill(words[total ? "compared" : "alone"], { runs: writeCount(norms.length + lost), total: writeCount(MANY), lost: writeCount(lost), known: writeCount(total) });
    parts.told.textContent = text;
    return true;
  };

  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    parts.many.textContent = words.many;
  };
  const repeat = () => {
    if (timer) return stop();
    const setting = read();
    const norms = [];
    let seed = Math.max(seedOf(), data.fresh);
    let lost = 0;
    parts.many.textContent = words.stop;
    const work = () => {
      if (!root.isConnected) return;
      const until = performance.now() + SLICE_MS;
      do {
        const run = trainRun(setting, drawRun(setting, seed++), 0);
        if (run.diverged) lost += 1;
        else norms.push(run.norm.at(-1));
      } while (performance.now() < until && norms.length + lost < MANY);
      const drawn = drawHistogram(setting, norms, lost);
      if (!drawn) parts.told.textContent = fill(words.all_lost, { runs: lost });
      if (norms.length + lost < MANY) timer = setTimeout(work);
      else {
        stop();
        say(parts.told.textContent);
      }
    };
    timer = setTimeout(work);
  };

  const change = () => {
    stop();
    parts.histogram.replaceChildren();
    parts.told.textContent = "";
    show();
  };
  for (const control of [...parts.choice, parts.program, parts.seed]) {
    control.addEventListener("input", change);
    control.addEventListener("change", remember); // of a slider: when it is let go
  }
  parts.many.addEventListener("click", repeat);
  parts.reset.addEventListener("click", () => {
    for (const slider of parts.choice) slider.value = sliders[slider.dataset.name].first;
    change();
    remember();
  });
  parts.copy.addEventListener("click", async () => {
    remember();
    await copyText(location.href);
    say(words.copied);
    confirmOn(parts.copy, words.copied);
  });
  recall();
  show();
};

/** Round numbers on a logarithmic axis that may be shorter than a decade. */
const logTicks = (from, to) => {
  const powers = powersBetween(from, to);
  return powers.length > 2 ? powers : ticksBetween(from, to, 6).filter((tick) => tick > 0);
};
