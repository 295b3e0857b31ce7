"use strict";

/* The page of all claims can be filtered and put into another order. Without this script it is
   the plain list; the form is in the page and hidden. */
(function () {
  const FACTS = ["page", "verdict", "basis"];

  const start = () => {
    const form = document.querySelector(".claim-filter");
    if (!form || !form.hidden) return;
    const entries = [...document.querySelectorAll(".docket")];
    // entries and headings as they stand, to be put back
    const plain = [...form.parentElement.children].filter((one) => one.matches(".docket, h2[id]"));
    const filtered = plain.filter((one) => !one.matches("h2") || one.nextElementSibling?.matches(".docket"));
    const output = form.querySelector("output");
    const end = document.createComment("claims");
    filtered.at(-1).after(end);

    const update = () => {
      const chosen = Object.fromEntries(new FormData(form));
      const fits = ({ dataset }) =>
        FACTS.every((fact) => !chosen[fact] || dataset[fact].split(" ").includes(chosen[fact]));
      for (const entry of entries) entry.hidden = !fits(entry);
      const shown = entries.filter((entry) => !entry.hidden);
      const sorted = chosen.order === "margin";
      const margin = ({ dataset }) => (dataset.margin ? Number(dataset.margin) : Infinity);
      const order = sorted ? [...entries].sort((one, other) => margin(one) - margin(other)) : filtered;
      end.before(...order);
      for (const heading of filtered.filter((one) => one.matches("h2"))) {
        let next = heading.nextElementSibling;
        let some = false;
        for (; next?.matches(".docket"); next = next.nextElementSibling) some ||= !next.hidden;
        heading.hidden = sorted || !some;
      }
      output.textContent = output.dataset.shown
        .replace("{shown}", shown.length)
        .replace("{count}", entries.length);
    };
    form.hidden = false;
    form.addEventListener("change", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    update();
  };

  start();
  window.document$?.subscribe(start);
})();
