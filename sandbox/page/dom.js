// Small helpers to build elements. Text always goes in as text; only `bubble.js` ever takes HTML, and only the server's.
import { t } from "./words.js";

/**
 * An element. Props: `class`, `t` (a word of words.js as text), `label` (a word as accessible name and tip),
 * `hint` (a word as placeholder), `on` ({event: handler}), `data` ({key: value}); the rest are attributes.
 */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") el.className = value;
    else if (key === "on") for (const [event, act] of Object.entries(value)) el.addEventListener(event, act);
    else if (key === "data") Object.assign(el.dataset, value);
    else if (key === "t" || key === "label" || key === "hint") word(el, key, value);
    else el.setAttribute(key, value === true ? "" : value);
  }
  if (tag === "button" && !el.hasAttribute("type")) el.type = "button";
  el.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return el;
}

let held = null; // what a finger or the mouse is down on
const waiting = [];

document.addEventListener("pointerdown", (event) => (held = event.button ? null : event.target), { capture: true });
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => setTimeout(release), { capture: true }); // after the click that comes of it
}

function release() {
  held = null;
  for (const draw of waiting.splice(0)) draw();
}

/** Draw anew what lies in `root`: at once, or when the press on it is over. A browser forgets a press on what is gone. */
export function redraw(root, draw) {
  if (held && root.contains(held)) waiting.push(draw);
  else draw();
}

/** Put a word on an element and remember which, so that `relabel` can say it in the other language. */
export function word(el, kind, key) {
  el.dataset[kind] = key;
  if (kind === "t") el.textContent = t(key);
  if (kind === "hint") el.placeholder = t(key);
  if (kind === "label") {
    el.setAttribute("aria-label", t(key));
    el.title = t(key);
  }
}

/** Say every remembered word again, after the language changed. */
export function relabel(root = document) {
  for (const kind of ["t", "label", "hint"]) {
    for (const el of root.querySelectorAll(`[data-${kind}]`)) word(el, kind, el.dataset[kind]);
  }
}

/** A picture of the sprite in index.html. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Let `button` open and close `panel`; a press elsewhere or Escape closes it. Returns `close`. */
export function popover(button, panel, onOpen = () => {}) {
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
  const set = (open) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) onOpen();
  };
  button.addEventListener("click", () => set(panel.hidden));
  document.addEventListener("pointerdown", (event) => {
    if (!panel.hidden && !panel.contains(event.target) && !button.contains(event.target)) set(false);
  });
  for (const place of [panel, button]) {
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      set(false);
      button.focus();
    });
  }
  return () => set(false);
}
