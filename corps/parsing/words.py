"""What words that nobody asked for want: the command that they name, typed exactly or nearly; or are they a question?

    >>> commands_named("请问我要报名！")
    ('activities',)
    >>> commands_named("不报名了")
    ()

A sentence names it too, where people say what they want in one: 我明天来不了, 我报了什么.

    >>> commands_named("我明天来不了")
    ('mine',)

Nearly means: with words around that only ask (我要, 看看, 一下), with one slip in a word of three characters or more,
with two characters changed about, or with two characters around it. Nothing looser: what opens must be what was meant.
"""

import re

from corps.parsing.normalise import plain

_NAMES: dict[str, str] = {
    "checkin": "签到、打卡、我到了、我来了、到了、到场、签道、前到、签退、qiandao、check in、checkin、check out",
    "mine": (
        "我的、我的活动、我的报名、我的时长、服务时长、时长、我来不了、来不了、去不了、取消报名、"
        "退出活动、请假、mine、my hours"
    ),
    "activities": (
        "活动、活动列表、近期活动、最近活动、报名、参加活动、报明、保名、baoming、huodong、activities、sign up"
    ),
    "quota": "五个10、五个十、5个10、进度、quota",
    "help": "帮助、更多、菜单、怎么用、怎么操作、使用说明、你好、您好、在吗、help、more、menu、hello",
    "calendar": "日历、calendar",
    "settings": "设置、提醒、语言、我的数据、settings、language",
    "teams": "分团、所有分团、各分团、teams",
    "team": "我的分团、本分团、分团成员、分团、电话清单、打电话、my team、call list",
    "new": "发布、发布活动、发活动、新活动、新建活动、new activity、publish",
    "broadcast": "群发、群发通知、发通知、broadcast",
    "verify": "核实、待核实、核实反馈、to verify、verify",
    "pairings": "结对、助农结对、登记结对、pairings",
    "notices": "通知状态、notices",
    "export": "导出、导出台账、台账、export、ledger",
    "audit": "操作记录、changes、audit",
    "today": "今天要办、待办、今天、today、to do today",
    "numbers": "数据一览、数据、numbers、in numbers",
    "plan": "排一排、排活动、安排建议、plan",
    "handin": "平台录入、录入平台、交表、platforms、hand in",
    "import": "导入、导入名单、导入成员、import",
    "rotation": "轮值、轮值表、讲堂轮值、rotation",
    "cancel": "取消、退出、退出填写、cancel",
}
"""Command → the words for it. A word may name two: then it is the first that the person may use."""

_NOT_WORDS = re.compile(r"[\W_]+")
RECEIPT = (
    r"\s*(?:好的?|嗯|ok|知道了|明白了?)?[，,。\s]*(?:我?已经?)?收到(?:了|啦)?[\s，,。!！~～👌🙏👍]*"
    r"(?:谢谢|知道了|明白了?|好的)?[\s。!！~～🙏👍]*"
    r"|(?i:\s*received|got it)[.!\s]*"
)
"""Words by which somebody says that they have read something."""
# Loops are possessive (`*+`): what fits in two ways is tried in one, else a long line of 好好好 would take for ever.
_THANKS = r"(?:非常)?感谢|多谢|谢{1,3}|辛苦|麻烦|不好意思|thankyou|thanks?|thx"
_AGREES = (
    r"(?:我|都|已经?)*+(?:知道|明白|了解|清楚|晓得)|好{1,3}|嗯{1,3}|噢|哦|行|可以|没问题|没事|不客气|是|对"
    r"|okay|ok|fine|sure|isee"
)
_SMALL = r"的|了|啦|哈|嘞|呢|啊|呀|哦|嗯|您|你|大家|老师|同志|各位|very|much|so"
_COURTESY = re.compile(f"(?:{_THANKS}|{_AGREES})(?:{_THANKS}|{_AGREES}|{_SMALL})*+")
_GO_ON = re.compile(
    r"(?:继续|接着|往下|填完|用?上次|是|对|好|要|嗯|可以|行)(?:的|填|写|办|发|做|弄|那个|活动|它|吧|了|啊)*+"
    r"|(?:goon|continue|resume|carryon|yes|ok)"
)
_AFRESH = re.compile(
    r"(?:不要了|不填了|作废)?(?:(?:重新?|从头|从新)(?:开始|填写?|写|来|发布?|办|做|弄)*+|新的|新建|另(?:外)?(?:办|发|写|填)?一[个场份]"
    r"|换一[个场份]|(?:办|发布?|填|写)?新活动|不要了|不填了|作废)(?:一[个份遍次]|活动|吧|了)*+"
    r"|(?:startover|startafresh|beginafresh|afresh|restart|new|fromscratch)"
)
_DAY = (
    r"(?:今|明|后|大后)[天日早晚]|[这本下]?个?(?:周|星期|礼拜)[一二三四五六日天末]?|[这本下]个?月|这几天"
    r"|(?:\d{1,2}月)?\d{1,2}[日号]|[上下中]午|早上|晚上|那天|[这那][次场个]"
)
_POLITE = r"您好|你好|老师|不好意思|抱歉|对不起|请问|麻烦|谢谢|想?问一?下?|帮我|看看|查一?下?"
_WHICH = r"(?:什么|哪些|啥|哪[个几][个场]?|几[个场])"
_TAIL = r"(?:吗|呢|啊|呀|吧|的|了)*+"
_SENTENCES: dict[str, tuple[str, ...]] = {
    "mine": (
        # Who can't come: the list of one's own activities says how to give a place back.
        (
            rf"(?:{_POLITE}|{_DAY}|我|我们|家里|家中|单位|临时|突然|可能|恐怕|因为|所以|有点?事情?|生病|要|就|的|活动)*+"
            r"(?:[来去]不[了成]|参加不了|(?:不能|没法|没办法|无法)[来去参]加?|不[来去]了|不参加了?|请个?假|退报名|退出报名|取消报名)"
            rf"(?:{_POLITE}|{_DAY}|参加|活动|了|啦|啊|呀|哈|的|请假)*+"
        ),
        # What did I sign up for, and did it work?
        (
            rf"(?:{_POLITE})*+我(?:们|都|现在|目前|已经?|一共|{_DAY})*+(?:报名?|参加|有|登记)(?:上|名|成功)*+(?:了|过|的)*+"
            rf"(?:{_WHICH}(?:活动|名)?|活动(?:有|是)?{_WHICH}?){_TAIL}"
        ),
        rf"(?:{_POLITE})*+我(?:的活动|的报名)(?:都?有|是)?{_WHICH}{_TAIL}",
        r"我报[上名](?:成功)?了?(?:吗|没有|没)",
        # How many hours have I?
        rf"(?:{_POLITE})*+我?(?:的|今年|现在|一共|总共|已经|服务)*+(?:有|做|攒|服务)?了?多少个?(?:小时|时长|服务时长|钟头){_TAIL}",
        rf"(?:{_POLITE})*+我的(?:服务)?时长(?:是|有)?多少{_TAIL}",
        r"(?:sorry)?i(?:am|m)?(?:cant|cannot|wont|unableto|notableto)(?:beableto)?(?:come|makeit|attend|join|go)[a-z0-9]{0,24}",
        r"what(?:did|have|am)i(?:sign|signed)(?:up|in)?(?:for)?",
        r"myactivities|mysignups?",
    ),
    "activities": (
        (
            rf"(?:{_POLITE}|{_DAY}|我们|咱们|团里|分团|最近|近期|现在|还|都)*+"
            rf"(?:有|办|搞|能参加|可以参加|能报|可以报)名?些?{_WHICH}新?的?"
            rf"(?:志愿)?(?:活动|服务|安排)(?:能|可以)?(?:参加|报名?)?{_TAIL}"
        ),
        rf"(?:{_POLITE}|{_DAY}|最近|近期|现在|还)*+(?:有|有没有)新?的?活动(?:吗|没有|没|参加|可以|报名?)*+",
        r"what(?:s|is)on[a-z]{0,12}",
        r"(?:what|which|any)activities[a-z]{0,24}",
    ),
    "today": (rf"(?:{_POLITE})*+今天(?:我?要|该|有)(?:办|做|处理)?{_WHICH}(?:事情?|要办)?{_TAIL}",),
}
"""Command → what says it as a whole sentence, in letters and digits alone. Nothing else may stand there."""
_SAYING = tuple((command, re.compile("|".join(patterns))) for command, patterns in _SENTENCES.items())
_HANDS = frozenset("👌👍🙏🤝👏❤🌹😊🙂😄")
_BEFORE = re.compile(r"^(?:我要|我想要?|请问|麻烦|帮我|请|我|想|要|点|查看?|看看?|打开|进入?|去)")
_AFTER = re.compile(r"(?:一下|谢谢|页面|列表|功能|按钮|吧|了|啊|呀|哦|下)$")
_ASKS = re.compile(
    r"[?？]|吗|呢|怎么|怎样|如何|什么|啥|哪|谁|几[点时号个天]|多少|多久|为何|是不是|能不能|能否|可不可以|可以.*[么不]$"
    r"|^(?:how|what|when|where|who|why|can|could|do|does|is|are|may)\b",
    re.IGNORECASE,
)
_NEGATIONS = "不没别未非无"
_AROUND = 2
"""So many characters around a word still leave it what the text is about."""
_SLIP_FROM = 3
"""In a word of so many characters one slip is allowed: in a shorter one it makes another word."""


def _bare(text: str) -> str:
    """Return the letters and digits alone, in one width and case: no blanks, no punctuation, no emoji."""
    return _NOT_WORDS.sub("", plain(text).casefold())


_COMMANDS: dict[str, tuple[str, ...]] = {}
for _command, _words in _NAMES.items():
    for _word in map(_bare, _words.split("、")):
        _COMMANDS[_word] = tuple(dict.fromkeys((*_COMMANDS.get(_word, ()), _command)))


def commands_named(text: str) -> tuple[str, ...]:
    """Return the commands that the text names, none when it names nothing, or only speaks about it."""
    typed = _bare(text)
    if typed in _COMMANDS:
        return _COMMANDS[typed]
    if said := next((command for command, pattern in _SAYING if pattern.fullmatch(typed)), ""):
        return (said,)
    if is_question(text):
        return ()
    bared = typed
    while bared not in _COMMANDS and (shorter := _AFTER.sub("", _BEFORE.sub("", bared))) not in ("", bared):
        bared = shorter
    if bared in _COMMANDS:
        return _COMMANDS[bared]
    fitting = [word for word in _COMMANDS if _nearly(word, typed) or _nearly(word, bared)]
    return _COMMANDS[max(fitting, key=len)] if fitting else ()


def is_receipt(text: str) -> bool:
    """Tell whether the text says 收到, and nothing else."""
    return re.fullmatch(RECEIPT, text) is not None


def is_thanks(text: str) -> bool:
    """Tell whether the text thanks, and says nothing else but that it is all right."""
    return is_courtesy(text) and ("🙏" in text or re.search(_THANKS, _bare(text)) is not None)


def is_courtesy(text: str) -> bool:
    """Tell whether the text says 好的, 知道了, 谢谢, a raised thumb: kind, and nothing to be done with."""
    bare = _bare(text)
    return _COURTESY.fullmatch(bare) is not None if bare else any(char in _HANDS for char in text)


def says_go_on(text: str) -> bool:
    """Tell whether an answer to "go on with what was begun, or begin afresh?" says to go on."""
    return _GO_ON.fullmatch(_bare(text)) is not None


def says_afresh(text: str) -> bool:
    """Tell whether it says to begin afresh."""
    return _AFRESH.fullmatch(_bare(text)) is not None


def is_question(text: str) -> bool:
    """Tell whether the text asks something."""
    return bool(_ASKS.search(plain(text)))


def _nearly(word: str, typed: str) -> bool:
    if any(char in typed and char not in word for char in _NEGATIONS):
        return False
    if word.isascii():
        return len(word) > _SLIP_FROM and _one_slip(word, typed)
    inside = len(word) > 1 and word in typed and len(typed) <= len(word) + _AROUND
    return inside or sorted(word) == sorted(typed) or (len(word) >= _SLIP_FROM and _one_slip(word, typed))


def _one_slip(word: str, typed: str) -> bool:
    """Tell whether one character more, less or other makes one of the other."""
    if abs(len(word) - len(typed)) > 1:
        return False
    same = next((at for at, (one, other) in enumerate(zip(word, typed, strict=False)) if one != other), None)
    if same is None:
        return True
    rests = (word[same + 1 :], typed[same:]), (word[same:], typed[same + 1 :]), (word[same + 1 :], typed[same + 1 :])
    return any(one == other for one, other in rests)
