"use strict";

/* The theme's search listens to keys. Words that come without one (pasted with the mouse,
   chosen from an input method's list, dictated) would leave it saying "Type to start". */
document.addEventListener("input", ({ target }) => {
  if (target.matches(".md-search__input")) target.dispatchEvent(new Event("keyup"));
});

/* Where nothing is found, the nearest words of headings are offered, and pages to begin with. */
(function () {
  const MOST = 3;
  const { base, translations } = JSON.parse(document.getElementById("__config").textContent);
  const place = new URL(`${base}/search/search_index.json`, location);
  const template = document.getElementById("search-none").content;
  // the page may be another one by the time they are shown
  for (const link of template.querySelectorAll("a"))
    link.setAttribute("href", new URL(link.getAttribute("href"), location));
  let words;

  /** The words of the index's titles and aliases; from disk the index is a script. */
  const read = async () => {
    if (words) return words;
    const { docs } = window.__index ?? (await (await fetch(place)).json());
    const texts = docs.flatMap(({ title, aliases }) => [title, aliases ?? ""]);
    words = new Set(texts.join(" ").toLowerCase().match(/[a-z]{3,}/g));
    return words;
  };

  /** How many letters differ: inserted, left out, exchanged, or swapped with the next. */
  const distance = (one, other) => {
    const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
    for (let i = 1; i <= one.length; i++) {
      rows[i] = [i];
      for (let j = 1; j <= other.length; j++) {
        const same = one[i - 1] === other[j - 1];
        const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
        rows[i][j] = Math.min(
          rows[i - 1][j] + 1,
          rows[i][j - 1] + 1,
          rows[i - 1][j - 1] + (same ? 0 : 1),
          swapped ? rows[i - 2][j - 2] + 1 : Infinity,
        );
      }
    }
    return rows[one.length][other.length];
  };

  const findNear = (typed, known) =>
    [...known]
      .map((word) => [distance(typed, word), word])
      .filter(([far, word]) => far > 0 && far <= Math.max(1, Math.floor(word.length / 3)))
      .sort(([one], [other]) => one - other)
      .slice(0, MOST)
      .map(([, word]) => word);

  const offer = async (result, input) => {
    result.querySelector(".search-none")?.remove();
    const typed = input.value.trim();
    const said = result.querySelector(".md-search-result__meta").textContent.trim();
    if (!typed || said !== translations["search.result.none"]) return;
    const box = document.createElement("div");
    box.className = "search-none md-typeset";
    box.append(template.cloneNode(true));
    const list = box.querySelector(".search-none__words");
    const known = await read();
    if (input.value.trim() !== typed || result.querySelector(".search-none")) return;
    const parts = typed.toLowerCase().split(/\s+/);
    const last = parts.findLast((part) => !known.has(part)) ?? "";
    for (const word of findNear(last, known)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = parts.map((part) => (part === last ? word : part)).join(" ");
      button.addEventListener("click", () => {
        input.value = button.textContent;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.focus();
      });
      list.append(button);
    }
    list.hidden = !list.querySelector("button");
    result.append(box);
  };

  const result = document.querySelector(".md-search-result");
  const input = document.querySelector(".md-search__input");
  new MutationObserver(() => offer(result, input)).observe(
    result.querySelector(".md-search-result__meta"),
    { childList: true, characterData: true, subtree: true },
  );
})();
