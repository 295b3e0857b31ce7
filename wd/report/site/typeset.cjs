"use strict";

/* KaTeX as a filter: one JSON object per line in, {tex, display}, and one per
   line out, {html} or {error}. The Python side is mathematics.py. */

const readline = require("node:readline");
const katex = require("katex");

// KaTeX only warns where it guesses a glyph's metrics, and only colours red what it
// doesn't trust. Both would reach the reader, so both are errors here.
console.warn = (message) => {
  throw new Error(message);
};
// Between two formulas of one display: a wide space, after which a narrow page may break.
const macros = { "\\also": "\\quad\\allowbreak{}\\quad" };
const refuse = ({ command }) => {
  throw new Error(`${command} is not allowed`);
};

function typeset({ tex, display }) {
  try {
    return {
      html: katex.renderToString(tex, {
        displayMode: display,
        output: "htmlAndMathml",
        throwOnError: true,
        strict: "error",
        trust: refuse,
        macros: { ...macros },
      }),
    };
  } catch (error) {
    const place = error.position === undefined ? "" : ` (at character ${error.position + 1})`;
    const message = (error.rawMessage ?? error.message).replace(/^.*strict mode is .*?: /, "");
    return { error: message + place };
  }
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(JSON.stringify(typeset(JSON.parse(line))) + "\n");
});
