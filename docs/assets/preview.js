"use strict";

/* What a link to an equation, a reference or a term leads to is shown beside the link, by mouse
   and by keyboard. It can be pointed at, stays until it is left, and Escape closes it. */
(function () {
  const LINKS = 'a[href*="#eq-"], a[href*="#ref-"], a[href*="#term-"]';
  const WAIT_MS = 250;
  let shown, source, timer;

  const find = (link) => {
    const anchor = decodeURIComponent(link.hash.slice(1));
    return document.getElementById(`preview-${anchor}`) ?? document.getElementById(anchor);
  };

  const close = () => {
    clearTimeout(timer);
    shown?.remove();
    source?.removeAttribute("aria-describedby");
    shown = source = undefined;
  };

  const open = (link) => {
    const target = find(link);
    if (!target || link === source) return;
    close();
    shown = document.createElement("div");
    shown.className = "preview md-typeset";
    shown.id = "preview-shown";
    shown.setAttribute("role", "tooltip");
    // a row of a table or an entry of a list is shown by what is in it
    for (const node of target.cloneNode(true).childNodes) shown.append(node.cloneNode(true));
    for (const element of shown.querySelectorAll("[id], .headerlink")) {
      if (element.matches(".headerlink")) element.remove();
      else element.removeAttribute("id");
    }
    document.body.append(shown);
    const place = link.getClientRects()[0];
    const room = document.documentElement.clientWidth - shown.offsetWidth - 8;
    const above = place.top > shown.offsetHeight + 72; // clear of the header
    shown.style.left = `${Math.max(8, Math.min(place.left, room)) + scrollX}px`;
    shown.style.top = `${(above ? place.top - shown.offsetHeight - 6 : place.bottom + 6) + scrollY}px`;
    source = link;
    link.setAttribute("aria-describedby", shown.id);
  };

  const soon = (work) => {
    clearTimeout(timer);
    timer = setTimeout(work, WAIT_MS);
  };

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType !== "mouse" || !(target instanceof Element)) return;
    const link = target.closest(LINKS);
    if (link) soon(() => open(link));
    else if (target.closest(".preview")) clearTimeout(timer);
    else if (shown) soon(close);
    else clearTimeout(timer);
  });
  document.addEventListener("focusin", ({ target }) => {
    const link = target.closest(LINKS);
    if (link?.matches(":focus-visible")) open(link);
    else if (!target.closest(".preview")) close();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  addEventListener("hashchange", close);
  window.document$?.subscribe(close);
})();
