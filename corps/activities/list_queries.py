"""What lies on each shelf of the lists, in which order: statements that are built once.

A shelf is one or more piles, each of one stage and so one run of `ix_activity_shelf`: the database takes a page from
the end of each, and counts without looking at the activities themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    func,
    not_,
    select,
    union_all,
)
from sqlmodel import col

from corps.activities.rules import concerns, concerns_others
from corps.activities.stages import Stage, at_stage
from corps.moment import Moment
from corps.sql import row, rows, some
from models import Activity, Slot
from models.columns import Instant


class ActivityList(StrEnum):
    """Which activities: to come, drafts, held but not reported, past."""

    UPCOMING = "u"
    DRAFTS = "d"
    HELD = "h"
    PAST = "p"


@dataclass(frozen=True)
class Filters:
    """What narrows a shelf: a category's code and a team's id; empty and 0 mean all. `alone`: of no other team too."""

    category: str = ""
    team: int = 0
    alone: bool = False

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions on an activity, with `category` and `filter_team` to be filled in."""
        serves = some(col(Slot.activity_id) == col(Activity.id), col(Slot.category) == bindparam("category"))
        team: Any = bindparam("filter_team")
        wanted = [*([serves] if self.category else []), *([concerns(team)] if self.team else [])]
        return (*wanted, *([not_(concerns_others(team))] if self.alone else []))

    @property
    def kind(self) -> "Filters":
        """The same filters for any category and team: a statement is built once for each kind."""
        return Filters("*" if self.category else "", 1 if self.team else 0, self.alone)

    @property
    def values(self) -> dict[str, Any]:
        """What to fill in."""
        return {"category": self.category, "filter_team": self.team}


NOW = bindparam("now", type_=Instant())
LINE: tuple[Any, ...] = (
    col(Activity.id), col(Activity.title), col(Activity.starts_at), col(Activity.ends_at), col(Activity.state),
)  # fmt: skip

_PILES: dict[ActivityList, tuple[Stage, ...]] = {
    ActivityList.UPCOMING: (Stage.UNDER_WAY, Stage.AHEAD),
    ActivityList.DRAFTS: (Stage.DRAFT,),
    ActivityList.HELD: (Stage.OVER,),
    ActivityList.PAST: (Stage.REPORTED, Stage.VERIFIED, Stage.CANCELLED, Stage.OVER),
}


def _order(shelf: ActivityList, columns: Any) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401 - a table's or a subquery's
    match shelf:
        case ActivityList.HELD:
            return columns.ends_at.desc(), columns.id
        case ActivityList.PAST:
            return columns.starts_at.desc(), columns.id
        case _:
            return columns.starts_at, columns.id


@cache
def _counted(shelf: ActivityList, kind: Filters) -> Select[Any]:
    filters = kind.conditions()
    number = select(func.count()).select_from(Activity)
    numbers = [number.where(at_stage(pile, NOW), *filters).scalar_subquery() for pile in _PILES[shelf]]
    total: Any = sum(numbers[1:], start=numbers[0])
    return select(total)


@cache
def _paged(shelf: ActivityList, kind: Filters) -> Select[Any]:
    """Return the statement for a page: it is chosen from the index, then its activities are looked up."""
    filters, table = kind.conditions(), Activity.__table__.c  # type: ignore[attr-defined]  # SQLModel's table
    upto = bindparam("upto", type_=Integer)
    tops = [
        select(table.id, table.starts_at, table.ends_at)
        .where(at_stage(pile, NOW), *filters)
        .order_by(*_order(shelf, table))
        .limit(upto)
        .subquery()
        for pile in _PILES[shelf]
    ]
    together = union_all(*(select(top) for top in tops)).subquery()
    ordered = select(together.c.id).order_by(*_order(shelf, together.c))
    chosen = ordered.limit(bindparam("size", type_=Integer)).offset(bindparam("first", type_=Integer))
    return select(*LINE).where(table.id.in_(chosen)).order_by(*_order(shelf, table))


def count(connection: Connection, at: Moment, shelf: ActivityList, filters: Filters) -> int:
    """Return how many activities lie on a shelf."""
    found = row(connection, _counted(shelf, filters.kind), now=at.now, **filters.values)
    return int(found[0]) if found else 0


def page(
    connection: Connection, at: Moment, shelf: ActivityList, filters: Filters, first: int, size: int
) -> Sequence[Row[Any]]:
    """Return `LINE` of the activities from number `first` on, at most `size` of them."""
    window = {"first": first, "size": size, "upto": first + size}
    return rows(connection, _paged(shelf, filters.kind), now=at.now, **window, **filters.values)
