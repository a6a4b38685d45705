// Links and commands inside text, as a Telegram client treats them: our bot's own links start the bot.
import { h } from "./dom.js";
import { isPage } from "./phone.js";
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

/** Make the /commands that the server marked in a text into links, and let links away from here open a new tab. */
export function linkify(root) {
  for (const mark of root.querySelectorAll(".bot-command")) {
    mark.replaceWith(h("a", { href: "#", class: "command", data: { command: mark.textContent } }, mark.textContent));
  }
  for (const anchor of root.querySelectorAll("a:not(.command)")) {
    if (deepLink(anchor.href) === null) Object.assign(anchor, { target: "_blank", rel: "noopener noreferrer" });
    else anchor.removeAttribute("target");
  }
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
  if (isPage(anchor.href)) {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("page-link", { detail: anchor.href }));
    return;
  }
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
