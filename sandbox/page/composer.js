// Where a person writes: text, a reply, pictures, files and stickers, the command menu, the START button.
import { api } from "./api.js";
import { summary } from "./bubble.js";
import { h, icon, popover } from "./dom.js";
import { deepLink } from "./links.js";
import { on, store } from "./store.js";
import { bytes, t } from "./words.js";

const STICKERS = ["👍", "❤️", "🎉", "🌱", "🙏", "😄"];

export class Composer {
  /** `column` gives `chat` and `person`, and shows problems with `attempt(promise)`. */
  constructor(column) {
    this.column = column;
    this.file = null;
    this.reply = null;
    this.input = h("textarea", {
      class: "input", rows: "1", hint: "write", label: "write", enterkeyhint: "send", data: { testid: "composer" },
      on: {
        input: () => this.onInput(), keydown: (event) => this.onKey(event), paste: (event) => this.onPaste(event),
      },
    });
    this.extras = h("div", { class: "extras" });
    this.form = h(
      "form", { class: "bar", on: { submit: (event) => this.onSubmit(event) } },
      this.menu(), this.app(), this.input, this.attach(),
      h("button", { type: "submit", class: "round send", label: "send", data: { testid: "send" } }, icon("send")),
    );
    this.keys = h("div", { class: "keys", hidden: true, data: { testid: "reply-keyboard" } });
    this.element = h("footer", { class: "composer" }, this.extras, this.form, this.keys, this.startCard());
  }

  /** Show the draft of the chat that the column now has. */
  open() {
    this.file = this.reply = null;
    this.input.value = store.drafts.get(this.column.chat) ?? "";
    this.closeMenu();
    this.onInput();
    this.refresh();
    this.drawApp();
  }

  /** START instead of the text box while the person has not started. */
  refresh() {
    const person = store.people.get(this.column.person);
    const waits = !this.column.isGroup && person && !person.started;
    this.start.hidden = !waits;
    this.form.hidden = this.extras.hidden = Boolean(waits);
    this.invite.hidden = !store.lastInvite;
    this.startTitle.textContent = person ? t("startTitle", person.name) : "";
  }

  /** Put text into the box for the person to look at and send. */
  prefill(text) {
    this.input.value = text;
    this.onInput();
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
  }

  startReply(message) {
    this.reply = message;
    this.drawExtras();
    this.input.focus();
  }

  take(file) {
    if (!file) return;
    this.file = { file, asFile: !file.type.startsWith("image/") };
    this.drawExtras();
    this.input.focus();
  }

  startCard() {
    this.startTitle = h("strong");
    this.invite = h("button", {
      class: "plain", t: "latestInvite", data: { testid: "latest-invite" },
      on: { click: () => this.column.start(store.lastInvite) },
    });
    const go = { click: () => this.column.start("") };
    this.start = h(
      "div", { class: "start", hidden: true }, this.startTitle, h("span", { t: "startHint" }),
      h("button", { class: "strong", t: "start", data: { testid: "start" }, on: go }), this.invite,
    );
    return this.start;
  }

  menu() {
    const panel = h("div", { class: "panel menu", data: { testid: "command-list" } });
    const button = h("button", { class: "round", label: "commands", data: { testid: "commands" } }, icon("menu"));
    this.closeMenu = popover(button, panel, () => this.fillMenu(panel));
    return h("div", { class: "anchor" }, button, panel);
  }

  /** The button that the bot has set beside the typing field; it opens a Mini App. */
  app() {
    this.appButton = h("button", {
      class: "app", type: "button", hidden: true, data: { testid: "menu-app" },
      on: { click: () => this.column.attempt(this.column.opens(this.appAt)) },
    });
    on("commands", () => this.drawApp());
    return this.appButton;
  }

  async drawApp() {
    const chat = this.column.chat;
    const set = chat && !this.column.isGroup ? await api.menuButton(chat).catch(() => ({})) : {};
    if (chat !== this.column.chat) return; // another chat was opened meanwhile
    this.appAt = set.web_app?.url ?? "";
    this.appButton.hidden = !this.appAt;
    this.appButton.textContent = set.text ?? "";
  }

  async fillMenu(panel) {
    panel.replaceChildren(h("p", { class: "quiet", t: "loading" }));
    const commands = await api.commands(this.column.chat, this.column.person).catch(() => []);
    const items = commands.map(({ command, description }) =>
      h(
        "button", { class: "item", on: { click: () => this.run(`/${command}`) } },
        h("strong", {}, `/${command}`), h("span", {}, description),
      ),
    );
    panel.replaceChildren(...(items.length ? items : [h("p", { class: "quiet", t: "noCommands" })]));
  }

  /** The keyboard that the bot laid out last, in place of the letters; a key is said as if it were typed. */
  drawKeys(rows) {
    this.keys.hidden = !rows.length;
    const key = (label) => h("button", { class: "key", type: "button", on: { click: () => this.column.say(label) } }, h("span", { class: "key-text" }, label));
    this.keys.replaceChildren(...rows.map((row) => h("div", { class: "row" }, row.map(key))));
  }

  run(text) {
    this.closeMenu();
    this.column.say(text);
  }

  /** The paper clip: a picture or file of one's own, or one of a few stickers. */
  attach() {
    const chooser = h("input", { type: "file", hidden: true, data: { testid: "file" } });
    const panel = h("div", { class: "panel attach" });
    const button = h("button", { class: "round", label: "attach", data: { testid: "attach" } }, icon("clip"));
    const close = popover(button, panel);
    const then = (act) => ({ click: () => (close(), act()) });
    chooser.addEventListener("change", () => {
      this.take(chooser.files[0]);
      chooser.value = "";
    });
    panel.append(
      h("button", { class: "item", on: then(() => chooser.click()) }, icon("file"), h("span", { t: "attach" })),
      h("p", { t: "sticker" }),
      h("div", { class: "faces" }, STICKERS.map((face) => h("button", { class: "face", on: then(() => this.stick(face)) }, face))),
    );
    return h("div", { class: "anchor right" }, button, panel, chooser);
  }

  async stick(face) {
    const { chat, person } = this.column;
    const file = await draw(face);
    this.column.attempt(api.upload({ person_id: person, chat_id: chat, kind: "sticker", caption: "", file }));
  }

  onInput() {
    store.drafts.set(this.column.chat, this.input.value);
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 240)}px`;
    this.drawExtras();
  }

  onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  onPaste(event) {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (!file) return;
    event.preventDefault();
    this.take(file);
  }

  drawExtras() {
    const link = deepLink(this.input.value.trim());
    const open = () => {
      this.clear();
      this.column.start(link);
    };
    const openLink = link !== null && h("button", { class: "strong", t: "openLink", on: { click: open } });
    this.extras.replaceChildren(...[this.replyLine(), this.fileLine(), openLink].filter(Boolean));
  }

  replyLine() {
    if (!this.reply) return null;
    const text = h("span", { class: "grow quote" }, h("strong", {}, t("replying", this.reply.from.name)), h("span", {}, summary(this.reply)));
    return h("div", { class: "extra" }, text, this.remover(() => (this.reply = null)));
  }

  fileLine() {
    if (!this.file) return null;
    const { file } = this.file;
    const line = h("span", { class: "grow" }, h("strong", {}, file.name), ` ${bytes(file.size)}`);
    if (file.type.startsWith("image/")) {
      const box = h("input", { type: "checkbox", on: { change: () => (this.file.asFile = box.checked) } });
      line.append(h("label", { class: "check" }, box, h("span", { t: "asFile" })));
    }
    return h("div", { class: "extra" }, line, this.remover(() => (this.file = null)));
  }

  remover(act) {
    const click = () => {
      act();
      this.drawExtras();
    };
    return h("button", { class: "round", label: "remove", on: { click } }, icon("close"));
  }

  clear() {
    this.input.value = "";
    this.file = this.reply = null;
    this.onInput();
  }

  /** Send what was written; if that fails it comes back into the box, unless something new is there. */
  async onSubmit(event) {
    event.preventDefault();
    const text = this.input.value.replace(/\s+$/, "");
    const { chat, person } = this.column;
    const { file, reply } = this;
    if (!text && !file) return;
    this.clear();
    const kind = file?.asFile ? "document" : "photo";
    const sent = file
      ? api.upload({ person_id: person, chat_id: chat, kind, caption: text, file: file.file })
      : api.say(person, chat, text, reply?.id);
    const done = await this.column.attempt(sent);
    if (!done && this.column.chat === chat && !this.input.value) this.prefill(text);
  }
}

/** A sticker as Telegram keeps them: a WebP picture, here of one emoji. */
function draw(face) {
  const canvas = h("canvas", { width: "320", height: "320" });
  const pen = canvas.getContext("2d");
  pen.font = "240px 'Noto Color Emoji', 'Apple Color Emoji', 'Segoe UI Emoji', sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(face, 160, 175);
  return new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(new File([blob], "sticker.webp", { type: "image/webp" })), "image/webp");
  });
}
