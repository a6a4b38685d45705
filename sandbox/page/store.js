// What the page knows: people, chats, the messages of open chats, what is unread, which taps wait for an answer.
import { api } from "./api.js";
import { setClock } from "./time.js";
import { t } from "./words.js";

const TAP_PATIENCE = 15000;
const listeners = new Map();

/** Call `act` whenever `name` is announced. */
export function on(name, act) {
  if (!listeners.has(name)) listeners.set(name, []);
  listeners.get(name).push(act);
}

export function announce(name, value) {
  for (const act of listeners.get(name) ?? []) act(value);
}

export const store = {
  bot: { id: 0, name: "", username: "" },
  people: new Map(),
  chats: new Map(),
  messages: new Map(), // chat id → Map(message id → message), only for chats that were opened
  unread: new Map(),
  drafts: new Map(), // chat id → text being written
  pending: new Map(), // "chat/message/data" → callback id, or "" until the server named it
  answered: new Set(),
  lastInvite: null, // payload of the newest invitation link seen in any chat
  isVisible: () => false, // set by layout.js
};

/** Read the whole state anew; open chats are read again by whoever shows them. */
export async function refresh() {
  const state = await api.state();
  store.bot = state.bot;
  setPeople(state.people);
  store.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
  setClock(state.clock);
  announce("clock", state.clock);
  announce("people");
}

function setPeople(people) {
  store.people = new Map(people.map((person) => [person.id, person]));
}

const loading = new Map(); // chat id → events that came in while its messages were being read

/** Read a chat's messages from the server; what arrives meanwhile wins over what was read. */
export async function load(chat) {
  const meanwhile = [];
  loading.set(chat, meanwhile);
  try {
    const messages = new Map((await api.messages(chat)).map((message) => [message.id, message]));
    if (loading.get(chat) !== meanwhile) return; // a newer load took over
    store.messages.set(chat, messages);
    messages.forEach(notice);
    meanwhile.forEach((event) => keep(messages, event));
  } finally {
    if (loading.get(chat) === meanwhile) loading.delete(chat);
  }
}

function keep(messages, event) {
  if (event.type === "delete") messages.delete(event.id);
  else messages.set(event.message.id, event.message);
}

function notice(message) {
  const found = /[?&]start=(join-[\w-]+)/.exec(message.text ?? "");
  if (!found || !message.from?.is_bot || found[1] === store.lastInvite) return;
  store.lastInvite = found[1];
  announce("invite");
}

function take(event) {
  const chat = event.chat_id ?? event.message.chat_id;
  if (event.message) notice(event.message);
  loading.get(chat)?.push(event);
  const messages = store.messages.get(chat);
  const isNew = event.type === "message" && !messages?.has(event.message.id);
  if (messages) keep(messages, event);
  if (isNew && event.message.from?.is_bot && !store.isVisible(chat)) {
    store.unread.set(chat, (store.unread.get(chat) ?? 0) + 1);
    announce("unread");
  }
  announce("chat", { ...event, chat, isNew });
}

function reset() {
  for (const memory of [store.messages, store.unread, store.pending, store.drafts]) memory.clear();
  store.lastInvite = null;
  announce("reset");
}

/** Take one event of the server's stream. */
export function apply(event) {
  if (event.type === "message" || event.type === "edit" || event.type === "delete") take(event);
  else if (event.type === "toast") answered(event);
  else if (event.type === "mail") announce("mail", event.mail);
  else if (event.type === "typing") announce("typing", event.chat_id);
  else if (event.type === "clock") {
    setClock(event.now);
    announce("clock", event.now);
  } else if (event.type === "people") {
    setPeople(event.people);
    announce("people");
  } else if (event.type === "commands") announce("commands");
  else if (event.type === "reset") reset();
}

/** Press a bubble's button as `person`; it counts as pending until the bot answers. */
export async function tap(person, message, data) {
  const key = tapKey(message, data);
  if (store.pending.has(key)) return;
  store.pending.set(key, "");
  announce("pending", message.chat_id);
  try {
    const { callback_id: id } = await api.tap(person, message.chat_id, message.id, data);
    if (store.answered.delete(id)) return settle(key);
    store.pending.set(key, id);
    setTimeout(() => {
      if (store.pending.get(key) !== id) return;
      settle(key);
      announce("toast", { person_id: person, text: t("noAnswer") });
    }, TAP_PATIENCE);
  } catch (problem) {
    settle(key);
    throw problem;
  }
}

export const tapKey = (message, data) => `${message.chat_id}/${message.id}/${data}`;

function settle(key) {
  store.pending.delete(key);
  announce("pending", Number(key.split("/")[0]));
}

function answered(event) {
  const key = [...store.pending].find(([, id]) => id && id === event.callback_id)?.[0];
  if (key) settle(key);
  else if (event.callback_id) store.answered.add(event.callback_id); // the answer overtook the tap's own reply
  if (event.text) announce("toast", event);
}
