/* Pictures as SVG elements. Colours and line styles are the style sheet's: `class` names them. */

const NAMESPACE = "http://www.w3.org/2000/svg";

/** Set attributes of an element. */
const set = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

/** Add an element to a picture, or to a group in it. */
const add = (parent, tag, attributes = {}, text = "") => {
  const element = set(document.createElementNS(NAMESPACE, tag), attributes);
  element.textContent = text;
  parent.append(element);
  return element;
};

/** A path's data through points. */
const through = (points) =>
  points.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

/** The outline of a band between two rows of numbers. */
const around = (x, low, high) =>
  `${through([...x.map((each, i) => [each, high[i]]), ...x.map((each, i) => [each, low[i]]).reverse()])}Z`;

/** Axes along the left and the lower edge of a box, with a line of the grid at each tick.

    @param box {left, right, top, bottom} in pixels.
    @param x, y {scale, ticks, name}; a tick is a value, or a value with its text. */
const drawAxes = (parent, box, x, y) => {
  const group = add(parent, "g", { class: "explore__axes" });
  const parts = (tick) => (Array.isArray(tick) ? tick : [tick, writeTick(tick)]);
  for (const [value, text] of (x.ticks ?? []).map(parts)) {
    const place = x.scale(value);
    add(group, "path", { class: "explore__grid", d: `M${place} ${box.top}V${box.bottom}` });
    add(group, "text", { x: place, y: box.bottom + 16, "text-anchor": "middle" }, text);
  }
  for (const [value, text] of (y.ticks ?? []).map(parts)) {
    const place = y.scale(value);
    add(group, "path", { class: "explore__grid", d: `M${box.left} ${place}H${box.right}` });
    add(group, "text", { x: box.left - 6, y: place + 4, "text-anchor": "end" }, text);
  }
  add(group, "path", {
    class: "explore__frame",
    d: `M${box.left} ${y.ticks ? box.top : box.bottom}V${box.bottom}H${box.right}`,
  });
  const middle = (box.left + box.right) / 2;
  if (x.name)
    add(group, "text", { x: middle, y: box.bottom + 34, "text-anchor": "middle" }, x.name);
  if (y.name) add(group, "text", { x: 4, y: 14 }, y.name);
  return group;
};

/** Leave out ticks that would stand closer than so many pixels to the one before. */
const thin = (ticks, scale, apart) => {
  let last = -Infinity;
  return ticks.filter((tick) => {
    const place = scale(Array.isArray(tick) ? tick[0] : tick);
    if (Math.abs(place - last) < apart) return false;
    last = place;
    return true;
  });
};

/** The parts of a widget that its frame names, by their names; those of one name in a list. */
const partsOf = (root) => {
  const parts = { choice: [...root.querySelectorAll("[data-part=choice]")], values: {} };
  for (const element of root.querySelectorAll("[data-part]:not([data-part=choice])"))
    parts[element.dataset.part] = element;
  for (const element of root.querySelectorAll("[data-value]"))
    parts.values[element.dataset.value] = element;
  return parts;
};

/** Run `work` once in the next frame, however often it is asked for until then. */
const oncePerFrame = (work) => {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      work();
    });
  };
};

/** Tell a screen reader once the reader has paused, and not every step on the way. */
const PAUSE_MS = 400;
const announcer = (element) => {
  let timer;
  return (text) => {
    clearTimeout(timer);
    element.textContent = ""; // what was said before no longer holds
    timer = setTimeout(() => (element.textContent = text), PAUSE_MS);
  };
};
