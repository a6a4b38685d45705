// The eight steps through one activity: each opens the right chat, and prepares the text or the time for it.
import { api } from "./api.js";
import { h, icon, word } from "./dom.js";
import { first } from "./people.js";
import { moment, now, parts } from "./time.js";

const HOUR = 3600;
const STEPS = ["publish", "claim", "signUp", "remind", "checkIn", "report", "verify", "count"];

export class Guide {
  /** `layout` opens chats; `advance(seconds)` moves the sandbox's clock. */
  constructor(root, layout, advance) {
    Object.assign(this, { root, layout, advance });
    this.hint = h("p", { t: "guideStart", "aria-live": "polite" });
    this.steps = STEPS.map((name, i) =>
      h(
        "button", { class: "step", data: { testid: `step-${i + 1}` }, on: { click: () => this.go(i) } },
        h("span", { class: "number" }, String(i + 1)), h("span", { t: `step${i + 1}` }),
      ),
    );
    const close = h("button", { class: "round", label: "guideClose", data: { testid: "guide-close" }, on: { click: () => this.show(false) } }, icon("close"));
    root.append(h("ol", {}, this.steps.map((step) => h("li", {}, step))), h("div", { class: "guide-foot" }, this.hint, close));
    this.show(localStorage.getItem("guide") !== "off", false);
    this.mark(Number(localStorage.getItem("guideStep") ?? -1));
  }

  show(open, remember = true) {
    this.root.hidden = !open;
    if (remember) localStorage.setItem("guide", open ? "on" : "off");
  }

  toggle() {
    this.show(this.root.hidden);
  }

  /** Forget the way so far, as after a reset. */
  restart() {
    localStorage.removeItem("guideActivity");
    this.mark(-1);
  }

  mark(current) {
    localStorage.setItem("guideStep", current);
    this.steps.forEach((step, i) => {
      step.classList.toggle("done", i < current);
      if (i === current) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    word(this.hint, "t", current < 0 ? "guideStart" : `do${current + 1}`);
  }

  async go(i) {
    this.mark(i);
    this.steps[i].scrollIntoView({ inline: "center", block: "nearest" });
    await this[STEPS[i]]();
  }

  coordinator() {
    return this.reveal(first("coordinator"), 0);
  }

  leader() {
    return this.reveal(first("leader"), 1);
  }

  /** A member of the leader's team, whom the leader's claim concerns. */
  member() {
    return this.reveal(first("member", first("leader")), 2);
  }

  reveal(person, slot) {
    if (!person) throw new Error("the sandbox has nobody in this role");
    return this.layout.reveal(person.id, slot);
  }

  /** Move the clock to `seconds` from the guide's activity's start (its end: two hours after). Never back. */
  async until(seconds) {
    const start = Number(localStorage.getItem("guideActivity") ?? 0);
    const wait = Math.ceil((start - now()) / 1000 + seconds);
    if (start && wait > 0) await this.advance(wait);
  }

  async publish() {
    const date = parts(now() + 2 * 24 * HOUR * 1000).date;
    localStorage.setItem("guideActivity", moment(date, "14:00"));
    const column = await this.coordinator();
    column.composer.prefill(notice(date));
  }

  claim() {
    return this.leader();
  }

  signUp() {
    return this.member();
  }

  async remind() {
    await this.member();
    await this.until(-24 * HOUR + 120);
  }

  async checkIn() {
    await this.member();
    await this.until(-HOUR / 4);
  }

  async report() {
    await this.leader();
    await this.until(2.5 * HOUR);
  }

  verify() {
    return this.coordinator();
  }

  async count() {
    const column = await this.coordinator();
    await column.attempt(api.say(column.person, column.chat, "/quota"));
  }
}

/** The example notice of step 1. It is what a coordinator would type to the bot, so it stays Chinese. */
function notice(date) {
  return [
    "/new", "活动：防诈骗公益讲座", "类别：公益讲座", `时间：${date} 14:00-16:00`, "地点：磁器口街道金蓉社区",
    "场所：社区", "岗位：志愿者 5", "分团：待认领", "备注：主讲老师已请好",
  ].join("\n");
}
