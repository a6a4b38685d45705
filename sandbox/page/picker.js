// Who a column plays: the list of people by role, the groups, a search, and somebody new with one press.
import { api } from "./api.js";
import { h, icon, popover, redraw } from "./dom.js";
import { ROLES, avatar, badge, chatName, freshName, role } from "./people.js";
import { on, store } from "./store.js";
import { lang, t } from "./words.js";

/** What stands below a group's name: how many people of the sandbox are in it; in a robot's group there are none. */
function inGroup(group) {
  const count = group?.person_ids.length ?? 0;
  if (!count) return t("robotGroup");
  return group.bot_in ? t("people", count) : t("noBotGroup");
}

export class Picker {
  /** `column` gives `chat` and `person`; `choose(chat)` is called with the chat that was picked. */
  constructor(column, choose) {
    this.column = column;
    this.choose = choose;
    this.who = h("span", { class: "who" });
    this.count = h("span");
    this.button = h("button", { class: "picker", data: { testid: "picker" } }, this.who, this.count, icon("down"));
    this.search = h("input", { type: "search", hint: "search", label: "search", on: { input: () => this.list() } });
    this.items = h("div", { class: "people" });
    const add = h("button", { class: "strong add", t: "addPerson", data: { testid: "add-person" }, on: { click: () => this.add() } });
    this.panel = h("div", { class: "panel chooser", data: { testid: "picker-list" } }, h("div", { class: "find" }, this.search, add), this.items);
    this.close = popover(this.button, this.panel, () => this.opened());
    for (const news of ["people", "unread", "reset"]) on(news, () => this.soon());
  }

  /** Redraw once for a burst of news. */
  soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      redraw(this.column.head, () => this.refresh());
    });
  }

  /** The header: who this column is now, and how many others have unread messages. */
  refresh() {
    const { chat } = this.column;
    const name = chatName(chat);
    this.who.replaceChildren(avatar(chat, name), h("span", { class: "names" }, h("strong", {}, name), this.subtitle()));
    const elsewhere = [...store.unread].filter(([id, n]) => n && id !== chat).length;
    const mark = badge(elsewhere);
    this.count.replaceWith(mark);
    this.count = mark;
    this.button.setAttribute("aria-label", `${name}，${t("choose")}`);
    if (!this.panel.hidden) this.list();
  }

  subtitle() {
    const { chat } = this.column;
    const person = store.people.get(chat);
    if (!person) return h("small", {}, inGroup(store.chats.get(chat)));
    const note = [person.note || t("newHere"), person.blocked && t("isBlocked")].filter(Boolean).join(" · ");
    return h("small", { class: `role ${role(person)}` }, note);
  }

  opened() {
    this.search.value = "";
    this.list();
    if (matchMedia("(hover: hover)").matches) this.search.focus();
  }

  list() {
    const wanted = this.search.value.trim().toLowerCase();
    const matches = (text) => text.toLowerCase().includes(wanted);
    const groups = [...store.chats.values()].filter((chat) => chat.type !== "private" && matches(chat.title));
    const people = [...store.people.values()].filter((p) => matches(`${p.name} ${p.note} ${p.username ?? ""}`));
    const sections = [
      ...ROLES.map((name) => this.section(name, people.filter((p) => role(p) === name).map((p) => this.person(p)))),
      this.section("groupChats", groups.map((group) => this.group(group))),
      this.section("mail", matches(t("mail")) ? [this.mailbox()] : []),
    ].filter(Boolean);
    const top = this.items.scrollTop;
    this.items.replaceChildren(...(sections.length ? sections : [h("p", { class: "quiet", t: "noneFound" })]));
    this.items.scrollTop = top;
  }

  section(title, items) {
    return items.length ? h("section", {}, h("h3", { t: title }), items) : null;
  }

  person(person) {
    const state = person.blocked ? "isBlocked" : person.started ? null : "notStarted";
    const small = [person.note, state && t(state)].filter(Boolean).join(" · ");
    return this.item(person.id, person.name, small);
  }

  group(group) {
    return this.item(group.id, group.title, inGroup(group));
  }

  mailbox() {
    const open = () => {
      this.close();
      document.dispatchEvent(new CustomEvent("mailbox-open"));
    };
    return h("button", { class: "item person", data: { testid: "picker-mailbox" }, on: { click: open } }, h("span", { class: "names" }, h("strong", { t: "mail" }), h("small", { t: "mailTitle" })));
  }

  item(id, name, small) {
    const here = id === this.column.chat;
    const pick = () => {
      this.close();
      this.button.focus();
      this.choose(id);
    };
    return h(
      "button",
      { class: "item person", "aria-current": here ? "true" : undefined, data: { testid: "person", person: id }, on: { click: pick } },
      avatar(id, name), h("span", { class: "names" }, h("strong", {}, name), h("small", {}, small)), badge(store.unread.get(id)),
    );
  }

  async add() {
    const person = await this.column.attempt(api.newPerson(freshName(), lang() === "en" ? "en" : "zh-hans"));
    if (!person) return;
    const fresh = { started: false, blocked: false, note: "", ...person };
    store.people.set(fresh.id, { ...fresh, name: fresh.name ?? fresh.first_name });
    this.close();
    this.choose(person.id);
  }
}
