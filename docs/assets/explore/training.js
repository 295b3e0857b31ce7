/* The chapter's two programs in single precision, by the same formulas as the report's own:
   wd/lab/programs/scratch.py and concise.py. Sums are taken in double precision and rounded once. */

const STREAMS = ["x", "noise", "x_test", "noise_test", "w", "b", "order"];
const BLOCK = 16;

/** 53 random bits as a number in [0, 1): PyTorch's generator for the CPU, MT19937
    (Matsumoto and Nishimura 1998, ACM TOMACS 8, 3–30). */
const uniforms = (seed) => {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++)
    state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let at = 624;
  const twist = () => {
    for (let i = 0; i < 624; i++) {
      const bits = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7fffffff);
      state[i] = state[(i + 397) % 624] ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };
  const next = () => {
    if (at === 624) twist();
    let bits = state[at++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  };
  return () => ((next() & 0x1fffff) * 4294967296 + next()) / 9007199254740992;
};

/** Standard normal numbers of one stream of a seed: the very ones of wd/lab/data.py, whose
    blocks of 16 PyTorch makes of 16 uniform numbers by Box and Muller's method. */
const normals = (seed, stream, count) => {
  const uniform = uniforms(Math.imul(16 * seed + STREAMS.indexOf(stream), 2654435761) >>> 0);
  const values = new Float64Array(Math.ceil(count / BLOCK) * BLOCK).map(uniform);
  for (let first = 0; first < values.length; first += BLOCK)
    for (let j = first; j < first + BLOCK / 2; j++) {
      const radius = Math.sqrt(-2 * Math.log(1 - values[j]));
      const angle = 2 * Math.PI * values[j + BLOCK / 2];
      values[j] = radius * Math.cos(angle);
      values[j + BLOCK / 2] = radius * Math.sin(angle);
    }
  return values.subarray(0, count);
};

/** All that chance decides in a run. */
const drawRun = (setting, seed) => {
  const { n_train: n, n_test, n_features: d, true_w, true_b, noise_std, init_std } = setting;
  const examples = (count, inputs, errors) => {
    const x = normals(seed, inputs, count * d);
    const y = normals(seed, errors, count).map((error, i) => {
      let sum = 0;
      for (let j = i * d; j < (i + 1) * d; j++) sum += x[j];
      return true_w * sum + true_b + noise_std * error;
    });
    return { x: Float32Array.from(x), y: Float32Array.from(y) };
  };
  const scaled = (stream, count) =>
    Float32Array.from(normals(seed, stream, count), (z) => init_std * z);
  const rows = upTo(n);
  const keys = setting.batch_size < n ? normals(seed, "order", setting.epochs * n) : null;
  return {
    train: examples(n, "x", "noise"),
    test: examples(n_test, "x_test", "noise_test"),
    w: scaled("w", d),
    b: setting.program === "concise" ? scaled("b", 1)[0] : 0,
    /** The order of an epoch, from 1 on: that of its random numbers; a single batch has none. */
    order(epoch) {
      if (!keys) return rows;
      const own = keys.subarray((epoch - 1) * n, epoch * n);
      return [...rows].sort((one, other) => own[one] - own[other]);
    },
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
