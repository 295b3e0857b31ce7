"use strict";

/* The header stays where the theme's instant navigation changes the page: the links to other
   languages in it are taken from the page, which brings its own. */
(function () {
  const follow = () => {
    const brought = document.querySelector(".editions .md-select__list");
    const shown = document.querySelector(".md-header .md-select__list");
    if (brought && shown) shown.replaceWith(brought.cloneNode(true));
  };

  if (window.document$) window.document$.subscribe(follow);
})();
