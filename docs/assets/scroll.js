"use strict";

/* A formula or a table that is wider than the screen scrolls inside itself. With
   this, it can be scrolled with the keyboard too, and is no stop on the way when it fits. */
(function () {
  const scrollers = ".math--display, .md-typeset__scrollwrap, .notebook-output pre";
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  const watch = () =>
    // The theme wraps the tables when a page arrives, which is now or just before.
    requestAnimationFrame(() => {
      sizes.disconnect();
      for (const element of document.querySelectorAll(scrollers)) sizes.observe(element);
    });

  watch();
  window.document$?.subscribe(watch);
})();
