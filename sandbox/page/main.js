// Puts the page together and keeps it in step with the server.
import { api, listen } from "./api.js";
import { relabel } from "./dom.js";
import { Guide } from "./guide.js";
import { Layout } from "./layout.js";
import { Mailbox } from "./mailbox.js";
import { Phone } from "./phone.js";
import { announce, apply, on, refresh } from "./store.js";
import { Topbar } from "./topbar.js";
import { lang, setLanguage, t } from "./words.js";

const at = (id) => document.getElementById(id);
const layout = new Layout(at("columns"), at("tabs"));
const phone = new Phone(at("columns"));
const mailbox = new Mailbox(at("columns"));
const topbar = new Topbar(at("topbar"), {
  onLanguage: speak, onGuide: () => guide.toggle(), onPhone: () => phone.toggle(), onMail: () => mailbox.toggle(), mails: mailbox.count,
});
document.addEventListener("page-link", (event) => phone.open(event.detail));
const guide = new Guide(at("guide"), layout, (seconds) => topbar.move(() => api.advance(seconds)));

function speak(next) {
  setLanguage(next);
  nameDocument();
  relabel();
  layout.refresh();
  mailbox.draw();
  announce("clock");
}

function nameDocument() {
  document.documentElement.lang = lang() === "en" ? "en" : "zh-CN";
  document.title = t("pageTitle");
  at("gone").textContent = t("gone");
}

let opened = false;
let downTimer;

/** Connected, for the first time or again: what happened meanwhile is read anew. */
async function up() {
  clearTimeout(downTimer);
  at("gone").hidden = true;
  if (opened) await refresh().then(() => layout.reload());
  else await begin();
  opened = true;
  await mailbox.load();
}

function rest(yes) {
  for (const id of ["columns", "guide"]) at(id).inert = yes;
}

/** Open the chats. Until they are there neither they nor the guide can be pressed: it would be overtaken, or fail. */
async function begin() {
  rest(true);
  try {
    await refresh();
    await layout.restore();
  } finally {
    rest(false);
  }
}

function down() {
  clearTimeout(downTimer);
  downTimer = setTimeout(() => (at("gone").hidden = false), 700);
}

let resetting = Promise.resolve();
on("reset", () => {
  guide.restart();
  resetting = resetting.then(begin).catch(down);
});
rest(true);
nameDocument();

/** Read anew on each connection, and once more if that fails: the connection stands, and would not say so again. */
function connected() {
  up().catch(() => {
    down();
    setTimeout(connected, 1500);
  });
}
listen({ onEvent: apply, onUp: connected, onDown: down });
