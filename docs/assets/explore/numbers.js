/* Numbers as the pages write them, and what turns them into places on a picture. */

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Significant digits as in the rest of the report: "13.4", "0.00096", "1.2×10⁻⁷". */
const write = (value, digits = 3) => {
  if (value === 0) return "0";
  const [mantissa, exponent] = Math.abs(value).toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const raised = [...String(Math.abs(power))].map((digit) => RAISED[digit]).join("");
  const text =
    power >= -4 && power <= 5
      ? Math.abs(value).toFixed(Math.max(0, digits - 1 - power))
      : `${mantissa}×10${power < 0 ? "⁻" : ""}${raised}`;
  return value < 0 ? `−${text}` : text;
};

/** Put numbers into a text's {placeholders}. */
const fill = (text, numbers) => text.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);

/** The number that a reader means: the last one in what was typed or pasted, or NaN. */
const parseNumber = (text) => {
  const found = text.match(/[-−]?\d*[.,]?\d+(?:e[-+]?\d+)?/gi);
  return found ? Number(found.at(-1).replace(",", ".").replace("−", "-")) : NaN;
};

/** A scale from values to pixels, with its inverse left out where no one asks for it. */
const linear = (from, to, start, end) => (value) =>
  start + ((value - from) / (to - from)) * (end - start);
const logarithmic = (from, to, start, end) => {
  const scale = linear(Math.log(from), Math.log(to), start, end);
  return (value) => scale(Math.log(value));
};

/** Round numbers between two values: steps of 1, 2 or 5, at most about so many. */
const ticksBetween = (from, to, most = 6) => {
  const rough = (to - from) / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((each) => each * unit >= rough);
  const ticks = [];
  for (let index = Math.ceil(from / step); index * step <= to * (1 + 1e-12); index++)
    ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
};

/** Powers of ten between two values, and 3 times them where that leaves too few. */
const powersBetween = (from, to) => {
  const ticks = [];
  for (let power = Math.floor(Math.log10(from)); 10 ** power <= to; power++)
    ticks.push(Number(`1e${power}`), Number(`3e${power}`));
  const inside = ticks.filter((tick) => tick >= from && tick <= to);
  const powers = inside.filter((tick) => /^1(?:e|0*$)|^0\.0*1$/.test(String(tick)));
  return powers.length > 2 ? powers : inside;
};

/** A tick's text: short, and without the zeros that say nothing. */
const writeTick = (value) =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? write(value, 1).replace("1×", "")
    : String(Number(value.toPrecision(6)));
