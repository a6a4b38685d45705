// Who the people are: their role (read from the server's note), their team, their picture.
import { h } from "./dom.js";
import { store } from "./store.js";
import { lang } from "./words.js";

export const ROLES = ["coordinator", "leader", "member", "newcomer"];

/** A person's role: coordinator, leader, member or newcomer. */
export function role(person) {
  const note = person.note ?? "";
  if (/统筹|coordinator/i.test(note)) return "coordinator";
  if (/联络员|leader/i.test(note)) return "leader";
  return /成员|分团|member/i.test(note) ? "member" : "newcomer";
}

/** The team a note names: its first word, as in "民盟分团 联络员". */
export const team = (person) => (person.note ?? "").split(/[\s·，,]+/)[0];

/** The first person of a role, of the same team as `like` if there is one. */
export function first(wanted, like) {
  const all = [...store.people.values()].filter((person) => role(person) === wanted);
  return all.find((person) => like && team(person) === team(like)) ?? all[0] ?? null;
}

/** What a chat is called: the person's name, or the group's title. */
export const chatName = (id) => store.people.get(id)?.name ?? store.chats.get(id)?.title ?? "…";

function initials(id, name) {
  if (id < 0) return lang() === "en" ? "G" : "群";
  const word = name.replace(/[（(].*$/, "").trim();
  if (/\p{Script=Han}/u.test(word)) return [...word].slice([...word].length > 2 ? -2 : -1).join("");
  return word.split(/\s+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase();
}

/** A round picture with the initials, its colour always the same for the same id. */
export function avatar(id, name) {
  const hue = Math.abs(id) % 8;
  return h("span", { class: `avatar hue${hue}`, "aria-hidden": "true" }, initials(id, name || "?"));
}

/** The little number of unread messages, hidden when there are none. */
export function badge(count) {
  const el = h("span", { class: "badge", hidden: !count });
  el.textContent = count > 99 ? "99+" : String(count || "");
  return el;
}

const NAMES = {
  zh: ["林小雨", "周明远", "何佳宁", "罗晓峰", "谢思琪", "唐文博", "冯雅兰", "邓子安", "韩雪梅", "曹立新", "彭若溪", "苏建国"],
  en: ["Ann Field", "Ben Rivers", "Cora Hill", "Dan Brook", "Eve Woods", "Finn Lake", "Gwen Stone", "Hal Marsh"],
};

/** A name for somebody new that nobody has yet. */
export function freshName() {
  const taken = new Set([...store.people.values()].map((person) => person.name));
  return NAMES[lang()].find((name) => !taken.has(name)) ?? `${NAMES[lang()][0]} ${taken.size + 1}`;
}
