"""Reads the audit rows (`corps.audit`), newest first: all of them, those of a person, or of an activity."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, SQLModel, col, select

from corps.moment import Moment
from corps.people import Actor, demand_coordinator
from corps.sql import page_start
from models import Activity, Audit, Broadcast, Member, Notice, Pairing, SignUp, Slot, Team

FOUND_MAX = 8
"""How many people and activities with a name are offered to choose from."""


@dataclass(frozen=True)
class AuditEntry:
    """One change. `who` is empty when time itself did it; `on` names what it was done on, as far as it is known."""

    at: dt.datetime
    who: str
    action: str
    on: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class AuditPage:
    """A page of changes, newest first; `start` and `total` say which. `name` is whom or what it is about, if asked."""

    entries: tuple[AuditEntry, ...]
    start: int
    total: int
    name: str = ""


@dataclass(frozen=True)
class About:
    """Which changes are asked for: of a person, of an activity, or (both None) all."""

    member_id: int | None = None
    activity_id: int | None = None


def read(session: Session, actor: Actor, _at: Moment, about: About, page: int, size: int) -> AuditPage:
    """Return a page of the changes; a page past the end is the last. Coordinators only."""
    demand_coordinator(actor)
    conditions, name = _conditions(session, about)
    total = session.exec(select(func.count()).select_from(Audit).where(*conditions)).one()
    start = page_start(total, page, size)
    rows = session.exec(
        select(Audit, Member.name)
        .join(Member, col(Member.id) == col(Audit.actor_id), isouter=True)
        .where(*conditions)
        .order_by(col(Audit.id).desc())
        .offset(start)
        .limit(size)
    ).all()
    known = _known(session, [row for row, _ in rows])
    entries = tuple(_entry(session, row, who) for row, who in rows)
    del known
    return AuditPage(entries, start, total, name)


def _known(session: Session, rows: Sequence[Audit]) -> list[SQLModel]:
    """Return what the rows were done on: while somebody holds it, the session need not ask for each by itself."""
    found: list[SQLModel] = []
    wanted = {one for row in rows for one in _concerned(row)}
    while wanted:
        news: list[SQLModel] = []
        for table in {table for table, _ in wanted}:
            model: Any = _TABLES[table]
            ids = [number for of, number in wanted if of == table]
            news += session.exec(select(model).where(model.id.in_(ids))).all()
        found += news
        wanted = {
            (table, getattr(one, f"{table}_id"))
            for one in news
            if isinstance(one, Slot | SignUp | Notice)
            for table in ("member", "activity")
            if getattr(one, f"{table}_id", None) is not None
        }
    return found


def _concerned(row: Audit) -> list[tuple[str, int]]:
    """Return table and id of each thing that a row names in its subject."""
    parts = (part.partition(":") for part in row.subject.split("/"))
    return [(table, int(number)) for table, _, number in parts if table in _TABLES and number.isdecimal()]


def _conditions(session: Session, about: About) -> tuple[list[ColumnElement[bool]], str]:
    if about.member_id is not None:
        member = session.get(Member, about.member_id)
        own = _subjects(session, "signup", select(SignUp.id).where(SignUp.member_id == about.member_id))
        on = or_(*_on(f"member:{about.member_id}"), *own)
        return [or_(col(Audit.actor_id) == about.member_id, on)], member.name if member else ""
    if about.activity_id is not None:
        activity = session.get(Activity, about.activity_id)
        slots = _subjects(session, "slot", select(Slot.id).where(Slot.activity_id == about.activity_id))
        sign_ups = _subjects(session, "signup", select(SignUp.id).where(SignUp.activity_id == about.activity_id))
        return [or_(*_on(f"activity:{about.activity_id}"), *slots, *sign_ups)], activity.title if activity else ""
    return [], ""


def _on(subject: str) -> list[ColumnElement[bool]]:
    """Return the conditions for a subject alone or as a part: `activity:1`, `activity:1/member:2`."""
    return [
        col(Audit.subject) == subject,
        col(Audit.subject).startswith(f"{subject}/", autoescape=True),
        col(Audit.subject).endswith(f"/{subject}", autoescape=True),
    ]


def _subjects(session: Session, table: str, ids: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a select of ids
    return [col(Audit.subject).in_([f"{table}:{found}" for found in session.exec(ids).all()])]


def _entry(session: Session, row: Audit, who: str | None) -> AuditEntry:
    names = (_name(session, part) for part in row.subject.split("/"))
    return AuditEntry(
        at=row.at,
        who=who or "",
        action=row.action,
        on=tuple(filter(None, names)),
        before=_readable(session, row.before),
        after=_readable(session, row.after),
    )


_IDS = {"team": "team", "teams": "team", "member": "member", "activity": "activity"}
"""The fields that hold ids (also as `team_id`, `team_ids`), and whose."""


def _readable(session: Session, fields: dict[str, Any] | None) -> dict[str, Any]:
    """Put names in the place of ids."""
    return {name: _named(session, name, value) for name, value in (fields or {}).items()}


def _named(session: Session, field: str, value: Any) -> Any:  # noqa: ANN401 - whatever the row holds
    table = _IDS.get(field.removesuffix("_ids").removesuffix("_id"))
    if isinstance(value, list):
        return [_named(session, field, part) for part in value]
    if table is None or isinstance(value, bool) or not isinstance(value, int):
        return value
    return _NAMES[table](session, value) or value


def _name(session: Session, part: str) -> str:
    """Return the name that people use for `table:id`; the text itself if it is nothing we know."""
    table, _, number = part.partition(":")
    find = _NAMES.get(table)
    if find is None or not number.isdecimal():
        return number or part
    return find(session, int(number)) or part


def _title(session: Session, activity_id: int | None) -> str:
    activity = session.get(Activity, activity_id) if activity_id else None
    return activity.title if activity else ""


def _person(session: Session, member_id: int | None) -> str:
    member = session.get(Member, member_id) if member_id else None
    return member.name if member else ""


def _slot(session: Session, slot_id: int) -> str:
    slot = session.get(Slot, slot_id)
    return f"{_title(session, slot.activity_id)} · {slot.role}" if slot else ""


def _sign_up(session: Session, sign_up_id: int) -> str:
    row = session.get(SignUp, sign_up_id)
    return f"{_person(session, row.member_id)} · {_title(session, row.activity_id)}" if row else ""


def _pairing(session: Session, pairing_id: int) -> str:
    row = session.get(Pairing, pairing_id)
    return row.partner if row else ""


def _team(session: Session, team_id: int) -> str:
    team = session.get(Team, team_id)
    return team.name if team else ""


def _notice(session: Session, notice_id: int) -> str:
    row = session.get(Notice, notice_id)
    return _person(session, row.member_id) if row else ""


def _broadcast(session: Session, broadcast_id: int) -> str:
    row = session.get(Broadcast, broadcast_id)
    return f"#{row.id}" if row else ""


_NAMES: dict[str, Callable[[Session, int], str]] = {
    "activity": _title,
    "member": _person,
    "slot": _slot,
    "signup": _sign_up,
    "pairing": _pairing,
    "team": _team,
    "notice": _notice,
    "broadcast": _broadcast,
}


_TABLES: dict[str, type[SQLModel]] = {
    "activity": Activity,
    "member": Member,
    "slot": Slot,
    "signup": SignUp,
    "pairing": Pairing,
    "team": Team,
    "notice": Notice,
    "broadcast": Broadcast,
}


@dataclass(frozen=True)
class Match:
    """Somebody, or an activity, that a typed name may mean."""

    name: str
    about: About


def search(session: Session, actor: Actor, _at: Moment, text: str) -> list[Match]:
    """Return the people and activities whose name contains what was typed; a number is an activity's id."""
    demand_coordinator(actor)
    if text.isdecimal():
        title = _title(session, int(text[:18]))
        return [Match(title, About(activity_id=int(text[:18])))] if title else []
    people = select(Member).where(col(Member.name).contains(text, autoescape=True)).order_by(col(Member.id))
    titled = select(Activity).where(col(Activity.title).contains(text, autoescape=True))
    newest = titled.order_by(col(Activity.starts_at).desc())
    found = [Match(m.name, About(member_id=m.id)) for m in session.exec(people.limit(FOUND_MAX)).all()]
    return found + [Match(a.title, About(activity_id=a.id)) for a in session.exec(newest.limit(FOUND_MAX)).all()]
