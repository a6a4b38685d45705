// The bar on top: what this is, the sandbox's clock and how to move it, the guide, the language, the reset.
import { api } from "./api.js";
import { ask, toast } from "./dialogs.js";
import { h, icon, word } from "./dom.js";
import { PAGES } from "./phone.js";
import { on } from "./store.js";
import { dayName, now, parts, yearName } from "./time.js";
import { lang, t } from "./words.js";

export class Topbar {
  /** `onLanguage(next)`, `onGuide()`, `onPhone()`, `onMail()` are what the buttons do; `mails` counts the unread. */
  constructor(root, { onLanguage, onGuide, onPhone, onMail, mails }) {
    this.root = root;
    this.year = h("span", { class: "year" });
    this.rest = h("span");
    this.clock = h("output", { class: "clock", label: "clock", "aria-live": "off", data: { testid: "clock" } }, this.year, this.rest);
    const language = h("button", {
      class: "plain", t: "language", label: "languageTip", data: { testid: "language" },
      on: { click: () => onLanguage(lang() === "zh" ? "en" : "zh") },
    });
    const guide = h("button", { class: "plain", t: "guide", data: { testid: "guide" }, on: { click: onGuide } });
    const phone = PAGES ? h("button", { class: "plain", t: "phone", data: { testid: "phone-open" }, on: { click: onPhone } }) : null;
    const mail = h("button", { class: "plain", data: { testid: "mailbox-open" }, on: { click: onMail } }, h("span", { t: "mail" }), " ", mails);
    const reset = h("button", { class: "plain", t: "reset", data: { testid: "reset" }, on: { click: () => this.reset() } });
    this.fold = h(
      "button",
      { class: "round fold", label: "fold", "aria-expanded": "false", "aria-controls": "topbar", data: { testid: "fold" }, on: { click: () => this.unfold() } },
      icon("down"),
    );
    const brand = h("div", { class: "brand" }, h("img", { src: "/page/icon.svg", alt: "" }), h("h1", {}, "同心"), h("p", { t: "tagline" }));
    root.append(brand, h("div", { class: "time" }, this.clock, this.moves()), this.fold, h("div", { class: "tools" }, guide, phone, mail, language, reset));
    this.told = 0;
    on("clock", (when) => this.tell(when));
    on("reset", () => (this.told = 0));
    setInterval(() => this.tick(), 5000);
  }

  moves() {
    const move = (name, key, act) => h("button", {
      class: "plain", t: key, data: { testid: `clock-${name}` }, on: { click: () => this.move(act) },
    });
    const here = move("now", "clockNow", () => api.advance(0));
    word(here, "label", "clockNowTip");
    const next = move("next", "clockNext", () => api.toNext());
    word(next, "label", "clockNextTip");
    this.movers = h(
      "div", { class: "moves" }, here,
      move("quarter", "clockQuarter", () => api.advance(900)),
      move("hour", "clockHour", () => api.advance(3600)),
      move("day", "clockDay", () => api.advance(86400)),
      move("monday", "clockMonday", () => api.toMonday()),
      next,
    );
    return this.movers;
  }

  /** On a narrow window the bar is one line, and the rest comes on demand. */
  unfold(open = !this.root.classList.contains("open")) {
    this.root.classList.toggle("open", open);
    this.fold.setAttribute("aria-expanded", String(open));
  }

  /** Take the time of day that the page is told of, after all that has happened by then; what was read before is late news. */
  tell(when) {
    if (when) this.told = Math.max(this.told, Date.parse(when));
    this.caughtUp?.();
    this.tick();
  }

  /** Wait until the page has been told of a time of day: an answer may overtake the news of what led to it. */
  until(when) {
    return new Promise((resolve) => {
      this.caughtUp = () => this.told >= Date.parse(when) && resolve();
      this.caughtUp();
    });
  }

  tick() {
    const when = now();
    const english = lang() === "en";
    this.year.textContent = english ? "" : yearName(when);
    this.rest.textContent = english ? `${dayName(when)}, ${parts(when).time}` : `${dayName(when)}${parts(when).time}`;
  }

  /** Move the clock; the buttons rest meanwhile, since the bot handles everything that falls due. */
  async move(act) {
    this.movers.classList.add("busy");
    for (const button of this.movers.children) button.disabled = true;
    try {
      await this.until((await act()).now);
    } catch (problem) {
      toast(document.body, t("failed", problem.message));
    }
    for (const button of this.movers.children) button.disabled = false;
    this.movers.classList.remove("busy");
  }

  async reset() {
    if (!(await ask(t("resetAsk"), "reset"))) return;
    try {
      await api.reset();
      toast(document.body, t("resetDone"));
    } catch (problem) {
      toast(document.body, t("failed", problem.message));
    }
  }
}
