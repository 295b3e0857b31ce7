"use strict";

/* Reads a JSON list of [name, HTML] from stdin and prints what html-validate finds in each. Its rules
   here are those of HTML's grammar, which a parser that repairs what it reads can't tell; what else
   is wrong with a page, the build itself says (wd/report/site/inspection.py). */

const { HtmlValidate, StaticConfigLoader } = require("html-validate");

const rules = Object.fromEntries(
  [
    "aria-label-misuse",
    "attr-spacing",
    "close-attr",
    "close-order",
    "element-name",
    "element-permitted-content",
    "element-permitted-occurrences",
    "element-permitted-order",
    "element-permitted-parent",
    "element-required-ancestor",
    "element-required-attributes",
    "element-required-content",
    "map-dup-name",
    "no-dup-attr",
    "no-dup-class",
    "no-implicit-close",
    "no-redundant-for",
    "script-element",
    "unrecognized-char-ref",
  ].map((name) => [name, "error"]),
);
const validate = new HtmlValidate(new StaticConfigLoader({ root: true, rules }));
const pages = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const found = {};
for (const [name, html] of pages) {
  const { results } = validate.validateStringSync(html, name);
  const messages = results.flatMap((result) => result.messages);
  found[name] = messages.map(({ ruleId, message, line }) => `${ruleId}, line ${line}: ${message}`);
}
process.stdout.write(JSON.stringify(found));
