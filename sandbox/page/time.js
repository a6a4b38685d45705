// Times are shown on the corps' wall clock, whatever zone the browser is in: the server's clock brings its offset along.
import { lang } from "./words.js";

let base = { at: Date.now(), seen: Date.now(), offset: 480 };

/** Take the server's clock, an ISO time with offset. It runs on by itself from there. */
export function setClock(iso) {
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(iso) ?? [null, "+", "00", "00"];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  base = { at: Date.parse(iso), seen: Date.now(), offset };
}

/** The sandbox's time now, in milliseconds since 1970 UTC. */
export const now = () => base.at + (Date.now() - base.seen);

/** The parts of a moment (milliseconds or ISO) on the corps' wall clock. */
export function parts(moment) {
  const ms = typeof moment === "string" ? Date.parse(moment) : moment;
  const wall = new Date(ms + base.offset * 60000);
  const two = (n) => String(n).padStart(2, "0");
  return {
    year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate(), weekday: wall.getUTCDay(),
    time: `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}`,
    date: `${wall.getUTCFullYear()}-${two(wall.getUTCMonth() + 1)}-${two(wall.getUTCDate())}`,
  };
}

/** The moment, in milliseconds, of a wall-clock time such as ("2026-12-05", "14:00"). */
export const moment = (date, time) => Date.parse(`${date}T${time}:00Z`) - base.offset * 60000;

const DAYS_ZH = "日一二三四五六";
const DAYS_EN = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A day with its weekday, e.g. 11月23日（周一） or Mon 23 Nov. */
export function dayName(when) {
  const p = parts(when);
  if (lang() === "en") return `${DAYS_EN[p.weekday]} ${p.day} ${MONTHS_EN[p.month - 1]}`;
  return `${p.month}月${p.day}日（周${DAYS_ZH[p.weekday]}）`;
}

/** The year as it stands before (zh) or after (en) the day. */
export const yearName = (when) => (lang() === "en" ? `${parts(when).year}` : `${parts(when).year}年`);
