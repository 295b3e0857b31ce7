/* Numbers as the pages write them, and what turns them into places on a picture. */

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Put a comma between thousands. */
const group = (text) => text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

/** Significant digits as in the rest of the report: "13.4", "4,455", "1.2×10⁻⁷". */
const write = (value, digits = 3) => {
  if (value === 0) return "0";
  const [mantissa, exponent] = Math.abs(value).toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const raised = [...String(Math.abs(power))].map((digit) => RAISED[digit]).join("");
  const text =
    power >= -4 && power <= 5
      ? group(Math.abs(value).toFixed(Math.max(0, digits - 1 - power)))
      : `${mantissa}×10${power < 0 ? "⁻" : ""}${raised}`;
  return value < 0 ? `−${text}` : text;
};

/** Put numbers into a text's {placeholders}. */
const fill = (text, numbers) => text.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);

/** A scale from values to pixels, with its inverse left out where no one asks for it. */
const linear = (from, to, start, end) => (value) =>
  start + ((value - from) / (to - from)) * (end - start);
const logarithmic = (from, to, start, end) => {
  const scale = linear(Math.log(from), Math.log(to), start, end);
  return (value) => scale(Math.log(value));
};

/** 0, 1, … up to so many; none where the count is no number, however it came about. */
const upTo = (count) => Array.from({ length: Number.isFinite(count) ? count : 0 }, (_, index) => index);

/** Round numbers between two values: steps of 1, 2 or 5, at most about so many. */
const ticksBetween = (from, to, most = 6) => {
  const rough = (to - from) / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((each) => each * unit >= rough);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return upTo(count).map((index) => Number(((first + index) * step).toPrecision(12)));
};

/** Powers of ten between two values, and 3 times them where that leaves too few. */
const powersBetween = (from, to) => {
  const first = Math.floor(Math.log10(from));
  const count = Math.floor(Math.log10(to)) - first + 2; // one more: the logarithm is rounded
  const ticks = upTo(count).flatMap((index) => [1, 3].map((each) => Number(`${each}e${first + index}`)));
  const inside = ticks.filter((tick) => tick >= from && tick <= to);
  const powers = inside.filter((tick) => /^1(?:e|0*$)|^0\.0*1$/.test(String(tick)));
  return powers.length > 2 ? powers : inside;
};

/** A tick's text: short, and without the zeros that say nothing. */
const writeTick = (value) =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? write(value, 1).replace("1×", "")
    : `${value < 0 ? "−" : ""}${group(String(Number(Math.abs(value).toPrecision(6))))}`;
