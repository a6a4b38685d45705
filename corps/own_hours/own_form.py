"""The conversation in which a member hands in service elsewhere, answer by answer or in one message; and why not.

One message has a line for each field: 日期, 内容, 地点, and 时间：14:00-16:00 or 时长：2小时. A photo may come along.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from corps import audit, conversations
from corps.attachments import Attachment, demand_fit
from corps.conversations import Conversation
from corps.moment import Moment
from corps.own_hours import own_cards, own_services
from corps.own_hours.own_cards import OwnCard
from corps.own_hours.own_services import OwnPlan, Stage
from corps.parsing.lengths import units
from corps.parsing.normalise import plain
from corps.parsing.times import Half, Span, read_day_on, read_duration, read_span, read_time_range
from corps.people import Actor
from corps.refusals import Reason, Refused
from models.enums import MemberStatus, OwnState

KIND = "own_hours"
WHY = "own_hours_why"
READY = "ready"
TEXT_MAX = 80
A_DAY = 24 * 60

Data = dict[str, Any]


class Step(StrEnum):
    """What is asked, in this order."""

    DAY = "day"
    TITLE = "title"
    PLACE = "place"
    HOURS = "hours"
    FILE = "file"


@dataclass(frozen=True)
class Problem:
    """Why an answer was not taken. `of_time`: the code is one of `corps.parsing.times`; `kept` is what it settled."""

    code: str
    what: str = ""
    of_time: bool = False
    kept: Data = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Stand:
    """Where it stands: what was said, what is asked (None: 提交), why the last answer was not taken."""

    data: Data
    step: Step | None
    problem: Problem | None = None

    @property
    def sign(self) -> str:
        """The sign of what stands above 提交."""
        return audit.fingerprint_of(self.data)

    @property
    def minutes(self) -> int:
        """How long it was, as far as that has been said."""
        return int(self.data.get("minutes", 0))


_LABELS: dict[str, Step] = {
    label: step
    for step, labels in {
        Step.DAY: "日期 哪天 时间 服务时间 服务日期 date day time when",
        Step.TITLE: "内容 事项 活动 做了什么 服务内容 主题 名称 what",
        Step.PLACE: "地点 地址 哪里 服务地点 place where",
        Step.HOURS: "时长 小时 服务时长 几点到几点 时段 hours",
    }.items()
    for label in labels.split()
}
_LINE = re.compile(rf"\W*(?P<label>{'|'.join(sorted(_LABELS, key=len, reverse=True))})\s*[:：]\s*(?P<said>.+)", re.I)
_NOTHING = {"跳过", "没有", "无", "不用", "skip", "no", "none"}


def begin(session: Session, actor: Actor, at: Moment) -> Stand:
    """补报时长: go on with what was begun, or ask the first question."""
    found = conversations.find(session, actor.address, KIND)
    return _next(session, actor, at, dict(found.data) if found else {})


def begin_afresh(session: Session, actor: Actor, at: Moment) -> Stand:
    """重新填: ask everything again; a correction stays one of the same service."""
    found = conversations.find(session, actor.address, KIND)
    return _next(session, actor, at, {"again": found.data["again"]} if found and "again" in found.data else {})


def correct(session: Session, actor: Actor, at: Moment, own_id: int) -> Stand:
    """修改: begin the returned service anew."""
    card = own_cards.see(session, actor, at, own_id)
    if not card.mine or card.state is not OwnState.RETURNED:
        raise Refused(Reason.ALREADY_DECIDED, f"own_hours:{own_id}", name=card.title)
    return _next(session, actor, at, {"again": own_id})


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Stand:
    """Return the open question again."""
    return _next(session, actor, at, conversation.data)


def take(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, file: Attachment | None, key: str
) -> Stand:
    """Take an answer to the open question, several lines with a field each, or a photo."""
    data = dict(conversation.data)
    if file is not None:
        demand_fit(file)
        data["file"] = file.stored()
    told = _fields(text)
    if len(told) > 1:
        data = {key_: value for key_, value in data.items() if key_ in ("again", "file")} | {"file": data.get("file")}
        for step, said in told:
            taken = _answer(data, step, said, at.wall())
            if isinstance(taken, Problem):
                return _next(session, actor, at, data, key, taken)
            data = taken
        return _next(session, actor, at, data, key)
    asked = next_step(data)
    if asked is None or not text.strip():
        return _next(session, actor, at, data, key)
    taken = _answer(data, asked, text, at.wall())
    if isinstance(taken, Problem):
        return _next(session, actor, at, data | taken.kept, key, taken)
    return _next(session, actor, at, taken, key)


def skip(session: Session, actor: Actor, at: Moment) -> Stand | None:
    """跳过: there is no photo. None when that is not asked."""
    found = conversations.find_open(session, actor.address)
    if found is None or found.kind != KIND or next_step(found.data) is not Step.FILE:
        return None
    return _next(session, actor, at, {**found.data, "file": None})


def submit(session: Session, actor: Actor, at: Moment, shown: str = "") -> OwnCard:
    """提交: hand in what was `shown`; the leader is asked to confirm it."""
    found = conversations.find(session, actor.address, KIND)
    if found is None or next_step(found.data) is not None:
        raise Refused(Reason.INCOMPLETE)
    audit.demand_as_shown(session, actor, shown, audit.fingerprint_of(found.data), f"member:{actor.id}")
    data, zone = found.data, at.policy.zone
    starts, ends = (
        zone.instant(dt.datetime.fromisoformat(data[name])) if data.get(name) else None for name in ("starts", "ends")
    )
    plan = OwnPlan(
        day=dt.date.fromisoformat(data["day"]),
        title=data["title"],
        place=data["place"],
        minutes=data["minutes"],
        starts_at=starts,
        ends_at=ends,
        file=Attachment.read(data["file"]) if data["file"] else None,
    )
    row = own_services.hand_in(session, actor, at, plan, data.get("again"))
    conversations.drop(session, actor.address, KIND)
    return own_cards.see(session, actor, at, row.id or 0)


def _next(
    session: Session, actor: Actor, at: Moment, data: Data, key: str | None = None, problem: Problem | None = None
) -> Stand:
    if actor.status is not MemberStatus.ACTIVE:
        raise Refused(Reason.NOT_MEMBER)
    step = next_step(data)
    conversations.put(session, at, actor.address, KIND, step.value if step else READY, data, key)
    return Stand(data, step, problem)


def next_step(data: Data) -> Step | None:
    """Return what is still to be asked, None when nothing is."""
    given = {Step.HOURS: "minutes"}
    return next((step for step in Step if given.get(step, step.value) not in data), None)


def _fields(text: str) -> list[tuple[Step, str]]:
    """Return what stands in lines with a label, in the order of the questions."""
    found: dict[Step, str] = {}
    for line in text.splitlines():
        if match := _LINE.fullmatch(line.strip()):
            step, said = _LABELS[match["label"].casefold()], match["said"].strip()
            found[step] = f"{found[step]} {said}" if step in found else said  # 日期 and 时间 are halves of one time
    return [(step, found[step]) for step in Step if step in found]


def _answer(data: Data, step: Step, text: str, wall: dt.datetime) -> Data | Problem:
    """Take one answer in. `wall` is the local time now. Returns what has been said now, or what is wrong with it."""
    said = plain(text)
    match step:
        case Step.DAY:
            return _day(data, said, wall)
        case Step.HOURS:
            return data if "minutes" in data else _hours(data, said, wall)
        case Step.FILE:
            return {**data, "file": None} if said.casefold() in _NOTHING else Problem("no_photo")
    if not re.search(r"\w", said):
        return Problem("empty")
    return {**data, step.value: said} if units(said) <= TEXT_MAX else Problem("too_long", str(TEXT_MAX))


def _day(data: Data, said: str, wall: dt.datetime) -> Data | Problem:
    """Take in the day, which may come with its hours."""
    span = read_span(said, wall)
    if isinstance(span, Span) and span.ends is not None:
        rest = {name: value for name, value in data.items() if name != "half"}
        return _spanned({**rest, "day": span.starts.date().isoformat()}, span, wall, said)
    read = read_day_on(said, Half.of(data["half"]) if "half" in data else Half(), wall)
    if isinstance(read, Half):
        return Problem(read.code.value, read.what, of_time=True, kept={"half": read.as_data()})
    if read > wall.date():
        return Problem("future", said[:TEXT_MAX])
    return {**{name: value for name, value in data.items() if name != "half"}, "day": read.isoformat()}


def _hours(data: Data, said: str, wall: dt.datetime) -> Data | Problem:
    """Take in from when to when it was, or how long."""
    minutes = read_duration(said)
    if minutes is not None:
        return {**data, "minutes": minutes} if 0 < minutes <= A_DAY else Problem("hours", said[:TEXT_MAX])
    span = read_time_range(said, dt.date.fromisoformat(data["day"])) if "day" in data else None
    if isinstance(span, Span) and span.ends is not None:
        return _spanned(data, span, wall, said)
    return Problem("hours", said[:TEXT_MAX])


def _spanned(data: Data, span: Span, wall: dt.datetime, said: str) -> Data | Problem:
    if span.ends is None or span.ends > wall:
        return Problem("future", said[:TEXT_MAX])
    minutes = int((span.ends - span.starts).total_seconds() // 60)
    return {**data, "starts": span.starts.isoformat(), "ends": span.ends.isoformat(), "minutes": minutes}


@dataclass(frozen=True)
class Why:
    """Where 退回 or 撤回 stands (`what`: `return` or `withdraw`): the reason is asked, or, with a card, it is done."""

    what: str
    title: str
    card: OwnCard | None = None


def ask_why(session: Session, actor: Actor, at: Moment, what: str, own_id: int) -> Why:
    """退回 or 撤回: ask for the reason."""
    card = own_cards.see(session, actor, at, own_id)
    returns = what == "return" and card.may_decide and card.stage is not Stage.WITHDRAW
    if not returns and not (what == "withdraw" and card.may_withdraw):
        raise Refused(Reason.ALREADY_DECIDED, f"own_hours:{own_id}", name=card.title)
    conversations.put(session, at, actor.address, WHY, what, {"what": what, "own": own_id, "title": card.title})
    return Why(what, card.title)


def ask_why_again(_session: Session, _actor: Actor, _at: Moment, conversation: Conversation) -> Why:
    """Return the question for the reason again."""
    return Why(conversation.data["what"], conversation.data["title"])


def take_why(session: Session, actor: Actor, at: Moment, conversation: Conversation, reason: str) -> Why:
    """Return it or take it back with that reason; what has no letter in it is none, and the question stays."""
    asked = ask_why_again(session, actor, at, conversation)
    said = conversations.end_with_reason(session, actor.address, conversation, reason, own_services.REASON_MAX)
    if not said:
        return asked
    own_id = conversation.data["own"]
    if asked.what == "return":
        own_services.decline(session, actor, at, own_services.demand_decidable(session, actor, own_id), said)
    else:
        own_services.withdraw(session, actor, at, own_id, said)
    return Why(asked.what, asked.title, own_cards.see(session, actor, at, own_id))
