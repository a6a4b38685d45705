"""有异议: a sentence that reaches the coordinators; upheld it is the way of taking back, rejected the clock goes on."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from corps import audit, conversations, notices
from corps.attendance import reopening
from corps.conversations import Conversation
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.own_hours import own_services
from corps.people import Actor, Named, Office, demand_coordinator, name_for
from corps.publicity import boards
from corps.publicity.boards import PublicCard
from corps.refusals import Reason, Refused
from corps.second_person import Deed, demand_second, second_person, took_part
from corps.sql import hold
from models import Activity, Member, Notice, Objection, OwnService, Report
from models.enums import ObjectionState

KIND = "objection"
ANSWER = "objection_answer"
REASON_MAX = 300


@dataclass(frozen=True)
class ObjectionCard:
    """An objection as its reader sees it."""

    id: int
    about: str
    title: str
    day: dt.date
    name: Named
    reason: str
    at: dt.datetime
    state: ObjectionState
    settler: Named | None
    answer: str
    mine: bool
    may_settle: bool
    office: Office | None = None

    @property
    def sign(self) -> str:
        """The fingerprint of what stands above 成立 and 不成立."""
        return audit.fingerprint(self.id, self.state.value, self.reason)


@dataclass(frozen=True)
class Asking:
    """Which sentence is asked for: of an objection to something, or (`answer`) why one is rejected."""

    title: str
    answer: bool = False


def ask_reason(session: Session, actor: Actor, at: Moment, about: str) -> Asking:
    """有异议: ask what is wrong."""
    card = _objectionable(session, actor, at, about)
    conversations.put(session, at, actor.address, KIND, "reason", {"about": about})
    return Asking(card.line.title)


def _objectionable(session: Session, actor: Actor, at: Moment, about: str) -> PublicCard:
    card = boards.see(session, actor, at, about)
    if not card.may_object:
        raise Refused(Reason.ALREADY_SENT, f"objection:{about}", title=card.line.title)
    return card


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Asking:
    """Return the open question again."""
    if conversation.kind == ANSWER:
        return Asking(see(session, actor, at, conversation.data["objection"]).title, answer=True)
    return Asking(boards.see(session, actor, at, conversation.data["about"]).line.title)


def take_reason(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, reason: str
) -> Asking | ObjectionCard:
    """Take the sentence and bring it to the coordinators; what has no letter in it is none."""
    reason = conversations.end_with_reason(session, actor.address, conversation, reason, REASON_MAX)
    if not reason:
        return ask_again(session, actor, at, conversation)
    about = conversation.data["about"]
    return raise_one(session, actor, at, about, reason)


def raise_one(session: Session, actor: Actor, at: Moment, about: str, reason: str) -> ObjectionCard:
    """Note an objection: the clock stands still until a coordinator settles it."""
    hold(session, at, f"objections:{about}")
    _objectionable(session, actor, at, about)
    number = boards.number_of(about)
    row = Objection(
        activity_id=None if about.startswith("o") else number,
        own_id=number if about.startswith("o") else None,
        member_id=actor.id,
        verified_at=boards.open_one(session, at, about).verified_at,
        reason=" ".join(reason.split()),
        at=at.now,
        state=ObjectionState.OPEN,
    )
    session.add(row)
    session.flush()
    audit.record(session, at, actor.id, "objection.raise", f"objection:{row.id}")
    _ask(session, at, row)
    return see(session, actor, at, row.id or 0)


def _raising(row: Objection) -> Deed:
    return Deed(row.member_id, row.at)


def _settlers(session: Session, row: Objection) -> Office:
    return second_person(session, _raising(row))


def _ask(session: Session, at: Moment, row: Objection) -> Office:
    office = _settlers(session, row)
    notices.owe(session, at, _request(row).to(office.people))
    return office


def _request(row: Objection) -> notices.Owed:
    return notices.Owed(Kind.OBJECTION, f"objection:{row.id}", subject={"objection": row.id})


def _requests(session: Session) -> list[tuple[notices.Owed, Office]]:
    return [(_request(row), _settlers(session, row)) for row in waiting(session)]


def waiting(session: Session) -> list[Objection]:
    """Return the objections that wait for a coordinator, the oldest first."""
    rows = select(Objection).where(Objection.state == ObjectionState.OPEN).order_by(col(Objection.id))
    return list(session.exec(rows).all())


def waiting_for(session: Session, actor: Actor, at: Moment) -> list[ObjectionCard]:
    """Return what this person may settle."""
    cards = [see(session, actor, at, row.id or 0) for row in waiting(session)] if actor.is_coordinator else []
    return [card for card in cards if card.may_settle]


def see(session: Session, actor: Actor, _at: Moment, objection_id: int) -> ObjectionCard:
    """Return an objection, for who raised it and for coordinators."""
    row = _find(session, objection_id)
    mine = row.member_id == actor.member_id
    if not (mine or actor.is_coordinator):
        raise Refused(Reason.NOT_ALLOWED)
    title, day = _what(session, row)
    is_open = row.state is ObjectionState.OPEN
    return ObjectionCard(
        id=objection_id,
        about=f"o{row.own_id}" if row.own_id is not None else f"a{row.activity_id}",
        title=title,
        day=day,
        name=name_for(session, actor, row.member_id),
        reason=row.reason,
        at=row.at,
        state=row.state,
        settler=name_for(session, actor, row.settled_by) if row.settled_by is not None else None,
        answer=row.answer,
        mine=mine,
        may_settle=is_open and actor.is_coordinator and not took_part(session, _raising(row), actor.member_id),
        office=_settlers(session, row) if is_open else None,
    )


def _what(session: Session, row: Objection) -> tuple[str, dt.date]:
    if row.own_id is not None:
        own = session.get_one(OwnService, row.own_id)
        return own.title, own.day
    activity = session.get_one(Activity, row.activity_id)
    return activity.title, activity.local_date


def _find(session: Session, objection_id: int, *, lock: bool = False) -> Objection:
    statement = select(Objection).where(Objection.id == objection_id)
    row = session.exec(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise Refused(Reason.GONE)
    return row


def _demand(session: Session, actor: Actor, at: Moment, objection_id: int, shown: str) -> Objection:
    demand_coordinator(actor)
    row, card = _find(session, objection_id, lock=True), see(session, actor, at, objection_id)
    if row.state is ObjectionState.WITHDRAWN:
        raise Refused(Reason.ASKER_GONE)
    if row.state is not ObjectionState.OPEN:
        decided = audit.last_change(session, actor, f"objection:{objection_id}")
        raise Refused(Reason.ALREADY_DECIDED, name=card.title, **decided)
    demand_second(session, actor, _raising(row))
    audit.demand_as_shown(session, actor, shown, card.sign, f"objection:{objection_id}")
    return row


def uphold(session: Session, actor: Actor, at: Moment, objection_id: int, shown: str = "") -> ObjectionCard:
    """成立: the verification is to be taken back for this reason, once another coordinator agrees."""
    row = _demand(session, actor, at, objection_id, shown)
    _settle(session, actor, at, row, ObjectionState.UPHELD, "")
    if row.own_id is not None:
        own = session.get_one(OwnService, row.own_id)
        if own_services.may_withdraw(session, actor, own):
            own_services.withdraw(session, actor, at, row.own_id, row.reason)
    else:
        report = session.exec(select(Report).where(Report.activity_id == row.activity_id)).one()
        if report.reopen_by is None and report.decided_at == row.verified_at:
            reopening.ask(session, actor, at, report.activity_id, row.reason)
    return see(session, actor, at, objection_id)


def ask_answer(session: Session, actor: Actor, at: Moment, objection_id: int, shown: str = "") -> Asking:
    """不成立: ask for the sentence that the objector is told."""
    _demand(session, actor, at, objection_id, shown)
    conversations.put(session, at, actor.address, ANSWER, "answer", {"objection": objection_id})
    return Asking(see(session, actor, at, objection_id).title, answer=True)


def take_answer(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, answer: str
) -> Asking | ObjectionCard:
    """Reject the objection with that sentence: the clock goes on, and the objector is told."""
    answer = conversations.end_with_reason(session, actor.address, conversation, answer, REASON_MAX)
    if not answer:
        return ask_again(session, actor, at, conversation)
    objection_id = conversation.data["objection"]
    row = _demand(session, actor, at, objection_id, "")
    _settle(session, actor, at, row, ObjectionState.REJECTED, answer)
    return see(session, actor, at, objection_id)


def _settle(session: Session, actor: Actor, at: Moment, row: Objection, state: ObjectionState, answer: str) -> None:
    row.state, row.answer, row.settled_by, row.settled_at = state, answer, actor.id, at.now
    session.add(row)
    session.flush()
    audit.record(session, at, actor.id, f"objection.{state.value}", f"objection:{row.id}")
    asked = col(Notice.key).startswith(f"objection:{row.id}:", autoescape=True)
    notices.cancel_owed(session, "decided", col(Notice.kind) == Kind.OBJECTION.value, asked)
    member = session.get(Member, row.member_id)
    owed = notices.Owed(Kind.OBJECTION_SETTLED, f"objection_settled:{row.id}", member, {"objection": row.id})
    notices.owe(session, at, [owed])


KEPT = dt.timedelta(days=365)
"""How long the words of a settled objection are kept."""


def forget_old(session: Session, at: Moment) -> None:
    """Empty the words of what was settled a year ago: that it was, and how, stays."""
    old = col(Objection.settled_at) < at.now - KEPT
    session.connection().execute(update(Objection).where(old, col(Objection.reason) != "").values(reason="", answer=""))


def forget(session: Session, at: Moment, member_id: int) -> None:
    """Empty what an erased person has objected: that the clock stood still stays, and it goes on now."""
    connection, own = session.connection(), col(Objection.member_id) == member_id
    still_open = update(Objection).where(own, col(Objection.state) == ObjectionState.OPEN)
    connection.execute(still_open.values(state=ObjectionState.WITHDRAWN, settled_at=at.now))
    connection.execute(update(Objection).where(own).values(reason="", answer=""))
    session.expire_all()


def _asked(question: Question) -> Parts | None:
    card = see(question.session, question.actor, question.at, question.due.subject["objection"])
    return (card,) if card.may_settle else None


def _told(question: Question) -> Parts | None:
    return (see(question.session, question.actor, question.at, question.due.subject["objection"]),)


def _office(session: Session, notice: Notice) -> Office:
    return _settlers(session, _find(session, notice.subject["objection"]))


declare(Kind.OBJECTION, _asked, priority=4, keeps=14 * DAY, office=_office, waits=True, requests=_requests)
declare(Kind.OBJECTION_SETTLED, _told, keeps=14 * DAY)
