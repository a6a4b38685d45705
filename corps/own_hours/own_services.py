"""Handing in service elsewhere, and who decides on it: the leader first, then a coordinator, never oneself.

Two different people, neither of them the member. Where the leader is the member, whoever answers for the team else
stands in. What was verified is taken back by the member alone, or by two coordinators.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from corps import audit, notices
from corps.attachments import Attachment
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.own_hours import own_entries, own_photos
from corps.people import (
    Actor,
    Office,
    coordinators,
    leaders_of,
    lock_member,
    who_answers,
)
from corps.refusals import Reason, Refused
from corps.second_person import Deed, demand_second, parts_taken, second_person, took_part
from models import Audit, Member, Notice, OwnHoursEntry, OwnService
from models.enums import MemberStatus, OwnState

REASON_MAX = 300


class Stage(StrEnum):
    """What a service waits for."""

    CONFIRM = "confirm"
    VERIFY = "verify"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class OwnPlan:
    """What a member says about service elsewhere. `starts_at` and `ends_at` are instants, None if not known."""

    day: dt.date
    title: str
    place: str
    minutes: int
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    file: Attachment | None = None


def stage_of(row: OwnService) -> Stage | None:
    """Return what it waits for, None when for nothing."""
    if row.state is OwnState.VERIFIED:
        return Stage.WITHDRAW if row.withdraw_by is not None else None
    return {OwnState.HANDED_IN: Stage.CONFIRM, OwnState.CONFIRMED: Stage.VERIFY}.get(row.state)


def deciders(session: Session, row: OwnService) -> Office:
    """Return who is asked now."""
    match stage_of(row):
        case Stage.CONFIRM:
            others = [*leaders_of(session, row.team_id), *coordinators(session)]
            same = [one.id for one in others if took_part(session, _handing_in(row), one.id)]
            return who_answers(session, row.team_id, but=(row.member_id, *same))
        case Stage.VERIFY:
            return second_person(session, *_deeds(row))
        case _:
            return second_person(session, *_deeds(row))


def _handing_in(row: OwnService) -> Deed:
    return Deed(row.member_id, row.handed_in_at)


def _deeds(row: OwnService) -> tuple[Deed, ...]:
    """Return what came before the step that is next, each of which wants another person."""
    first = {Stage.VERIFY: Deed(row.confirmed_by, row.confirmed_at), Stage.WITHDRAW: Deed(row.withdraw_by)}
    stage = stage_of(row)
    return (_handing_in(row), first[stage]) if stage in first else (_handing_in(row),)


def may_decide(session: Session, actor: Actor, row: OwnService) -> bool:
    """Tell whether the person may take the next step: confirm, verify, or agree to taking it back."""
    stage = stage_of(row)
    if stage is None or parts_taken(session, _deeds(row), actor.member_id):
        return False
    return actor.manages(row.team_id) if stage is Stage.CONFIRM else actor.is_coordinator


def may_withdraw(session: Session, actor: Actor, row: OwnService) -> bool:
    """Tell whether 撤回 is for this person: the member, as long as it stands; of a verified one any coordinator."""
    if row.state is OwnState.WITHDRAWN or row.withdraw_by is not None:
        return False
    if row.member_id == actor.member_id:
        return True
    own = took_part(session, _handing_in(row), actor.member_id)
    return actor.is_coordinator and row.state is OwnState.VERIFIED and not own


def hand_in(session: Session, actor: Actor, at: Moment, plan: OwnPlan, again: int | None = None) -> OwnService:
    """提交: hand it in, or (`again`: its id) a returned one once more; whoever answers for the team is asked."""
    member = lock_member(session, actor.id)
    if member.status is not MemberStatus.ACTIVE:
        raise Refused(Reason.NOT_MEMBER)
    if plan.day > at.today() or plan.minutes <= 0 or (plan.ends_at is not None and plan.ends_at > at.now):
        raise Refused(Reason.INCOMPLETE)
    row = _returned(session, actor, again) if again else None
    row = row or OwnService(
        member_id=actor.id, title="", place="", day=plan.day, year=0, minutes=0, state=OwnState.HANDED_IN,
        handed_in_at=at.now, round=0,
    )  # fmt: skip
    row.team_id, row.title, row.place, row.file = member.team_id, plan.title, plan.place, plan.file
    row.day, row.year, row.minutes = plan.day, plan.day.year, plan.minutes
    row.starts_at, row.ends_at = plan.starts_at, plan.ends_at
    row.state, row.handed_in_at, row.round, row.reason = OwnState.HANDED_IN, at.now, row.round + 1, ""
    row.confirmed_by = row.confirmed_at = row.verified_by = row.verified_at = None
    session.add(row)
    session.flush()
    own_photos.keep(session, row)
    after = {"day": plan.day.isoformat(), "minutes": plan.minutes}
    audit.record(session, at, actor.id, "own_hours.hand_in", _subject(row), None, after)
    ask(session, at, row)
    return row


def _subject(row: OwnService) -> str:
    return f"own_hours:{row.id}"


def ask(session: Session, at: Moment, row: OwnService) -> Office:
    """Ask whoever decides next. Returns who that is."""
    office = deciders(session, row)
    notices.owe(session, at, _request(row).to(office.people))
    return office


def requests(session: Session) -> list[tuple[notices.Owed, Office]]:
    """Return what waits for somebody's word, with whose."""
    return [(_request(row), deciders(session, row)) for row in waiting(session)]


WAITS = (OwnState.HANDED_IN, OwnState.CONFIRMED)
"""The states in which a service waits for somebody's word; so does a verified one that is to be taken back."""


def waiting(session: Session) -> list[OwnService]:
    """Return the services that wait for somebody's word, the first handed in first."""
    waits = col(OwnService.state).in_(WAITS) | col(OwnService.withdraw_by).is_not(None)
    rows = select(OwnService).where(waits).order_by(col(OwnService.handed_in_at), col(OwnService.id))
    return list(session.exec(rows).all())


def _request(row: OwnService) -> notices.Owed:
    subject = {"own": row.id, "round": row.round}
    return notices.Owed(Kind.OWN_HOURS_REQUEST, f"own_hours:{row.id}:{row.round}", subject=subject)


def find(session: Session, own_id: int, *, lock: bool = False) -> OwnService:
    """Return a service. Raises Refused when there is none."""
    statement = select(OwnService).where(OwnService.id == own_id)
    row = session.exec(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise Refused(Reason.ASKER_GONE)
    return row


def _returned(session: Session, actor: Actor, own_id: int) -> OwnService:
    row = find(session, own_id, lock=True)
    if row.member_id != actor.id:
        raise Refused(Reason.NOT_ALLOWED)
    if row.state is not OwnState.RETURNED:
        raise Refused(Reason.ALREADY_SENT, _subject(row), title=row.title)
    return row


def demand_decidable(session: Session, actor: Actor, own_id: int) -> OwnService:
    """Return a service, locked behind its member, if the person may decide on it now. Raises Refused otherwise."""
    lock_member(session, find(session, own_id).member_id)
    row = find(session, own_id, lock=True)
    if not (actor.is_coordinator or actor.leads(row.team_id)):
        raise Refused(Reason.NOT_ALLOWED)
    if session.get_one(Member, row.member_id).status is MemberStatus.ERASED:
        raise Refused(Reason.ASKER_GONE)
    if stage_of(row) is None:
        raise Refused(Reason.ALREADY_DECIDED, name=row.title, **audit.last_change(session, actor, _subject(row)))
    if not may_decide(session, actor, row):
        demand_second(session, actor, *_deeds(row))
        raise Refused(Reason.NOT_ALLOWED)
    return row


def agree(session: Session, actor: Actor, at: Moment, row: OwnService) -> None:
    """确认, 核实 or 确认撤回 of a service that the person may decide on."""
    match stage_of(row):
        case Stage.CONFIRM:
            row.state, row.confirmed_by, row.confirmed_at = OwnState.CONFIRMED, actor.id, at.now
            _move(session, at, row, actor, "own_hours.confirm")
            ask(session, at, row)
        case Stage.VERIFY:
            row.state, row.verified_by, row.verified_at = OwnState.VERIFIED, actor.id, at.now
            _move(session, at, row, actor, "own_hours.verify")
            own_entries.settle(session, at, [row.member_id], actor.id, "")
            _tell(session, at, row)
        case _:
            reason, by = row.withdraw_reason, row.withdraw_by or actor.id
            row.withdraw_by, row.withdraw_reason = None, ""
            row.state, row.reason = OwnState.RETURNED, reason
            _move(session, at, row, actor, "own_hours.take_back", reason)
            own_entries.reverse(session, at, row, by, actor.id, reason)
            own_entries.settle(session, at, [row.member_id], actor.id, reason)
            _tell(session, at, row)


def decline(session: Session, actor: Actor, at: Moment, row: OwnService, reason: str) -> None:
    """退回 with the reason, or 不同意 to taking it back."""
    if stage_of(row) is Stage.WITHDRAW:
        row.withdraw_by, row.withdraw_reason = None, ""
        _move(session, at, row, actor, "own_hours.keep", reason)
        return
    row.state, row.reason = OwnState.RETURNED, reason
    _move(session, at, row, actor, "own_hours.return", reason)
    _tell(session, at, row)


def withdraw(session: Session, actor: Actor, at: Moment, own_id: int, reason: str) -> OwnService:
    """撤回 with a reason: at once by the member; by a coordinator once another one agrees."""
    lock_member(session, find(session, own_id).member_id)
    row = find(session, own_id, lock=True)
    if not (row.member_id == actor.member_id or actor.is_coordinator):
        raise Refused(Reason.NOT_ALLOWED)
    if not may_withdraw(session, actor, row):
        raise Refused(Reason.ALREADY_DECIDED, name=row.title, **audit.last_change(session, actor, _subject(row)))
    if row.member_id == actor.id:
        row.state, row.reason = OwnState.WITHDRAWN, reason
        _move(session, at, row, actor, "own_hours.withdraw", reason)
        own_entries.reverse(session, at, row, actor.id, actor.id, reason)
        own_entries.settle(session, at, [row.member_id], actor.id, reason)
        return row
    row.withdraw_by, row.withdraw_reason = actor.id, reason
    _move(session, at, row, actor, "own_hours.ask_back", reason)
    ask(session, at, row)
    return row


def _move(session: Session, at: Moment, row: OwnService, actor: Actor, action: str, reason: str = "") -> None:
    """Note a step, and stop asking for the one before."""
    asked = col(Notice.key).startswith(f"{_request(row).key}:", autoescape=True)
    notices.cancel_owed(session, "decided", col(Notice.kind) == Kind.OWN_HOURS_REQUEST.value, asked)
    row.round += 1
    session.add(row)
    session.flush()
    audit.record(session, at, actor.id, action, _subject(row), None, {"reason": reason} if reason else None)


def _tell(session: Session, at: Moment, row: OwnService) -> None:
    member = session.get(Member, row.member_id)
    key, subject = f"own_hours_decided:{row.id}:{row.round}", {"own": row.id, "round": row.round}
    notices.owe(session, at, [notices.Owed(Kind.OWN_HOURS_DECIDED, key, member, subject)])


KEPT = dt.timedelta(days=365)
"""How long what came back, or was taken back, and never credited anything is kept."""


def forget_old(session: Session, at: Moment) -> int:
    """Forget what came to nothing a year ago. Returns how many services that were."""
    idle = col(OwnService.state).in_((OwnState.RETURNED, OwnState.WITHDRAWN))
    old = select(OwnService.id).where(idle, col(OwnService.handed_in_at) < at.now - KEPT)
    never = old.where(col(OwnService.id).not_in(select(OwnHoursEntry.own_id)))
    gone = list(session.exec(never).all())
    _empty_traces(session, gone)
    own_photos.drop(session, gone)
    session.connection().execute(delete(OwnService).where(col(OwnService.id).in_(gone)))
    return len(gone)


def _empty_traces(session: Session, ids: Sequence[int | None]) -> None:
    """Leave in the trace that something was done, and not what was said."""
    subjects = [f"own_hours:{number}" for number in ids]
    emptied = update(Audit).where(col(Audit.subject).in_(subjects)).values(before=None, after=None)
    session.connection().execute(emptied)


def forget(session: Session, member_id: int) -> None:
    """Empty what an erased person has handed in: of what was once credited the minutes stay, of the rest nothing.

    What waits for somebody's word waits no more: there is nothing left to read.
    """
    connection, own = session.connection(), col(OwnService.member_id) == member_id
    handed_in = session.exec(select(OwnService.id).where(own)).all()
    _empty_traces(session, handed_in)
    own_photos.drop(session, handed_in)
    credited = select(OwnHoursEntry.own_id).where(OwnHoursEntry.member_id == member_id)
    connection.execute(delete(OwnService).where(own, col(OwnService.id).not_in(credited)))
    connection.execute(
        update(OwnService)
        .where(own)
        .values(title="", place="", file=None, reason="", withdraw_by=None, withdraw_reason="")
    )
    connection.execute(update(OwnService).where(own, col(OwnService.state).in_(WAITS)).values(state=OwnState.WITHDRAWN))
    connection.execute(update(OwnHoursEntry).where(col(OwnHoursEntry.member_id) == member_id).values(reason=""))
    session.expire_all()
