// What a chat app shows of a shared link: title, words and picture, which the server has asked the page for.
import { api } from "./api.js";
import { h } from "./dom.js";

const asked = new Map(); // a link is asked for once, however often its bubble is drawn

/** The card beneath a shared link; it opens the link, and is not seen before there is something to show. */
export function preview(href) {
  const card = h("a", { class: "preview", href, hidden: true, data: { testid: "preview" } });
  if (!asked.has(href)) asked.set(href, api.preview(href));
  asked.get(href).then(
    ({ title, description, image }) => {
      if (!title) return;
      card.append(h("strong", {}, title));
      if (description) card.append(h("span", {}, description));
      if (image) card.append(h("img", { src: image, alt: "" }));
      card.hidden = false;
    },
    () => asked.delete(href), // the pages could not be asked: the next time the bubble is drawn they are again
  );
  return card;
}
