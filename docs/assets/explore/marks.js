/* Words of the text that light up what they name in the widget before them, or turn it. */

const connectMarks = () => {
  const roots = [...document.querySelectorAll("[data-explore]")];
  for (const mark of document.querySelectorAll(".mark:not([data-live])")) {
    mark.dataset.live = "";
    const before = roots.filter(
      (root) => root.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const root = before.at(-1) ?? roots[0];
    const { light, turn } = mark.dataset;
    /** Once a finger or the keyboard has chosen a word, it shines until another is chosen. */
    const shine = (on) => {
      for (const part of root.querySelectorAll(`.explore__${light}`))
        part.classList.toggle("explore__lit", on);
    };
    if (light) {
      for (const event of ["pointerenter", "focus"]) mark.addEventListener(event, () => shine(true));
      for (const event of ["pointerleave", "blur"])
        mark.addEventListener(event, () => shine(document.activeElement === mark));
    }
    mark.addEventListener("click", () => {
      root.querySelector("svg").scrollIntoView({ block: "nearest" });
      if (turn) root.dispatchEvent(new CustomEvent("turn", { detail: Number(turn) }));
    });
  }
};
