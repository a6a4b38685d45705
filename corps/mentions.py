"""Replaces the name of an erased person (or of an undone import) by a pseudonym, wherever others wrote or read it.

That is in reasons, reports, passed-on questions, half-filled forms, the audit log and messages on other people's pages.
Titles, notes and broadcasts stay as they were published.
"""

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, false, inspect, or_
from sqlmodel import Session, SQLModel, col, select

from models import (
    Activity,
    Audit,
    Draft,
    HoursEntry,
    Member,
    Notice,
    Objection,
    OwnHoursEntry,
    OwnService,
    PageFile,
    PageMessage,
    Pairing,
    Rating,
    Report,
    ShownCard,
)
from models.columns import Instant
from models.enums import MemberStatus

SHORTEST = 2
"""A name of one character is a word like any other, and is left."""

PLACES: Mapping[type[SQLModel], tuple[str, ...]] = {
    Activity: ("cancel_reason", "back_entry_reason"),
    Report: ("words", "return_reason", "reopen_reason"),
    Rating: ("words",),
    HoursEntry: ("reason",),
    OwnService: ("reason", "withdraw_reason"),
    OwnHoursEntry: ("reason",),
    Objection: ("reason", "answer"),
    Pairing: ("return_reason", "end_reason"),
    Notice: ("subject",),
    Draft: ("data",),
    Audit: ("before", "after"),
    ShownCard: ("heading",),
    PageMessage: ("html", "rows"),
}


def forget(session: Session, member: Member, instead: str) -> None:
    """Put `instead` in the place of a member's present and earlier names, unless somebody else has that name."""
    others = _others(session, [member.id or 0])
    for name in _names(session, member):
        if len(name) >= SHORTEST and name not in others:
            replace = _replacer({name: instead}, [other for other in others if name in other])
            for table, columns in PLACES.items():
                _replace(session, table, columns, _mentioning(table, columns, name), replace)
    _forget_made_files(session)
    session.flush()


def forget_many(session: Session, people: Mapping[int, tuple[str, str]], since: dt.datetime) -> None:
    """Do so for many at once (id → name and what stands instead), who are here `since` then and never were renamed.

    What was written before that is left: it is of somebody else of that name, or a word like any other.
    """
    others = _others(session, people)
    gone = {name: instead for name, instead in people.values() if len(name) >= SHORTEST and name not in others}
    if gone:
        replace = _replacer(gone, [other for other in others if any(name in other for name in gone)])
        for table, columns in PLACES.items():
            _replace(session, table, columns, [_written(table, since)], replace)
        _forget_made_files(session)
    session.flush()


_ANSWERS_CHANGE = dt.timedelta(days=7)
"""So long an answer stays on a page, and may show something new."""


def _written(table: type[SQLModel], since: dt.datetime) -> ColumnElement[bool]:
    """Return the condition that one of a row's instants is of then or later (a table without any: none is)."""
    first = since - _ANSWERS_CHANGE if table is PageMessage else since
    instants = (column for column in inspect(table).columns if isinstance(column.type, Instant))
    return or_(false(), *(column >= first for column in instants))


def _others(session: Session, but: Collection[int]) -> set[str]:
    here = session.exec(select(Member.id, Member.name).where(Member.status != MemberStatus.ERASED)).all()
    return {name for number, name in here if number not in but}


def _names(session: Session, member: Member) -> set[str]:
    renamed = select(Audit).where(Audit.subject == f"member:{member.id}", Audit.action == "member.rename")
    told = [side or {} for row in session.exec(renamed).all() for side in (row.before, row.after)]
    return {member.name, *(str(one["name"]) for one in told if "name" in one)}


def _replacer(instead: Mapping[str, str], longer: Collection[str]) -> Callable[[str], str]:
    """Return what replaces names in a text, and leaves the longer names of others that contain one.

    Names are tried by their first character: of thousands few begin alike.
    """
    begins: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted({*longer, *instead}, key=lambda one: (-len(one), one)):
        begins[name[0]].append(re.escape(name[1:]))
    pattern = re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in begins.items()))
    return lambda text: pattern.sub(lambda found: instead.get(found[0], found[0]), text)


def _mentioning(table: type[SQLModel], columns: Collection[str], name: str) -> list[ColumnElement[bool]]:
    forms = {name, json.dumps(name)[1:-1]}
    found = [cast(getattr(table, one), String).contains(form, autoescape=True) for one in columns for form in forms]
    return [or_(*found)]


def _replace(
    session: Session,
    table: type[SQLModel],
    columns: Collection[str],
    which: Sequence[ColumnElement[bool]],
    replace: Callable[[str], str],
) -> None:
    lengths = {one.key: getattr(one.columns[0].type, "length", None) for one in inspect(table).column_attrs}
    for row in session.exec(select(table).where(*which)).all():
        for column in columns:
            before = getattr(row, column)
            value = _replaced(before, replace)
            if value != before:
                setattr(row, column, value[: lengths[column]] if isinstance(value, str) else value)
                session.add(row)


def _replaced(value: Any, replace: Callable[[str], str]) -> Any:  # noqa: ANN401 - as JSON has it
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [_replaced(one, replace) for one in value]
    if isinstance(value, dict):
        return {key: _replaced(one, replace) for key, one in value.items()}
    return value


def _forget_made_files(session: Session) -> None:
    """Delete the files that were made for somebody's page, whoever they name: they can be made again."""
    shown = session.exec(select(PageMessage).where(col(PageMessage.document).is_not(None))).all()
    made = [one.document.id for one in shown if one.document is not None and one.document.id == one.document.unique]
    session.connection().execute(delete(PageFile).where(col(PageFile.id).in_(made)))
