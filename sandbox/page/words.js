// Every sentence of the page, in Chinese and English. What the bot says is not here: it speaks for itself.
const WORDS = {
  zh: {
    tagline: "沙盒：不需要 Telegram 账号，人物和活动均为示例数据",
    pageTitle: "同心 · 沙盒",
    clock: "沙盒的时间",
    clockNow: "现在", clockNowTip: "现在：马上处理已经到点的事",
    clockQuarter: "＋15分钟", clockHour: "＋1小时", clockDay: "＋1天", clockMonday: "下周一 9:00",
    clockNext: "到下一件事", clockNextTip: "把时间推到下一条提醒、通知或小结发出的时候",
    fold: "收起或展开：时间、引导、语言、重置",
    reset: "重置", resetAsk: "重新开始？所有聊天和改动都会清空，回到最初的示例数据。", resetDone: "已回到最初的示例数据",
    ok: "好", cancel: "取消",
    language: "EN", languageTip: "Switch the page to English",
    gone: "和沙盒的连接断了，正在重连…（程序还在运行吗？）",
    guide: "试一试",
    phone: "📱 个人页", phoneTitle: "手机上的个人页", phoneClose: "收起个人页", phoneHome: "首页",
    mail: "📧 邮箱", mailTitle: "邮箱：同心发出的邮件都在这里", mailClose: "收起邮箱", mailTo: "收件人", mailAll: "全部收件人",
    mailEmpty: "还没有邮件。在「设置 → 邮箱」里填一个地址（随便写，例如 chen@example.com），确认码就会出现在这里。",
    mailCalendar: "📅 日历附件（{0}）", mailFiles: "📎 {0}",
    phoneHint: "在联络员的「分团」卡片里点网页邀请链接，就会在这里打开。",
    guideClose: "收起引导", guideStart: "点第 1 步开始：人物、文字和时间都会替您备好，您只管按按钮。",
    step1: "发布活动", step2: "认领", step3: "报名", step4: "提醒", step5: "签到", step6: "反馈", step7: "核实", step8: "看五个10",
    do1: "统筹的输入框里已写好一份通知：按「发送」，核对后按「确认发布」。",
    do2: "联络员收到了待认领的岗位：在卡片上按「认领」。",
    do3: "分团的成员收到了活动卡片：按「报名」。没看到的话，先请联络员认领。",
    do4: "时间已推进到活动前一天：报了名的成员会收到提醒。",
    do5: "时间已推进到开始前一刻钟：成员在提醒或卡片上按「签到」。",
    do6: "活动已经结束：联络员会收到「反馈」，填好出勤和受益人次，按「提交」。",
    do7: "统筹收到了反馈：看过之后按「核实」，这场活动才算数。",
    do8: "已替统筹发送 /quota：看，公益讲座又进了一格。",
    choose: "选择人物或群", search: "按姓名或分团查找", noneFound: "没有找到",
    groupChats: "群聊", coordinator: "统筹", leader: "联络员", member: "成员", newcomer: "新来的", newHere: "新来的",
    addPerson: "＋ 新人",
    notStarted: "未开始", isBlocked: "已屏蔽机器人",
    speakAs: "以 {0} 的身份发言", speakLabel: "发言身份",
    more: "更多", block: "屏蔽机器人", unblock: "解除屏蔽",
    blockedNote: "{0} 已屏蔽机器人，收不到它的消息。",
    people: "{0} 人",
    robotGroup: "群机器人发到这里", noBotGroup: "机器人不在群里：把联络员分享的文字粘贴进来，点里面的链接",
    start: "开始", startTitle: "{0} 还没有和机器人说过话", startHint: "按「开始」，就像在 Telegram 里第一次打开机器人。",
    latestInvite: "打开最近的邀请链接", openLink: "打开这个链接",
    write: "输入消息", send: "发送", attach: "图片或文件", commands: "命令菜单", sticker: "贴纸",
    noCommands: "现在没有可用的命令", asFile: "作为文件发送，不压缩", remove: "移除", replyTo: "回复", replying: "回复 {0}",
    messages: "{0} 的聊天记录", newMessages: "↓ {0} 条新消息", toNewest: "到最新消息",
    edited: "已编辑", typing: "正在输入…", photo: "图片", document: "文件", stickerName: "贴纸", deletedMessage: "原消息",
    copied: "已复制", noAnswer: "机器人还没有回应", failed: "没有成功：{0}", noServer: "连不上沙盒",
    unread: "{0} 条未读", loading: "加载中…", emptyChat: "还没有消息", columnOf: "{0} 的聊天", tabs: "聊天切换",
  },
  en: {
    tagline: "Sandbox: no Telegram account, sample data only",
    pageTitle: "Tongxin · sandbox",
    clock: "Sandbox time",
    clockNow: "Now", clockNowTip: "Now: handle at once what is due",
    clockQuarter: "+15 min", clockHour: "+1 h", clockDay: "+1 day", clockMonday: "Mon 9:00",
    clockNext: "Next thing", clockNextTip: "Move to when the next reminder, notice or digest goes out",
    fold: "Fold or unfold: time, guide, language, reset",
    reset: "Reset", resetAsk: "Start over? All chats and changes go; the sample data comes back.", resetDone: "Back to the first sample data",
    ok: "OK", cancel: "Cancel",
    language: "中文", languageTip: "页面切换为中文",
    gone: "Connection to the sandbox is lost, trying again… (is the program still running?)",
    guide: "Try it",
    phone: "📱 Web page", phoneTitle: "A phone: the personal page", phoneClose: "Close the personal page", phoneHome: "Home",
    mail: "📧 Mailbox", mailTitle: "Mailbox: all mail that Tongxin sends", mailClose: "Close the mailbox", mailTo: "To", mailAll: "Everybody",
    mailEmpty: "No mail yet. Give an address in /settings → Mail (any, such as chen@example.com): the code comes here.",
    mailCalendar: "📅 Calendar part ({0})", mailFiles: "📎 {0}",
    phoneHint: "Press the web invitation on a team leader's card: it opens here.",
    guideClose: "Close the guide", guideStart: "Begin with step 1: each step prepares people, text and time.",
    step1: "Publish", step2: "Claim", step3: "Sign up", step4: "Reminder", step5: "Check in", step6: "Report", step7: "Verify", step8: "Five Tens",
    do1: "A notice (通知) waits in the coordinator's box: send it, check it, press 确认发布 (publish).",
    do2: "The leader got the open slot: press 认领 (claim) on its card.",
    do3: "The team's member got the activity: press 报名 (sign up). Nothing there? Let the leader claim first.",
    do4: "It is now the day before: whoever signed up is reminded.",
    do5: "A quarter of an hour to go: the member presses 签到 (check in) on the reminder or the card.",
    do6: "The activity is over: the leader is asked for 反馈 (report): attendance, people served, then 提交 (submit).",
    do7: "The coordinator has the report: press 核实 (verify), and only then it counts.",
    do8: "Sent /quota as the coordinator: the lectures moved by one.",
    choose: "Choose a person or group", search: "Find by name or team", noneFound: "Nobody found",
    groupChats: "Groups", coordinator: "Coordinators", leader: "Team leaders", member: "Members", newcomer: "Newcomers", newHere: "Newcomer",
    addPerson: "+ New person",
    notStarted: "not started", isBlocked: "blocked the bot",
    speakAs: "Speak as {0}", speakLabel: "Speak as",
    more: "More", block: "Block the bot", unblock: "Unblock the bot",
    blockedNote: "{0} has blocked the bot and gets nothing from it.",
    people: "{0} people",
    robotGroup: "a group robot writes here", noBotGroup: "the bot is not in it: paste what a team leader shares, press its link",
    start: "Start", startTitle: "{0} has not talked to the bot yet", startHint: "Press Start, as one does on opening a bot in Telegram for the first time.",
    latestInvite: "Open the latest invitation", openLink: "Open this link",
    write: "Message", send: "Send", attach: "Picture or file", commands: "Commands", sticker: "Stickers",
    noCommands: "No commands here yet", asFile: "Send as a file, uncompressed", remove: "Remove", replyTo: "Reply", replying: "Reply to {0}",
    messages: "Messages of {0}", newMessages: "↓ {0} new", toNewest: "To the newest message",
    edited: "edited", typing: "typing…", photo: "Photo", document: "File", stickerName: "Sticker", deletedMessage: "Original message",
    copied: "Copied", noAnswer: "The bot has not answered yet", failed: "That failed: {0}", noServer: "cannot reach the sandbox",
    unread: "{0} unread", loading: "Loading…", emptyChat: "No messages yet", columnOf: "Chat of {0}", tabs: "Switch chats",
  },
};

let language = localStorage.getItem("language") === "en" ? "en" : "zh";

/** The page's language: "zh" or "en". */
export const lang = () => language;

/** Change the page's language and remember it. */
export function setLanguage(next) {
  language = next;
  localStorage.setItem("language", next);
}

/** The sentence named `key`, with {0}, {1}… filled in. */
export function t(key, ...values) {
  return WORDS[language][key].replace(/\{(\d)\}/g, (_, n) => values[Number(n)]);
}

/** A number of bytes for people. */
export function bytes(size) {
  if (!size) return "";
  if (size < 1024) return `${size} B`;
  return size < 1048576 ? `${Math.round(size / 1024)} KB` : `${(size / 1048576).toFixed(1)} MB`;
}
