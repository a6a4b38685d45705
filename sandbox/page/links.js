// Links and commands inside text, as a Telegram client treats them: our bot's own links start the bot.
import { h } from "./dom.js";
import { store } from "./store.js";

/** The start payload of a link to our own bot ("" if it has none), or null for any other address. */
export function deepLink(href) {
  let url;
  try {
    url = new URL(href);
  } catch {
    return null;
  }
  const bot = url.protocol === "tg:" ? url.searchParams.get("domain") : url.pathname.slice(1);
  const ours = url.protocol === "tg:" || ["t.me", "telegram.me"].includes(url.hostname);
  if (!ours || bot?.toLowerCase() !== store.bot.username.toLowerCase()) return null;
  return url.searchParams.get("start") ?? "";
}

const LINK_OR_COMMAND = /https?:\/\/[^\s<>"，。；！？、）】]+|(?<![\w/])\/[a-z][a-z0-9_]{0,31}(?:@\w+)?(?![\w/])/g;

/** Turn addresses and /commands in an element's text into links, except inside code and links. */
export function linkify(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("a, code, pre")) texts.push(walker.currentNode);
  texts.forEach(linkifyText);
}

function linkifyText(node) {
  const text = node.data;
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(LINK_OR_COMMAND)) {
    pieces.push(text.slice(end, found.index), link(found[0]));
    end = found.index + found[0].length;
  }
  if (pieces.length) node.replaceWith(...pieces, text.slice(end));
}

function link(text) {
  if (text.startsWith("/")) return h("a", { href: "#", class: "command", data: { command: text } }, text);
  return h("a", { href: text }, text);
}

/** Follow a press on a link or on code inside a bubble. `go` has `start(payload)`, `say(text)` and `copied()`. */
export function follow(event, go) {
  const spoiler = event.target.closest(".tg-spoiler");
  if (spoiler) spoiler.classList.add("shown");
  const code = event.target.closest("code");
  if (code) return void copy(code.textContent, go.copied);
  const anchor = event.target.closest("a[href]");
  if (!anchor) return;
  const payload = deepLink(anchor.href);
  if (anchor.dataset.command || payload !== null) event.preventDefault();
  if (anchor.dataset.command) go.say(anchor.dataset.command);
  else if (payload !== null) go.start(payload);
}

/** Put text on the clipboard, also where the browser keeps the modern way for https. */
export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "offscreen" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  done();
}
