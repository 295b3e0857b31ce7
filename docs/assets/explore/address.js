/* A widget's state in the page's address, so that a link leads back to it. */

/** Copy a text, also where a page isn't trusted with the clipboard. */
const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
};

/** Say on a button for a moment that it has done what it is for. */
const CONFIRMED_MS = 2000;
const confirmOn = (button, text) => {
  const usual = button.dataset.usual ?? button.textContent;
  button.dataset.usual = usual;
  button.textContent = text;
  setTimeout(() => (button.textContent = usual), CONFIRMED_MS);
};

/** Keep fields in the address.

    @param fields By name {read, write}: the field's state as a text, or null where the address
      needn't name it; and what sets it to a text, which may come from anybody. */
const keepInAddress = (fields) => ({
  remember() {
    const url = new URL(location.href);
    for (const [name, { read }] of Object.entries(fields)) {
      const state = read();
      if (state === null) url.searchParams.delete(name);
      else url.searchParams.set(name, state);
    }
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // a page without an origin of its own keeps its address
    }
  },
  recall() {
    const asked = new URL(location.href).searchParams;
    for (const [name, { write }] of Object.entries(fields))
      if (asked.has(name)) write(asked.get(name));
  },
});

/** A list of choices as such a field: only what it offers can be set. */
const choiceField = (select) => ({
  read: () => select.value,
  write(text) {
    if ([...select.options].some(({ value }) => value === text)) select.value = text;
  },
});
