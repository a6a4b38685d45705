// A telephone without Telegram: somebody's personal page, in a frame. Links to pages that stand in the chats open here.
import { h, icon } from "./dom.js";

/** Where the personal pages are; empty when the program serves none. */
export const PAGES = document.querySelector("meta[name=sandbox-pages]").content;

/** Tell whether an address is one of the personal pages. */
export const isPage = (href) => PAGES !== "" && href.startsWith(`${PAGES}/`);

export class Phone {
  constructor(root) {
    this.frame = h("iframe", { class: "screen", label: "phoneTitle", data: { testid: "phone-frame" } });
    const close = h("button", { class: "round", label: "phoneClose", on: { click: () => this.toggle(false) } }, icon("close"));
    const home = h("button", { class: "plain", t: "phoneHome", on: { click: () => this.open(`${PAGES}/`) } });
    this.element = h(
      "section", { class: "column phone", label: "phoneTitle", data: { testid: "phone" } },
      h("header", { class: "phone-head" }, h("strong", { t: "phoneTitle" }), home, close),
      h("p", { class: "phone-hint", t: "phoneHint" }), this.frame,
    );
    this.element.hidden = true;
    root.append(this.element);
  }

  open(href) {
    this.frame.src = href;
    this.toggle(true);
  }

  toggle(open = this.element.hidden) {
    if (open && !this.frame.getAttribute("src")) this.frame.src = `${PAGES}/`;
    this.element.hidden = !open;
  }
}
