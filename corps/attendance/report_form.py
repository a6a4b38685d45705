"""The conversations of 反馈 and 退回: who was there, how many were served, how counted, a few words, photos; why back.

Answers are welcome in any order. Every step returns the roll or a `Stand` with the open question.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from corps import audit, conversations
from corps.activities import cards, planning, served_categories
from corps.activities.cards import Card
from corps.activities.planning import Published
from corps.activities.rules import find_activity
from corps.attachments import Attachment, demand_fit
from corps.attendance import again, photos, reopening, reports, roll_call
from corps.attendance.reports import ReportCard
from corps.attendance.roll_call import RollCall
from corps.conversations import Conversation
from corps.moment import Moment
from corps.parsing.counts import CountRefusal
from corps.parsing.lengths import demand_short
from corps.parsing.report_line import Account, read_account
from corps.people import Actor, Office
from corps.refusals import Reason, Refused
from models.enums import CountedBy

KIND = "report"
RETURN = "return"

Data = dict[str, Any]

WORDS_MAX = 2000
SHEET_NAMES = ("签到表", "签到单", "sign-in sheet")
"""What stands below a photo of the sheet that people signed."""

ASKS = "asks"
"""Where the data says which answer is being corrected."""
ANSWERS = {"number": "beneficiaries", "how": "counted_by", "words": "words"}
"""What answers a question that is asked again, so that it is closed."""


class Step(StrEnum):
    """What is asked, in this order; with `READY` nothing is missing."""

    ROLL = "roll"
    NUMBER = "number"
    HOW = "how"
    READY = "ready"
    WORDS = "words"
    """重写情况: what is typed next replaces the words."""
    PHOTOS = "photos"
    """去掉照片: which of them."""
    SHEET = "sheet"
    """签到表: which of the photos show the sheet that people signed."""


@dataclass(frozen=True)
class Stand:
    """Where a report stands: the open question, and what has been said so far.

    `shown` is the fingerprint of it, for 提交. `present` is how many are marked as present; `unclear` why the number
    that was typed was not taken. `served` are the codes of the planned categories that will count; `photos` the
    fingerprints of the photos, in their order, and `sheets` of those that show the signed sheet; `returned_for` why the
    last round came back; `not_out` who has not checked out.
    """

    card: Card
    step: Step
    beneficiaries: int | None
    counted_by: CountedBy | None
    words: str
    photos: tuple[str, ...]
    present: int
    unclear: CountRefusal | None = None
    shown: str = ""
    served: tuple[str, ...] = ()
    returned_for: str = ""
    not_out: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()

    @property
    def can_go_back(self) -> bool:
        """Whether a correction is open that can be left, all being said."""
        return self.step is not Step.READY and self.beneficiaries is not None and self.counted_by is not None


@dataclass(frozen=True)
class PublishedEntry:
    """The outcome of 确认发布, with the card; for a back-entry also its report's first question.

    `asked_again` is how many of those who came the last time are asked whether they come again.
    """

    done: Published
    card: Card
    roll: RollCall | None
    asked_again: int = 0


def publish(session: Session, actor: Actor, at: Moment, activity_id: int, shown: str = "") -> PublishedEntry:
    """确认发布: make a draft public as it was `shown` above the button; a back-entry goes straight to its report."""
    as_it_is = cards.see(session, actor, at, activity_id)
    audit.demand_as_shown(session, actor, shown, as_it_is.plan, f"activity:{activity_id}")
    done = planning.publish(session, actor, at, activity_id)
    roll = begin(session, actor, at, activity_id) if done.back_entry and not as_it_is.author else None
    asked = again.ask_those_who_came(session, actor, at, activity_id)
    return PublishedEntry(done, cards.see(session, actor, at, activity_id), roll, asked)


def begin(session: Session, actor: Actor, at: Moment, activity_id: int) -> RollCall:
    """反馈: begin, go on, or correct what was returned; the first question is who was there."""
    reports.demand_reportable(session, actor, at, activity_id)
    data = _said(session, actor, activity_id) or reports.former(session, activity_id)
    conversations.put(session, at, actor.address, KIND, Step.ROLL.value, {**data, "activity": activity_id})
    return roll_call.see(session, actor, at, activity_id)


def ask(session: Session, actor: Actor, at: Moment, activity_id: int, key: str) -> Stand:
    """下一步: who was there is marked; ask for what is missing."""
    return _next(session, actor, at, activity_id, {}, key)


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation, key: str) -> Stand:
    """Return the open question again."""
    return ask(session, actor, at, conversation.data["activity"], key)


def choose_way(session: Session, actor: Actor, at: Moment, activity_id: int, way: CountedBy, key: str) -> Stand:
    """Take how 受益人次 was counted, by its button."""
    return _next(session, actor, at, activity_id, {"counted_by": way.value}, key)


def take(
    session: Session,
    actor: Actor,
    at: Moment,
    conversation: Conversation,
    text: str,
    file: Attachment | None,
    key: str,
) -> Stand | None:
    """Take a number, a way of counting, words or a photo, in whatever order they come. None: it was none of them.

    A photo may come as a file; named 签到表, it shows the sheet that people signed. Raises Refused for another kind of
    file, and one that is too large.
    """
    rewrites = conversation.step == Step.WORDS.value
    account, named = Account({}), file is not None and text.strip().lower() in SHEET_NAMES
    if text and not named:
        account = (
            Account({"words": text})
            if rewrites
            else read_account(text, conversation.data, asked=conversation.step == Step.NUMBER.value)
        )
    if not account.said and account.unclear is None and file is None:
        return None
    said = account.said
    demand_short(said.get("words", ""), WORDS_MAX)
    if file is not None:
        demand_fit(file)
        had = conversation.data.get("photos", [])
        known = any(Attachment.read(one).sign == file.sign for one in had)
        said = {**said, "photos": had if known else [*had, file.stored()]}
        if named:
            said["sheets"] = sorted({*conversation.data.get("sheets", []), photos.short_sign(file)})
    return _next(session, actor, at, conversation.data["activity"], said, key, account.unclear)


def correct(session: Session, actor: Actor, at: Moment, activity_id: int, what: Step, key: str) -> Stand:
    """改人次, 改统计方式, 重写情况, 去掉照片: open that question again; `READY` leaves all as it is."""
    return _next(session, actor, at, activity_id, {ASKS: what.value}, key)


def drop_photo(session: Session, actor: Actor, at: Moment, activity_id: int, photo: str, key: str) -> Stand:
    """Take out the photo with that sign, or all of them without one."""
    had = _said(session, actor, activity_id).get("photos", [])
    kept = [one for one in had if photo and _photo_sign(one) != photo]
    step = Step.PHOTOS if kept else Step.READY
    return _next(session, actor, at, activity_id, {"photos": kept, ASKS: step.value}, key)


def count_category(
    session: Session, actor: Actor, at: Moment, activity_id: int, code: str, counts: bool, key: str
) -> Stand:
    """计入, 不计入: say that a planned category was served, or was not, whatever the marks tell."""
    served = set(_served(session, activity_id, _said(session, actor, activity_id)))
    served = served | {code} if counts else served - {code}
    kept = [planned for planned in served_categories.planned(session, activity_id) if planned in served]
    return _next(session, actor, at, activity_id, {"served": kept}, key)


def mark_sheet(
    session: Session, actor: Actor, at: Moment, activity_id: int, photo: str, *, sheet: bool, key: str
) -> Stand:
    """Say that the photo with that sign shows the sheet which people signed, or that it does not."""
    data = _said(session, actor, activity_id)
    there, named = set(map(_photo_sign, data.get("photos", []))), set(data.get("sheets", []))
    sheets = (named | {photo} if sheet else named - {photo}) & there
    step = Step.SHEET if there else Step.READY
    return _next(session, actor, at, activity_id, {"sheets": sorted(sheets), ASKS: step.value}, key)


def _photo_sign(stored: dict[str, Any]) -> str:
    return photos.short_sign(Attachment.read(stored))


def submit(session: Session, actor: Actor, at: Moment, activity_id: int, shown: str = "") -> reports.Submitted:
    """提交: hand in what was `shown`; another coordinator is asked to verify."""
    data = _said(session, actor, activity_id)
    reports.demand_reportable(session, actor, at, activity_id)
    audit.demand_as_shown(session, actor, shown, _sign(session, activity_id, data), f"activity:{activity_id}")
    if next_step(data) is not Step.READY:
        raise Refused(Reason.INCOMPLETE)
    account = reports.Account(
        beneficiaries=data["beneficiaries"],
        counted_by=CountedBy(data["counted_by"]),
        words=data.get("words", ""),
        photos=tuple(map(Attachment.read, data.get("photos", []))),
        served=frozenset(data["served"]) if "served" in data else None,
        sheets=frozenset(
            Attachment.read(one).sign for one in data.get("photos", []) if _photo_sign(one) in data.get("sheets", [])
        ),
    )
    conversations.drop(session, actor.address, KIND)
    return reports.submit(session, actor, at, activity_id, account)


def _sign(session: Session, activity_id: int, data: Data) -> str:
    """Return the fingerprint of what is handed in: what was said, and who is marked as present."""
    said = tuple(data.get(key) for key in ("beneficiaries", "counted_by", "words", "photos", "sheets"))
    served = _served(session, activity_id, data)
    return audit.fingerprint(
        said, served, roll_call.turnout(session, activity_id).present, *roll_call.names_not_out(session, activity_id)
    )


def _served(session: Session, activity_id: int, data: Data) -> tuple[str, ...]:
    """Return which planned categories will count: as the reporter says, else those somebody served in."""
    done = data["served"] if "served" in data else served_categories.by_deeds(session, activity_id)
    return tuple(code for code in served_categories.planned(session, activity_id) if code in done)


def next_step(data: Data) -> Step:
    """Return what is still to be asked once it is marked who was there; then what is to be corrected."""
    if "beneficiaries" not in data:
        return Step.NUMBER
    asked = Step(data.get(ASKS, Step.READY))
    if "counted_by" not in data:
        return Step.NUMBER if asked is Step.NUMBER else Step.HOW
    return asked


def _said(session: Session, actor: Actor, activity_id: int) -> Data:
    """Return what has been said of that activity, empty if nothing."""
    found = conversations.find(session, actor.address, KIND)
    return dict(found.data) if found and found.data.get("activity") == activity_id else {}


def _next(
    session: Session,
    actor: Actor,
    at: Moment,
    activity_id: int,
    said: Data,
    key: str,
    unclear: CountRefusal | None = None,
) -> Stand:
    """Take in what was said, and open the next question."""
    reports.demand_reportable(session, actor, at, activity_id)
    data = {**_said(session, actor, activity_id), "activity": activity_id, **said}
    if ANSWERS.get(data.get(ASKS, "")) in said and ASKS not in said:
        del data[ASKS]
    step = next_step(data)
    conversations.put(session, at, actor.address, KIND, step.value, data, key)
    return Stand(
        card=cards.see(session, actor, at, activity_id),
        step=step,
        beneficiaries=data.get("beneficiaries"),
        counted_by=CountedBy(data["counted_by"]) if "counted_by" in data else None,
        words=data.get("words", ""),
        photos=tuple(map(_photo_sign, data.get("photos", []))),
        sheets=tuple(data.get("sheets", ())),
        present=roll_call.turnout(session, activity_id).present,
        unclear=unclear,
        shown=_sign(session, activity_id, data),
        served=_served(session, activity_id, data),
        returned_for=reports.returned_for(session, activity_id),
        not_out=roll_call.names_not_out(session, activity_id),
    )


def review(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, ReportCard]:
    """Return a report with the activity's card, and leave the question why it goes back. Raises Refused without one."""
    for kind in (RETURN, reopening.KIND):
        conversations.drop(session, actor.address, kind)
    return look(session, actor, at, activity_id)


def look(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, ReportCard]:
    """Return a report with the activity's card. Raises Refused while there is none."""
    report = reports.read(session, actor, at, activity_id)
    if report is None:
        raise Refused(Reason.NOT_REPORTED, title=find_activity(session, activity_id).title)
    return cards.see(session, actor, at, activity_id), replace(
        report, following=_following(session, actor, at, activity_id)
    )


def _following(session: Session, actor: Actor, at: Moment, activity_id: int) -> int | None:
    """Return the activity whose report waits after this one's, for a coordinator; after the last comes the first."""
    ids = [waiting.activity_id for waiting in reports.waiting(session, actor, at)] if actor.is_coordinator else []
    place = ids.index(activity_id) + 1 if activity_id in ids else 0
    return next((own for own in (*ids[place:], *ids[:place]) if own != activity_id), None)


def verify(session: Session, actor: Actor, at: Moment, activity_id: int, shown: str = "") -> tuple[Card, ReportCard]:
    """核实 of what was `shown`: it counts."""
    demand_report_as_shown(session, actor, at, activity_id, shown)
    reports.verify(session, actor, at, activity_id)
    return review(session, actor, at, activity_id)


@dataclass(frozen=True)
class Return:
    """Where 退回 stands: the reason is asked, or the report has gone back, to `office`."""

    title: str
    office: Office | None = None
    activity_id: int = 0
    following: int | None = None


def demand_report_as_shown(session: Session, actor: Actor, at: Moment, activity_id: int, shown: str = "") -> None:
    """Raise Refused unless the report says what it said above the button."""
    report = reports.read(session, actor, at, activity_id)
    if report is not None:
        audit.demand_as_shown(session, actor, shown, report.sign, f"activity:{activity_id}")


def ask_reason(session: Session, actor: Actor, at: Moment, activity_id: int, shown: str = "") -> Return:
    """退回 of what was `shown`: ask for the reason."""
    demand_report_as_shown(session, actor, at, activity_id, shown)
    title = reports.demand_decidable(session, actor, activity_id)
    conversations.put(session, at, actor.address, RETURN, "reason", {"activity": activity_id, "title": title})
    return Return(title, activity_id=activity_id)


def ask_reason_again(_session: Session, _actor: Actor, _at: Moment, conversation: Conversation) -> Return:
    """Return the question for the reason again."""
    return Return(conversation.data["title"], activity_id=conversation.data["activity"])


def take_reason(session: Session, actor: Actor, at: Moment, conversation: Conversation, reason: str) -> Return:
    """Return the report with that reason; what has no letter in it is none, and the question stays."""
    reason = conversations.end_with_reason(session, actor.address, conversation, reason, reports.REASON_MAX)
    if not reason:
        return ask_reason_again(session, actor, at, conversation)
    number = conversation.data["activity"]
    office = reports.send_back(session, actor, at, number, reason)
    following = _following(session, actor, at, number)
    return Return(conversation.data["title"], office, number, following)
