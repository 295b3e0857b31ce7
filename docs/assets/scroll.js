"use strict";

/* A formula or a table that is wider than the screen scrolls inside itself. With
   this, it can be scrolled with the keyboard too, and is no stop on the way when it fits;
   a table that fits has its head under that of the page. */
(function () {
  const scrollers = ".math--display, .sheet, .notebook-output pre";
  const sizes = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const target = entry.target.closest(scrollers);
      // Only where it scrolls anyway has a table room for its sentences: measured without.
      if (target.matches(".sheet")) target.classList.add("sheet--fits");
      const fits = target.scrollWidth <= target.clientWidth;
      if (target.matches(".sheet")) target.classList.toggle("sheet--fits", fits);
      if (fits) target.removeAttribute("tabindex");
      else target.setAttribute("tabindex", "0");
    }
  });
  const watch = () => {
    sizes.disconnect();
    for (const element of document.querySelectorAll(scrollers)) {
      sizes.observe(element);
      // Its table too, which a face that comes late makes wider.
      if (element.matches(".sheet")) sizes.observe(element.firstElementChild);
    }
  };

  watch();
  window.document$?.subscribe(watch);
})();
