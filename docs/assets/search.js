"use strict";

/* The theme's search listens to keys. Words that come without one (pasted with the mouse,
   chosen from an input method's list, dictated) would leave it saying "Type to start". */
document.addEventListener("input", ({ target }) => {
  if (target.matches(".md-search__input")) target.dispatchEvent(new Event("keyup"));
});
