"""Who is a second person: neither who did something, nor who could have done it in their name."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import member_addresses
from corps.people import Actor, Office, coordinators, who_answers
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection
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


def parts_taken(session: Session, deeds: Collection[Deed], member_id: int | None) -> set[Deed]:
    """Return those of some deeds in which somebody `took_part`; all are looked up at once."""
    could = _could_act_for(session, deeds, member_id)
    return could | {deed for deed in deeds if same_person(session, deed.by, member_id)}


def took_part(session: Session, deed: Deed, member_id: int | None) -> bool:
    """Tell whether somebody did something themselves, or could have: every rule for a second person asks here."""
    return deed in parts_taken(session, [deed], member_id)


_LET_IN = columns(*(getattr(LetIn, name) for name in ("member_id", "by_id", "since", "until")))


def _could_act_for(session: Session, deeds: Collection[Deed], member_id: int | None) -> set[Deed]:
    """Return those deeds at whose time somebody's link had let a browser in as the one who did it.

    Then it may have been their own doing. Likewise if the doer is in as them now: the doer would confirm it so.
    """
    doers = {deed.by for deed in deeds if deed.by is not None}
    if member_id is None or not doers:
        return set()
    found = flushed_connection(session).execute(_LET_IN.where(col(LetIn.member_id).in_({*doers, member_id}))).all()
    now = {
        by
        for by in doers
        if any(row.until is None and same_person(session, by, row.by_id) for row in found if row.member_id == member_id)
    }
    return {
        deed
        for deed in deeds
        if deed.by in now
        or any(
            row.member_id == deed.by and _meanwhile(row, deed.at) and same_person(session, member_id, row.by_id)
            for row in found
        )
    }


def _meanwhile(let_in: Any, at: dt.datetime | None) -> bool:  # noqa: ANN401 - a row
    return at is None or (let_in.since <= at and (let_in.until is None or let_in.until >= at))


def demand_second(session: Session, actor: Actor, *deeds: Deed, own: Reason = Reason.SAME_PERSON) -> None:
    """Raise Refused if somebody is no second person to one of these: `own` where they did it themselves."""
    if any(same_person(session, deed.by, actor.id) for deed in deeds):
        raise Refused(own)
    if _could_act_for(session, deeds, actor.id):
        raise Refused(Reason.LET_IN_BY_YOU)


def second_person(session: Session, *deeds: Deed) -> Office:
    """Return who may confirm what was done: the coordinators who can be reached and had no part in it."""
    barred = {deed.by for deed in deeds if deed.by is not None}
    barred |= {
        member.id
        for member in coordinators(session)
        if member.id is not None and parts_taken(session, deeds, member.id)
    }
    return who_answers(session, None, but=barred)
