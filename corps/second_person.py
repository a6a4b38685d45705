"""Who is a second person: neither who did something, nor who could have done it in their name."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import member_addresses
from corps.people import Actor, Office, coordinators, who_answers
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection, rows
from models import Audit, LetIn, Member
from models.enums import MemberStatus

SEALED = "sealed"
"""In the trace of an erasing: the addresses, to be recognised and not to be read (`member_addresses.sealed`)."""


@dataclass(frozen=True)
class Deed:
    """Something that asks for a second person: who did it, None for nobody; and when, None if that is not known."""

    by: int | None
    at: dt.datetime | None = None


def same_person(session: Session, one: int | None, other: int | None) -> bool:
    """Tell whether two members are one person: the same, or one who was erased and came back at the same address.

    A new account is no second person. A rule that asks for one asks `took_part`, which also asks here.
    """
    if one is None or other is None or one == other:
        return one is not None and one == other
    return _came_back(session, one, other) or _came_back(session, other, one)


def _came_back(session: Session, erased: int, present: int) -> bool:
    member = session.get(Member, erased)
    if member is None or member.status is not MemberStatus.ERASED:
        return False
    trace = select(Audit.after).where(Audit.subject == f"member:{erased}", Audit.action == "member.erase")
    kept = [sealed for after in session.exec(trace).all() for sealed in (after or {}).get(SEALED, ())]
    theirs = member_addresses.known(session, [present]).get(present, []) if kept else []
    return any(member_addresses.is_sealed_in(one.address, sealed) for one in theirs for sealed in kept)


_LET_IN = columns(*(getattr(LetIn, name) for name in ("member_id", "by_id", "since", "until"))).where(
    or_(col(LetIn.member_id) == bindparam("one"), col(LetIn.member_id) == bindparam("other"))
)


def could_act_for(session: Session, deed: Deed, member_id: int | None) -> bool:
    """Tell whether somebody's link had let a browser in as the one who did something, when it was done.

    Then it may have been their own doing. Likewise if the doer is in as them now: the doer would confirm it so.
    """
    if deed.by is None or member_id is None:
        return False
    found = rows(flushed_connection(session), _LET_IN, one=deed.by, other=member_id)
    then = [
        (member_id, row.by_id)
        for row in found
        if row.member_id == deed.by
        and (deed.at is None or (row.since <= deed.at and (row.until is None or row.until >= deed.at)))
    ]
    now = [(deed.by, row.by_id) for row in found if row.member_id == member_id and row.until is None]
    return any(same_person(session, who, by) for who, by in (*then, *now))


def took_part(session: Session, deed: Deed, member_id: int | None) -> bool:
    """Tell whether somebody did something themselves, or could have: every rule for a second person asks here."""
    return same_person(session, deed.by, member_id) or could_act_for(session, deed, member_id)


def demand_second(session: Session, actor: Actor, *deeds: Deed, own: Reason = Reason.SAME_PERSON) -> None:
    """Raise Refused if somebody is no second person to one of these: `own` where they did it themselves."""
    if any(same_person(session, deed.by, actor.id) for deed in deeds):
        raise Refused(own)
    if any(could_act_for(session, deed, actor.id) for deed in deeds):
        raise Refused(Reason.LET_IN_BY_YOU)


def second_person(session: Session, *deeds: Deed) -> Office:
    """Return who may confirm what was done: the coordinators who can be reached and had no part in it."""
    barred = {deed.by for deed in deeds if deed.by is not None}
    barred |= {
        member.id
        for member in coordinators(session)
        if member.id is not None and any(took_part(session, deed, member.id) for deed in deeds)
    }
    return who_answers(session, None, but=barred)
