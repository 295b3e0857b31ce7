/* Fill the frames of the page that is here, now and whenever the theme brings another. */

const WIDGETS = { bet, portrait, replay, norm, train };

const start = () => {
  for (const root of document.querySelectorAll("[data-explore]:not([data-live])")) {
    root.dataset.live = "";
    WIDGETS[root.dataset.explore](root, JSON.parse(root.dataset.content));
  }
  connectMarks();
};
start();
