/* The chapter's two programs in single precision, by the same formulas as the report's own:
   wd/lab/programs/scratch.py and concise.py. Sums are taken in double precision and rounded once. */

/** Uniform numbers in (0, 1) from a whole number: mulberry32. */
const uniforms = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (((bits ^ (bits >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
};

/** Standard normal numbers of one stream of a seed: Box and Muller's. */
const normals = (seed, stream) => {
  const uniform = uniforms(Math.imul(16 * seed + stream + 1, 2654435761));
  let kept = null;
  return () => {
    if (kept !== null) {
      const value = kept;
      kept = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
};

/** All that chance decides in a run; the order of an epoch is drawn when it is asked for. */
const drawRun = (setting, seed) => {
  const { n_train: n, n_test, n_features: d, true_w, true_b, noise_std, init_std } = setting;
  const examples = (count, xStream, noiseStream) => {
    const [z, noise] = [normals(seed, xStream), normals(seed, noiseStream)];
    const x = Float32Array.from({ length: count * d }, z);
    const y = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      let sum = true_b + noise_std * noise();
      for (let j = 0; j < d; j++) sum += true_w * x[i * d + j];
      y[i] = sum;
    }
    return { x, y };
  };
  const w = normals(seed, 4);
  const bias = setting.program === "concise" ? normals(seed, 5)() : 0;
  const shuffle = uniforms(Math.imul(16 * seed + 7, 2654435761));
  const order = () => {
    const rows = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const other = Math.floor(shuffle() * (i + 1));
      [rows[i], rows[other]] = [rows[other], rows[i]];
    }
    return rows;
  };
  return {
    train: examples(n, 0, 1),
    test: examples(n_test, 2, 3),
    w: Float32Array.from({ length: d }, () => init_std * w()),
    b: Math.fround(init_std * bias),
    order,
  };
};

/** ½ · mean squared error of w, b on examples. */
const lossOf = ({ x, y }, w, b) => {
  let total = 0;
  for (let i = 0; i < y.length; i++) total += residualOf(x, y, w, b, i) ** 2;
  return total / (2 * y.length);
};

const residualOf = (x, y, w, b, i) => {
  const d = w.length;
  let sum = b - y[i];
  for (let j = 0, at = i * d; j < d; j++, at++) sum += x[at] * w[j];
  return sum;
};

/** A function that splits the norm of w: the part in the row space of x and the rest of it. */
const splitter = ({ x, y }, d) => {
  const n = y.length;
  const whole = (w) => Math.hypot(...w);
  if (n >= d) return (w) => ({ norm: whole(w), row: whole(w), rest: 0 });
  const gram = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++)
    for (let k = 0; k <= i; k++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += x[i * d + j] * x[k * d + j];
      for (let l = 0; l < k; l++) sum -= gram[i][l] * gram[k][l];
      gram[i][k] = i === k ? Math.sqrt(sum) : sum / gram[k][k]; // Cholesky's factor, in place
    }
  return (w) => {
    const solved = new Float64Array(n);
    let row = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += x[i * d + j] * w[j];
      for (let l = 0; l < i; l++) sum -= gram[i][l] * solved[l];
      solved[i] = sum / gram[i][i];
      row += solved[i] ** 2;
    }
    const norm = whole(w);
    return { norm, row: Math.sqrt(row), rest: Math.sqrt(Math.max(norm ** 2 - row, 0)) };
  };
};

/** One step on the examples `rows`; changes w and returns the new bias. */
const takeStep = (setting, { x, y }, w, b, rows) => {
  const { program, lr, weight_decay, batch_size } = setting;
  const d = w.length;
  const scratch = program === "scratch";
  const m = rows.length;
  const pull = scratch ? lr / batch_size : (2 * lr) / m;
  const kept = 1 - lr * weight_decay * (scratch ? m / batch_size : 1);
  const gradient = new Float64Array(d);
  let total = 0;
  for (const row of rows) {
    const residual = residualOf(x, y, w, b, row);
    total += residual;
    for (let j = 0, at = row * d; j < d; j++, at++) gradient[j] += residual * x[at];
  }
  for (let j = 0; j < d; j++) w[j] = kept * w[j] - pull * gradient[j];
  return Math.fround(b - pull * total);
};

/** The factor by which the decay alone shrinks a weight in one epoch. */
const shrinkage = ({ program, lr, weight_decay, batch_size, n_train }) => {
  let factor = 1;
  for (let first = 0; first < n_train; first += batch_size) {
    const m = Math.min(batch_size, n_train - first);
    factor *= 1 - lr * weight_decay * (program === "scratch" ? m / batch_size : 1);
  }
  return factor;
};

/** Train a run from its start.

    @param points How many points of the curves to record, besides the start; 0 for the end alone.
    @returns {epochs, train, test, norm, row, leftover, diverged, w, b}: curves, the end last. */
const trainRun = (setting, drawn, points) => {
  const { n_train: n, n_features: d, batch_size, epochs } = setting;
  const w = drawn.w.slice();
  let b = drawn.b;
  const split = splitter(drawn.train, d);
  const start = split(w);
  const factor = shrinkage(setting);
  const run = { epochs: [], train: [], test: [], norm: [], row: [], leftover: [], diverged: false };
  const record = (epoch) => {
    const parts = split(w);
    run.epochs.push(epoch);
    run.train.push(lossOf(drawn.train, w, b));
    run.test.push(lossOf(drawn.test, w, b));
    run.norm.push(parts.norm);
    run.row.push(parts.row);
    run.leftover.push(start.rest * Math.abs(factor) ** epoch);
  };
  record(0);
  const every = points ? Math.max(1, Math.round(epochs / points)) : epochs;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = drawn.order(epoch);
    for (let first = 0; first < n; first += batch_size)
      b = takeStep(setting, drawn.train, w, b, order.slice(first, first + batch_size));
    if (epoch % every === 0 || epoch === epochs) record(epoch);
    const last = run.train.at(-1);
    if (!Number.isFinite(b) || !(last <= 1000 * run.train[0])) {
      run.diverged = true;
      break;
    }
  }
  return { ...run, w, b };
};
