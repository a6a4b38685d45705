// Which chats are open, side by side as far as the window is wide, with tabs for the rest. Remembered in the browser.
import { Column } from "./column.js";
import { h, redraw } from "./dom.js";
import { avatar, badge, chatName, first } from "./people.js";
import { announce, on, store } from "./store.js";
import { t } from "./words.js";

const COUNT = 3;
const WIDE = matchMedia("(min-width: 1200px)");
const MIDDLE = matchMedia("(min-width: 800px)");

export class Layout {
  constructor(root, tabs) {
    this.tabs = tabs;
    this.columns = Array.from({ length: COUNT }, (_, slot) => new Column({
      choose: (chat) => this.open(chat, slot), speak: () => this.save(),
    }));
    this.recent = [0, 1, 2]; // slots, the last used first
    root.append(...this.columns.map((column) => column.element));
    store.isVisible = (chat) => this.columns.some((column) => column.chat === chat && !column.element.hidden);
    for (const media of [WIDE, MIDDLE]) media.addEventListener("change", () => this.arrange());
    for (const news of ["people", "unread"]) on(news, () => redraw(this.tabs, () => this.drawTabs()));
  }

  /** Open the remembered chats, or the first coordinator, leader and member. */
  async restore() {
    const leader = first("leader");
    const defaults = [first("coordinator"), leader, first("member", leader)].map((person) => person?.id);
    const saved = JSON.parse(localStorage.getItem("columns") ?? "[]");
    const known = ({ chat } = {}) => store.people.has(chat) || store.chats.has(chat);
    const spare = [...store.people.keys()];
    const used = new Set(saved.filter(known).map(({ chat }) => chat));
    const wanted = this.columns.map((_, slot) => {
      if (known(saved[slot])) return saved[slot];
      const chat = [defaults[slot], ...spare].find((id) => id !== undefined && !used.has(id));
      used.add(chat);
      return { chat };
    });
    this.arrange();
    await Promise.all(wanted.map(({ chat, person }, slot) => chat && this.show(slot, chat, person)));
  }

  /** Open `chat` in `slot` and bring it to sight; if another column has it, the two change places. */
  async open(chat, slot) {
    const other = this.columns.findIndex((column) => column.chat === chat);
    const here = this.columns[slot];
    this.recent = [slot, ...this.recent.filter((one) => one !== slot)];
    const swapped = other >= 0 && other !== slot ? this.show(other, here.chat, here.person) : null;
    this.arrange();
    if (other !== slot) await Promise.all([swapped, this.show(slot, chat)]);
    return here;
  }

  /** The column with `chat`: where it is open already, else in `slot`. */
  async reveal(chat, slot) {
    const at = this.columns.findIndex((column) => column.chat === chat);
    return this.open(chat, at >= 0 ? at : slot);
  }

  async show(slot, chat, person) {
    const members = store.chats.get(chat)?.person_ids ?? [];
    const speaker = chat > 0 ? chat : members.includes(person) ? person : members[0];
    store.unread.delete(chat);
    const opened = this.columns[slot].open(chat, speaker);
    this.save();
    announce("unread");
    await opened;
  }

  save() {
    localStorage.setItem("columns", JSON.stringify(this.columns.map(({ chat, person }) => ({ chat, person }))));
  }

  arrange() {
    const room = WIDE.matches ? 3 : MIDDLE.matches ? 2 : 1;
    const inSight = new Set(this.recent.slice(0, room));
    this.columns.forEach((column, slot) => {
      column.element.hidden = !inSight.has(slot);
      if (!column.element.hidden) store.unread.delete(column.chat);
    });
    this.tabs.hidden = room === COUNT;
    announce("unread");
  }

  drawTabs() {
    this.tabs.setAttribute("aria-label", t("tabs"));
    this.tabs.replaceChildren(...this.columns.map((column, slot) => {
      const name = chatName(column.chat);
      const unread = store.unread.get(column.chat) ?? 0;
      const show = () => {
        this.recent = [slot, ...this.recent.filter((one) => one !== slot)];
        this.arrange();
      };
      return h(
        "button",
        { class: "tab", "aria-pressed": String(!column.element.hidden), data: { testid: "tab", chat: column.chat }, on: { click: show } },
        avatar(column.chat, name), h("span", {}, name), badge(unread),
        unread ? h("span", { class: "offscreen" }, t("unread", unread)) : null,
      );
    }));
  }

  refresh() {
    this.columns.forEach((column) => {
      column.refresh();
      column.redraw();
    });
    this.drawTabs();
  }

  reload() {
    return Promise.all(this.columns.map((column) => column.chat && column.reload()));
  }
}
