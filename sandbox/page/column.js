// One chat on the page: header with the picker, the messages, the composer.
import { api } from "./api.js";
import { bubble, dayLine, markPending } from "./bubble.js";
import { Composer } from "./composer.js";
import { alertBox, toast } from "./dialogs.js";
import { h, icon, popover, redraw } from "./dom.js";
import { copy, deepLink, follow } from "./links.js";
import { chatName } from "./people.js";
import { Picker } from "./picker.js";
import { load, on, store, tap } from "./store.js";
import { parts } from "./time.js";
import { t } from "./words.js";

const NEAR = 60; // pixels from the end that still count as reading the newest
const ROOM = 8; // pixels left above a message that is taller than the view
const TYPING = 5000;
const SCROLLS = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);

export class Column {
  /** `choose(chat)` opens another chat here; `speak(person)` remembers who speaks in a group. */
  constructor({ choose, speak }) {
    this.chat = 0;
    this.person = 0;
    this.missed = 0;
    this.stuck = true;
    this.newest = null; // the message whose beginning stays in sight, until the reader scrolls
    this.top = 0;
    this.speak = speak;
    this.list = h("ol", { class: "messages" });
    const empty = h("p", { class: "empty", t: "emptyChat" });
    this.typing = h("p", { class: "typing", hidden: true }, h("i"), h("i"), h("i"), h("span", { class: "offscreen", t: "typing" }));
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" }, this.list, empty, this.typing);
    this.pill = h("button", { class: "pill", hidden: true, data: { testid: "newest" }, on: { click: () => this.down() } });
    this.picker = new Picker(this, choose);
    this.composer = new Composer(this);
    this.speaker = h("select", { label: "speakLabel", data: { testid: "speaker" }, on: { change: () => this.changeSpeaker() } });
    this.speakerLine = h("div", { class: "speaker", hidden: true }, this.speaker);
    this.blockedLine = h("p", { class: "blocked", hidden: true });
    this.wall = h("div", { class: "wall" }, this.log, this.pill);
    this.head = h("header", { class: "head" }, this.picker.button, this.moreMenu(), this.picker.panel);
    this.element = h(
      "section", { class: "column", data: { testid: "column" } },
      this.head, this.wall, this.blockedLine, this.speakerLine, this.composer.element,
    );
    this.watch();
  }

  get isGroup() {
    return this.chat < 0;
  }

  /** How many pixels of the chat lie below what is in sight. */
  get below() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight;
  }

  watch() {
    this.log.addEventListener("scroll", () => this.onScroll(), { passive: true });
    // Only a hand lets go of the newest message: a browser scrolls by itself too, when what is shown shrinks.
    for (const by of ["wheel", "touchmove"]) this.log.addEventListener(by, () => this.letGo(), { passive: true });
    this.log.addEventListener("pointerdown", (event) => event.target === this.log && this.letGo()); // its scroll bar
    this.log.addEventListener("keydown", (event) => SCROLLS.has(event.key) && this.letGo());
    this.list.addEventListener("click", (event) => follow(event, this));
    this.log.addEventListener("dragover", (event) => event.preventDefault());
    this.log.addEventListener("drop", (event) => {
      event.preventDefault();
      this.composer.take(event.dataTransfer.files[0]);
    });
    const grown = new ResizeObserver(() => this.stuck && this.toEnd());
    grown.observe(this.list);
    grown.observe(this.log);
    on("chat", (event) => event.chat === this.chat && this.take(event));
    on("typing", (chat) => chat === this.chat && this.showTyping(true));
    on("pending", (chat) => chat === this.chat && this.marks());
    on("people", () => redraw(this.head, () => this.refresh()));
    on("invite", () => this.composer.refresh());
    on("toast", (event) => event.person_id === this.person && this.answer(event));
  }

  /** Show `chat` as `person` sees it. */
  async open(chat, person) {
    const { dataset } = this.element;
    Object.assign(this, { chat, person, missed: 0, stuck: true });
    Object.assign(dataset, { chat, person });
    this.list.replaceChildren();
    this.showTyping(false);
    this.composer.open();
    this.refresh();
    await this.reload();
  }

  /** Read the chat's messages again and show them. */
  async reload() {
    const { chat } = this;
    this.log.setAttribute("aria-busy", "true");
    const done = await this.attempt(load(chat).then(() => true));
    if (done && chat === this.chat) this.redraw();
    this.log.removeAttribute("aria-busy");
  }

  redraw() {
    this.list.replaceChildren();
    for (const message of store.messages.get(this.chat)?.values() ?? []) this.append(message);
    this.composer.refresh();
    this.keys();
    this.toEnd();
    this.scrolled();
  }

  refresh() {
    const person = store.people.get(this.person);
    this.picker.refresh();
    this.composer.refresh();
    this.element.setAttribute("aria-label", t("columnOf", chatName(this.chat)));
    this.log.setAttribute("aria-label", t("messages", chatName(this.chat)));
    this.blockedLine.hidden = !person?.blocked || this.isGroup;
    this.blockedLine.textContent = t("blockedNote", person?.name ?? "");
    this.block.dataset.t = person?.blocked ? "unblock" : "block";
    this.block.textContent = t(this.block.dataset.t);
    this.more.hidden = this.isGroup;
    this.listSpeakers();
    this.scrolled();
  }

  listSpeakers() {
    const members = store.chats.get(this.chat)?.person_ids ?? [];
    this.speakerLine.hidden = !this.isGroup || !members.length;
    this.composer.element.hidden = this.isGroup && !members.length; // a robot's group: it is only told things
    if (!this.isGroup) return;
    this.speaker.replaceChildren(...members.map((id) => h("option", { value: id }, t("speakAs", chatName(id)))));
    this.speaker.value = this.person;
  }

  changeSpeaker() {
    this.person = Number(this.speaker.value);
    this.element.dataset.person = this.person;
    this.speak(this.person);
    this.redraw();
  }

  moreMenu() {
    const panel = h("div", { class: "panel menu right" });
    const button = h("button", { class: "round", label: "more", data: { testid: "more" } }, icon("more"));
    const close = popover(button, panel);
    this.block = h("button", { class: "item", data: { testid: "block" } });
    this.block.addEventListener("click", () => {
      close();
      this.attempt(api.block(this.person, !store.people.get(this.person)?.blocked));
    });
    panel.append(this.block);
    this.more = h("div", { class: "anchor right" }, button, panel);
    return this.more;
  }

  // — messages —

  item(id) {
    return this.list.querySelector(`[data-message-id="${id}"]`);
  }

  take(event) {
    if (event.type === "delete") return this.item(event.id)?.remove();
    this.showTyping(false);
    const old = this.item(event.message.id);
    if (old) redraw(old, () => this.replace(event.message, event.type === "edit"));
    else if (event.type === "message") this.append(event.message, event.isNew);
    if (event.message.reply_keyboard) this.keys();
  }

  /** Show the keyboard that was laid out last; an empty one takes it away. */
  keys() {
    const laid = [...(store.messages.get(this.chat)?.values() ?? [])].filter((message) => message.reply_keyboard);
    redraw(this.composer.keys, () => this.composer.drawKeys(laid.at(-1)?.reply_keyboard ?? []));
  }

  append(message, isNew = false) {
    const last = this.list.lastElementChild;
    const item = bubble(message, this);
    const own = message.from?.id === this.person;
    if (isNew && own) this.stuck = true;
    const follow = this.stuck && (!isNew || own || this.below < NEAR);
    if (last?.dataset.day !== item.dataset.day) this.list.append(dayLine(message.date));
    else if (last.dataset.from && last.dataset.from === item.dataset.from) item.classList.add("joined");
    if (isNew) item.classList.add("fresh");
    this.list.append(item);
    if (follow) this.newest = item;
    if (!isNew) return;
    if (follow) return this.toEnd();
    this.missed += 1; // whoever still reads an answer taller than the view is not torn away from it
    this.scrolled();
  }

  /** An edit takes the bubble's place; the keyboard's focus stays where it was. */
  replace(message, flash) {
    const old = this.item(message.id);
    if (!old) return;
    const keys = [...old.querySelectorAll(".key")];
    const focused = keys.indexOf(document.activeElement);
    const item = bubble(message, this);
    item.classList.toggle("joined", old.classList.contains("joined"));
    item.classList.toggle("flash", flash);
    old.replaceWith(item);
    if (old === this.newest) this.newest = item;
    if (focused >= 0) (item.querySelectorAll(".key")[focused] ?? this.log).focus({ preventScroll: true });
  }

  marks() {
    for (const message of store.messages.get(this.chat)?.values() ?? []) {
      if (message.keyboard?.length) markPending(this.item(message.id) ?? this.list, message);
    }
  }

  showTyping(yes) {
    clearTimeout(this.typingTimer);
    this.typing.hidden = !yes;
    if (yes) this.typingTimer = setTimeout(() => this.showTyping(false), TYPING);
    if (this.stuck) this.toEnd();
  }

  onScroll() {
    const { scrollTop, clientHeight } = this.log;
    if (!clientHeight) return; // out of sight
    if (Math.abs(scrollTop - this.top) <= 1) return this.scrolled(); // our own
    // Only the reader moves up; a late event of our own scrolling must not look like it.
    if (this.below < NEAR) this.stuck = true;
    else if (scrollTop < this.top) this.stuck = false;
    this.top = scrollTop;
    this.scrolled();
  }

  letGo() {
    this.newest = null;
  }

  scrolled() {
    const end = this.stuck && this.below < NEAR;
    if (end) this.missed = 0;
    this.pill.hidden = end;
    this.pill.textContent = this.missed ? t("newMessages", this.missed) : "↓";
    this.pill.setAttribute("aria-label", this.missed ? t("newMessages", this.missed) : t("toNewest"));
  }

  /** To the newest message: to its end, or, where it is taller than the view, to its beginning. */
  toEnd() {
    const { log, newest } = this;
    const above = newest?.isConnected ? newest.getBoundingClientRect().top - log.getBoundingClientRect().top : Infinity;
    log.scrollTop = Math.min(log.scrollHeight - log.clientHeight, log.scrollTop + above - ROOM);
    this.top = log.scrollTop;
    this.scrolled();
  }

  /** To the very end, as the reader asked. */
  down() {
    this.newest = null;
    this.stuck = true;
    this.toEnd();
  }

  // — what the person does —

  onReply(message) {
    this.composer.startReply(message);
  }

  onTap(message, button) {
    if (button.copy) return void copy(button.copy, () => this.copied());
    if (button.app) return void this.attempt(this.opens(button.app));
    if (!button.url) return void this.attempt(tap(this.person, message, button.data));
    const payload = deepLink(button.url);
    if (payload === null) window.open(button.url, "_blank", "noopener,noreferrer");
    else this.start(payload);
  }

  /** Open a Mini App in the telephone, as Telegram does: with who opens it, signed. A query makes each opening a new one. */
  async opens(address) {
    const { data } = await api.miniApp(this.person);
    const detail = `${address}?${Date.now()}#tgWebAppData=${encodeURIComponent(data)}`;
    document.dispatchEvent(new CustomEvent("page-link", { detail }));
  }

  say(text) {
    return this.attempt(api.say(this.person, this.chat, text));
  }

  start(payload) {
    return this.attempt(api.start(this.person, payload));
  }

  copied() {
    toast(this.wall, t("copied"));
  }

  answer({ text, alert }) {
    if (alert) alertBox(chatName(this.person), text);
    else toast(this.wall, text);
  }

  /** Wait for something that may fail; say so here if it did. Resolves to undefined then. */
  async attempt(promise) {
    try {
      return (await promise) ?? true;
    } catch (problem) {
      toast(this.wall, t("failed", problem.message));
      return undefined;
    }
  }
}
