// The mailbox: every mail that came, for whoever it is, newest first, as text with its links.
import { api } from "./api.js";
import { h, icon } from "./dom.js";
import { follow, linkify } from "./links.js";
import { on } from "./store.js";
import { t } from "./words.js";

const ADDRESS = /https?:\/\/[^\s<>"，。）)]+/g;

export class Mailbox {
  constructor(root) {
    this.mails = [];
    this.count = h("span", { class: "badge", hidden: true });
    this.unread = 0;
    const close = h("button", { class: "round", label: "mailClose", on: { click: () => this.toggle(false) } }, icon("close"));
    this.who = h("select", { label: "mailTo", data: { testid: "mail-to" }, on: { change: () => this.draw() } });
    this.list = h("ol", { class: "mails" });
    this.list.addEventListener("click", (event) => follow(event, { start: () => {}, say: () => {}, copied: () => {} }));
    this.element = h(
      "section", { class: "column phone mailbox", label: "mailTitle", data: { testid: "mailbox" } },
      h("header", { class: "phone-head" }, h("strong", { t: "mailTitle" }), this.who, close), this.list,
    );
    this.element.hidden = true;
    root.append(this.element);
    on("mail", (mail) => this.take(mail));
    on("reset", () => this.read([]));
    document.addEventListener("mailbox-open", () => this.toggle(true));
  }

  /** Read all again: the page was opened, or its connection had been cut. */
  async load() {
    this.read(await api.mails());
  }

  read(mails) {
    this.mails = mails;
    this.draw();
  }

  take(mail) {
    this.mails.push(mail);
    this.unread += this.element.hidden ? 1 : 0;
    this.draw();
  }

  toggle(open = this.element.hidden) {
    this.element.hidden = !open;
    if (open) this.unread = 0;
    this.draw();
  }

  draw() {
    this.count.textContent = this.unread;
    this.count.hidden = !this.unread;
    const chosen = this.who.value;
    const all = [...new Set(this.mails.map((mail) => mail.to))].sort();
    this.who.replaceChildren(h("option", { value: "" }, t("mailAll")), ...all.map((to) => h("option", { value: to }, to)));
    this.who.value = all.includes(chosen) ? chosen : "";
    const shown = this.mails.filter((mail) => !this.who.value || mail.to === this.who.value).reverse();
    this.list.replaceChildren(...(shown.length ? shown.map(letter) : [h("li", { class: "empty", t: "mailEmpty" })]));
  }
}

function letter(mail) {
  const text = h("div", { class: "text" }, ...linked(mail.text));
  linkify(text);
  return h(
    "li", { class: "mail", data: { testid: "mail" } },
    h("strong", { class: "subject" }, mail.subject), h("small", {}, `${mail.sender} → ${mail.to}`), text,
    mail.calendar ? h("details", { data: { testid: "mail-calendar" } }, h("summary", {}, t("mailCalendar", mail.method)), h("pre", {}, mail.calendar)) : null,
    mail.files.length ? h("small", {}, t("mailFiles", mail.files.join("、"))) : null,
  );
}

/** Text with its addresses as links. */
function linked(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    parts.push(text.slice(from, found.index), h("a", { href: found[0] }, found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}
