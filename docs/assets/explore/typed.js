/* The number in what a reader typed or pasted: read rightly, or refused for a reason. */

const LONGEST_LINE = 500; // characters: what a program prints for one norm is shorter

/** What the frameworks and prompts write around a number; digits in it are none of the reader's. */
const AROUND = new RegExp(
  [
    String.raw`\b(?:grad_fn|device|dtype|shape|size|ctx|place|id|weak_type|requires_grad|stop_gradient)\s*=\s*` +
      String.raw`(?:<[^>]*>|'[^']*'|"[^"]*"|[\w.:]*(?:\([^()]*\)|\[[^\]]*\])?)`,
    String.raw`<NDArray[^>]*>|@\w+\(\d+\)`, // MXNet's devices
    String.raw`\bSize\([^)]*\)|\b[a-z]+\d+\[[\d, ]*\]`, // shapes of PyTorch and JAX
    String.raw`["'][^"'\s]*:\d+["']`, // TensorFlow's names
    String.raw`\[\d*\]:|>>>|[-=]+>`, // prompts and arrows
  ].join("|"),
  "gi",
);

/** A number with all that could make it another one, or a word with the digits that are its own. */
const TOKEN = new RegExp(
  String.raw`(?<before>[<>≤≥±√/]|\.(?=[.,]\d)|)\s*(?<signs>[-+]*)\s*` +
    String.raw`(?<number>[.,]?\d(?:e[-+](?=\d)|\.(?=e[-+]?\d)|[.,'’](?=\d)|[\p{L}\p{N}_^])*)` +
    String.raw`(?<after>\s*[%‰]|\s+e[-+]?\d)?` +
    String.raw`|[\p{L}_^∞](?:\.(?=\d)|[\p{L}\p{N}_^])*`,
  "giu",
);

/** The value of a decimal digit of any script: each has its ten in a row, from zero on. */
const digitOf = (digit) => {
  let steps = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(digit.codePointAt(0) - steps - 1))) steps++;
  return steps % 10;
};

const lower = (raised) =>
  [...raised].map((sign) => "+-0123456789"["⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)]).join("");

/** Write digits, signs and powers of any keyboard as a program does; take away what is around. */
const simplify = (text) =>
  text
    .replace(/\s+/g, " ")
    .replace(/[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (raised) => `^${lower(raised)}`)
    .replace(/[！-～]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\p{Nd}/gu, digitOf)
    .replace(/(\d)\p{Cf}+(?=\d)/gu, "$1 ") // marks of direction and of width zero
    .replace(/\p{Cf}/gu, "")
    .replace(/[‐-―−﹣]/g, "-")
    .replace(/٫/g, ".")
    .replace(/٬/g, ",")
    .replace(/(\d)[。｡](?=\d)/g, "$1.")
    .replace(/(\d)\s*(?:[×x*·⋅∙•]|\\times|\\cdot)\s*10\s*(?:\^|\*\*)\s*[{(]?([-+]?\d+)[)}]?/gi, "$1e$2")
    .replace(/\d\.#(?:INF|IND|[QS]NAN)\d*/gi, " nan ") // Windows, once
    .replace(AROUND, " ")
    .replace(/(^|[^\p{L}\p{N}.,_^-])2[\s-]*(?:norm|范数|範數)/giu, "$1 ")
    // Chinese and the like set no space beside a number, of which 万 and its kin are a part.
    .replace(/(?![零〇一二三四五六七八九十百千万萬亿億])[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu, " ");

/** A number as `Number` takes it, whichever signs part its thousands and its decimals; or "". */
const unify = (number) => {
  const has = (pattern) => new RegExp(`^(?:${pattern})$`, "i").test(number);
  if (has(String.raw`(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`)) return number;
  if (has(String.raw`,\d*\.\d+.*`)) return unify(number.slice(1)); // the comma parts words
  if (
    has(String.raw`[1-9]\d{0,2}([,'’_])\d{3}(?:\1\d{3})*\.\d+`) || // 1,234.5
    has(String.raw`[1-9]\d{0,2}(['’_])\d{3}(?:\1\d{3})*|[1-9]\d{0,2}(?:,\d{3}){2,}`) // 1,234,567
  )
    return number.replace(/[,'’_]/g, "");
  if (has(String.raw`[1-9]\d{0,2}(?:\.\d{3})+,\d+`)) // 1.234,5
    return number.replace(/\./g, "").replace(",", ".");
  return has(String.raw`\d+,\d+(?:e[-+]?\d+)?`) ? number.replace(",", ".") : "";
};

/** Find the norm in a text.

    @returns {value}, or {reason}: why there is none, a key of the words [refused], or "diverged".
      With "comma" come both meanings, {decimal, whole}. */
const readTyped = (typed) => {
  const text = typed.trim();
  if (!text) return { reason: "empty" };
  if (text.length > LONGEST_LINE) return { reason: "long" };
  const tokens = [...simplify(text).matchAll(TOKEN)];
  const numbers = tokens.map(({ groups }) => groups).filter(({ number }) => number);
  const diverged = tokens.some(([word]) => /^(?:nan|inf|infinity|∞)$/i.test(word));
  if (numbers.length + diverged > 1) return { reason: "several" };
  if (diverged) return { reason: "diverged" };
  if (!numbers.length) return { reason: "text" };
  const [{ before, signs, number, after }] = numbers;
  const plain = unify(number);
  const listed = number.includes(",") && text.includes("["); // in a list a comma parts two numbers
  if (before || after || listed || !plain) return { reason: "unclear" };
  if (/^[1-9]\d{0,2},\d{3}$/.test(number))
    return { reason: "comma", decimal: plain, whole: plain.replace(".", "") };
  if (!/[1-9]/.test(plain.split(/e/i)[0])) return { reason: "zero" };
  if (signs.includes("-")) return { reason: "negative" };
  const value = Number(plain);
  return value > 0 && Number.isFinite(value) ? { value } : { reason: "beyond" };
};
