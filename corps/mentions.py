"""What others wrote or were shown of somebody: when the person is erased, a pseudonym takes the name's place there.

Reasons, reports, what was passed on, half-filled forms, the trace, and what stands on other people's pages. Titles,
notes and broadcasts stay as they were published.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import String, cast, delete, inspect, or_
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
    others = session.exec(select(Member.name).where(Member.id != member.id, Member.status != MemberStatus.ERASED)).all()
    for name in _names(session, member):
        if len(name) >= SHORTEST and name not in others:
            replace = _replacer(name, [other for other in others if name in other], instead)
            for table, columns in PLACES.items():
                _replace(session, table, columns, name, replace)
    _forget_made_files(session)
    session.flush()


def _names(session: Session, member: Member) -> set[str]:
    renamed = select(Audit).where(Audit.subject == f"member:{member.id}", Audit.action == "member.rename")
    told = [side or {} for row in session.exec(renamed).all() for side in (row.before, row.after)]
    return {member.name, *(str(one["name"]) for one in told if "name" in one)}


def _replacer(name: str, longer: Collection[str], instead: str) -> Callable[[str], str]:
    """Return what replaces a name in a text, and leaves the longer names of others that contain it."""
    pattern = re.compile("|".join(map(re.escape, (*sorted(longer, key=len, reverse=True), name))))
    return lambda text: pattern.sub(lambda found: instead if found[0] == name else found[0], text)


def _replace(
    session: Session, table: type[SQLModel], columns: Collection[str], name: str, replace: Callable[[str], str]
) -> None:
    written = json.dumps(name)[1:-1]
    found = [cast(getattr(table, one), String).contains(form, autoescape=True) for one in columns
             for form in {name, written}]  # fmt: skip
    lengths = {one.key: getattr(one.columns[0].type, "length", None) for one in inspect(table).column_attrs}
    for row in session.exec(select(table).where(or_(*found))).all():
        for column in columns:
            value = _replaced(getattr(row, column), replace)
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
