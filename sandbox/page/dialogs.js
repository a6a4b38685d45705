// What lies above the page: the alert of a callback answer, a question, and the short toasts.
import { h } from "./dom.js";

/** A modal box with a text; resolves to whether the first button was pressed. */
function modal(text, { title, yes, no, testid }) {
  return new Promise((resolve) => {
    const box = h(
      "dialog", { class: "dialog", data: { testid } },
      title && h("strong", { class: "dialog-title" }, title),
      h("p", {}, text),
      h(
        "form", { method: "dialog", class: "dialog-buttons" },
        no && h("button", { type: "submit", value: "no", class: "plain", t: no }),
        h("button", { type: "submit", value: "yes", class: "strong", t: yes, autofocus: true }),
      ),
    );
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue === "yes");
    });
    document.body.append(box);
    box.showModal();
  });
}

/** An alert that the bot shows to a person, named in the title. */
export const alertBox = (title, text) => modal(text, { title, yes: "ok", testid: "alert" });

/** Ask before something that cannot be undone; resolves to true for yes. */
export const ask = (text, yes) => modal(text, { yes, no: "cancel", testid: "ask" });

/** A short line that goes by itself, shown inside `place` (a column, or the page). */
export function toast(place, text) {
  place.querySelector(":scope > .toast")?.remove();
  const el = h("div", { class: "toast", role: "status", data: { testid: "toast" } }, text);
  place.append(el);
  setTimeout(() => el.remove(), 3500 + text.length * 50);
}
