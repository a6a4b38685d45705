// One message as a bubble: quote, picture or file, text, time, and the buttons beneath.
import { withKey } from "./api.js";
import { h, icon } from "./dom.js";
import { deepLink, linkify } from "./links.js";
import { avatar } from "./people.js";
import { isPage } from "./phone.js";
import { preview } from "./preview.js";
import { store, tapKey } from "./store.js";
import { dayName, parts, yearName, now } from "./time.js";
import { bytes, t } from "./words.js";

/**
 * The list item for a message. `view` is the column: `person` (who looks), `isGroup`, and what may happen:
 * `onTap(message, button)`, `onReply(message)`.
 */
export function bubble(message, view) {
  if (message.service) return h("li", { class: "service", data: idOf(message) }, h("span", {}, message.service));
  const mine = message.from?.id === view.person;
  const words = text(message);
  const body = h("div", { class: "body" }, quote(message), media(message), words, shared(message, words), meta(message));
  const stack = h("div", { class: "stack" }, body, keyboard(message, view));
  const named = view.isGroup && !mine;
  if (named) body.prepend(h("strong", { class: `sender hue${Math.abs(message.from.id) % 8}` }, message.from.name));
  const reply = h("button", { class: "reply", label: "replyTo", on: { click: () => view.onReply(message) } }, icon("reply"));
  const kind = message.media && !message.text ? ` only-${message.media.kind}` : "";
  return h(
    "li",
    { class: `message ${mine ? "mine" : "theirs"}${kind}`, data: { ...idOf(message), from: message.from?.id } },
    named && avatar(message.from.id, message.from.name), stack, reply,
  );
}

const idOf = (message) => ({ messageId: message.id, day: parts(message.date).date });

function text(message) {
  if (!message.html && !message.text) return null;
  const el = h("div", { class: "text" });
  if (message.html) el.innerHTML = message.html; // made safe by the server from the message's entities
  else el.textContent = message.text;
  linkify(el);
  return el;
}

/** In a group of people, without the bot: what a chat app shows of the first link to one of the pages. */
function shared(message, words) {
  const chat = store.chats.get(message.chat_id);
  if (!words || !chat || chat.bot_in || !chat.person_ids.length) return null;
  const link = [...words.querySelectorAll("a[href]")].find((anchor) => isPage(anchor.href));
  return link ? preview(link.href) : null;
}

function meta(message) {
  const time = h("time", { datetime: message.date }, parts(message.date).time);
  return h("span", { class: "meta" }, message.edited && h("span", { t: "edited" }), time);
}

function quote(message) {
  if (!message.reply_to) return null;
  const original = store.messages.get(message.chat_id)?.get(message.reply_to);
  return h("div", { class: "quote" }, h("strong", {}, original?.from?.name ?? ""), h("span", {}, summary(original)));
}

/** A message in a few words, for quotes. */
export function summary(message) {
  if (!message) return t("deletedMessage");
  const kinds = { photo: "photo", document: "document", sticker: "stickerName" };
  return message.text?.slice(0, 80) || (message.media ? t(kinds[message.media.kind]) : t("deletedMessage"));
}

function media(message) {
  const item = message.media;
  if (!item) return null;
  if (item.kind === "document") {
    return h(
      "a", { class: "file", href: withKey(item.url), download: item.name, target: "_blank" },
      h("span", { class: "file-icon" }, icon("file")),
      h("span", { class: "file-text" }, h("strong", {}, item.name), h("small", {}, bytes(item.size))),
    );
  }
  const picture = h("img", { class: item.kind, src: withKey(item.url), alt: item.name || t(item.kind === "photo" ? "photo" : "stickerName") });
  return item.kind === "photo" ? h("a", { href: withKey(item.url), target: "_blank", class: "picture" }, picture) : picture;
}

function keyboard(message, view) {
  if (!message.keyboard?.length) return null;
  const rows = message.keyboard.map((row) => h("div", { class: "row" }, row.map((button) => key(message, button, view))));
  return h("div", { class: "keyboard" }, rows);
}

function key(message, button, view) {
  const waits = button.data !== undefined && store.pending.has(tapKey(message, button.data));
  const away = button.url && deepLink(button.url) === null;
  const sign = away ? "away" : button.copy ? "copy" : "";
  return h(
    "button",
    {
      class: `key ${button.style ?? ""}${waits ? " waits" : ""}`, "aria-busy": waits || undefined,
      data: { tap: button.data ?? "" }, on: { click: () => view.onTap(message, button) },
    },
    h("span", { class: "key-text" }, button.text), sign && h("span", { class: "sign" }, icon(sign)),
  );
}

/** Show on a bubble's buttons which of them wait for the bot's answer. */
export function markPending(item, message) {
  for (const button of item.querySelectorAll(".key")) {
    const waits = store.pending.has(tapKey(message, button.dataset.tap));
    button.classList.toggle("waits", waits);
    button.toggleAttribute("aria-busy", waits);
  }
}

/** The line between two days. */
export function dayLine(date) {
  const year = parts(date).year === parts(now()).year ? "" : yearName(date);
  return h("li", { class: "service day" }, h("span", {}, `${year}${dayName(date)}`));
}
