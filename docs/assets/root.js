"use strict";

/* The root's page lists the languages; where the browser says which one its reader prefers, it
   leads there, and else to the first. The choice stays: the header of every page has it. */
(function () {
  const offered = [...document.querySelectorAll("a[hreflang]")];
  const fits = (wanted) => {
    const tag = wanted.toLowerCase();
    const script = /^zh\b.*\b(hant|tw|hk|mo)\b/.test(tag) ? "zh-hant" : tag;
    return offered.find((link) => {
      const has = link.hreflang.toLowerCase();
      return script === has || script.startsWith(`${has}-`) || has.startsWith(`${script}-`)
        || script.split("-")[0] === has.split("-")[0] && script !== "zh-hant";
    });
  };
  const chosen = navigator.languages.map(fits).find(Boolean) || offered[0];
  location.replace(chosen.href);
})();
