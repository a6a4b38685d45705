// The way to the sandbox's server: its JSON calls and its stream of events. Same origin only.
import { t } from "./words.js";

const KEY = document.querySelector('meta[name="sandbox-key"]').content;

/** The address of something on the server's side that no header can be given for, such as a picture. */
export const withKey = (path) => `${path}?key=${encodeURIComponent(KEY)}`;

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(`/sandbox${path}`, { ...options, headers: { ...options.headers, "X-Sandbox-Key": KEY } });
  } catch {
    throw new Error(t("noServer"));
  }
  // The server has begun anew since this page was opened: it has another key now.
  if (response.status === 403) location.reload();
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? body.detail ?? body.description ?? `HTTP ${response.status}`);
  return body;
}

const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

function upload(fields) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) form.append(key, value);
  return call("/upload", { method: "POST", body: form });
}

export const api = {
  state: () => call("/state"),
  messages: (chat) => call(`/chats/${chat}/messages?limit=200`),
  mails: () => call("/mails"),
  preview: (url) => call(`/preview?url=${encodeURIComponent(url)}`),
  miniApp: (person) => call(`/mini_app?person_id=${person}`),
  commands: (chat, person) => call(`/commands?chat_id=${chat}&person_id=${person}`),
  menuButton: (chat) => call(`/menu_button?chat_id=${chat}`),
  newPerson: (name, language) => post("/people", { name, language }),
  say: (person, chat, text, replyTo) =>
    post("/say", { person_id: person, chat_id: chat, text, ...(replyTo ? { reply_to: replyTo } : {}) }),
  start: (person, payload) => post("/start", { person_id: person, ...(payload ? { payload } : {}) }),
  tap: (person, chat, message, data) => post("/tap", { person_id: person, chat_id: chat, message_id: message, data }),
  block: (person, blocked) => post("/block", { person_id: person, blocked }),
  advance: (seconds) => post("/clock", { advance_seconds: seconds }),
  toNext: () => post("/clock", { to: "next" }),
  toMonday: () => post("/clock", { to: "monday" }),
  reset: () => post("/reset", {}),
  upload,
};

/** Listen to the server's events for good: `onUp(again)` on each connection, `onDown` when it breaks. */
export function listen({ onEvent, onUp, onDown }) {
  let again = false;
  const connect = () => {
    const source = new EventSource(withKey("/sandbox/events"));
    source.onopen = () => {
      onUp(again);
      again = true;
    };
    source.onmessage = ({ data }) => onEvent(JSON.parse(data));
    source.onerror = () => {
      onDown();
      // The browser reconnects by itself, except after an answer that was no event stream.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => api.state().catch(() => {}).then(connect), 1500);
    };
  };
  connect();
}
