"""Coming activities as one person sees them: first what is open to that person, then the rest, each by time.

Open to me is what I may join at once (a place for my team's people that is free, nobody waiting for it, and I am not
expected elsewhere) or, for a leader, what has a slot to claim. The database walks what is ahead by time and stops when
the page is full: its cost is that of what must be passed over, and only the page's activities are looked up.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, bindparam, false, func, not_, or_, select
from sqlmodel import col

from corps.activities.list_queries import LINE, NOW, Filters
from corps.activities.places import HOLDS_OR_WAITS, held_until, in_state, places_left, slot_starts, taken, unclaimed
from corps.activities.sign_up_rule import joinable
from corps.activities.stages import coming
from corps.moment import Moment
from corps.people import Actor
from corps.sql import row, rows, some
from models import Activity, SignUp, Slot
from models.enums import ActivityState, SignUpState


@dataclass(frozen=True)
class Line:
    """One activity in a list. `free` counts the places nobody has, `to_claim` the slots no team has, before they begin.

    `held` places are kept for those who waited, the last of them until `held_until`. `owed_by` owe its report.
    """

    id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: ActivityState
    free: int = 0
    to_claim: int = 0
    mine: SignUpState | None = None
    open_to_me: bool = False
    held: int = 0
    held_until: dt.datetime | None = None
    owed_by: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Row[Any], **facts: Any) -> "Line":  # noqa: ANN401 - the fields after `state`
        """Return the line of an activity that was found by `shelves.LINE`."""
        return cls(found.id, found.title, found.starts_at, found.ends_at, found.state, **facts)


_ME, _TEAM = bindparam("me", type_=Integer), "my_team"
_WINDOW = {"limit": bindparam("size", type_=Integer), "offset": bindparam("first", type_=Integer)}


@dataclass(frozen=True)
class _Reach:
    """What may be open to a person at all: places to join (somebody with a team), slots to claim (its leader)."""

    joins: bool
    claims: bool

    def __bool__(self) -> bool:
        """Tell whether anything may be."""
        return self.joins or self.claims

    def condition(self) -> ColumnElement[bool]:
        """Return the condition that an activity is open to the person."""
        claimable = some(col(Slot.activity_id) == col(Activity.id), unclaimed(), slot_starts() > NOW)
        to_join = joinable(_ME, bindparam(_TEAM, type_=Integer), NOW)
        ways = [*([claimable] if self.claims else []), *([to_join] if self.joins else [])]
        return or_(false(), *ways)


@cache
def _walk(reach: _Reach, kind: Filters, *, is_open: bool) -> Select[Any]:
    """Return the statement for a window of what is open, or of what is not."""
    condition = reach.condition() if is_open else not_(reach.condition())
    walked = select(*LINE).where(coming(NOW), *kind.conditions(), condition)
    ordered = walked.order_by(col(Activity.starts_at), col(Activity.id))
    return ordered.limit(_WINDOW["limit"]).offset(_WINDOW["offset"])


@cache
def _number_open(reach: _Reach, kind: Filters) -> Select[Any]:
    return select(func.count()).select_from(Activity).where(coming(NOW), *kind.conditions(), reach.condition())


_SLOTS = (
    select(
        col(Slot.activity_id), unclaimed().label("unclaimed"), col(Slot.places), taken().label("taken"),
        in_state(SignUpState.OFFERED).label("held"), held_until().label("held_until"),
    )
    .join(Activity, col(Activity.id) == col(Slot.activity_id))
    .where(col(Slot.activity_id).in_(bindparam("ids", expanding=True)), slot_starts() > NOW)
)  # fmt: skip
_MINE = select(col(SignUp.activity_id), col(SignUp.state)).where(
    col(SignUp.member_id) == _ME,
    col(SignUp.state).in_(HOLDS_OR_WAITS),
    col(SignUp.activity_id).in_(bindparam("ids", expanding=True)),
)


def page(connection: Connection, actor: Actor, at: Moment, filters: Filters, first: int, size: int) -> list[Line]:
    """Return what is ahead from number `first` on, at most `size` of it."""
    reach = _Reach(actor.team_id is not None, actor.leads(actor.team_id))
    values = {"now": at.now, "me": actor.member_id, _TEAM: actor.team_id, **filters.values}

    def walk(first: int, size: int, *, is_open: bool) -> Sequence[Row[Any]]:
        return rows(connection, _walk(reach, filters.kind, is_open=is_open), first=first, size=size, **values)

    opened = walk(first, size, is_open=True) if reach else ()
    if len(opened) == size:
        return _lines(connection, actor, at, opened, ())
    in_all = first + len(opened) if reach else 0
    if reach and first and not opened:
        in_all = _count_open(connection, reach, filters, values)
    others = walk(max(0, first - in_all), size - len(opened), is_open=False)
    return _lines(connection, actor, at, opened, others)


def _count_open(connection: Connection, reach: _Reach, filters: Filters, values: dict[str, Any]) -> int:
    found = row(connection, _number_open(reach, filters.kind), **values)
    return int(found[0]) if found else 0


def _lines(
    connection: Connection, actor: Actor, at: Moment, opened: Sequence[Row[Any]], others: Sequence[Row[Any]]
) -> list[Line]:
    ids = [found.id for found in (*opened, *others)]
    free: defaultdict[int, int] = defaultdict(int)
    to_claim: defaultdict[int, int] = defaultdict(int)
    held: defaultdict[int, int] = defaultdict(int)
    until: dict[int, dt.datetime] = {}
    for slot in rows(connection, _SLOTS, ids=ids, now=at.now):
        if slot.unclaimed:
            to_claim[slot.activity_id] += 1
        else:
            free[slot.activity_id] += places_left(slot.places, slot.taken)
            held[slot.activity_id] += slot.held
        if slot.held_until is not None:
            until[slot.activity_id] = max(slot.held_until, until.get(slot.activity_id, slot.held_until))
    own = rows(connection, _MINE, ids=ids, me=actor.member_id)
    mine = {found.activity_id: found.state for state in reversed(_BEST) for found in own if found.state is state}
    return [
        Line.of(
            found,
            free=free[found.id],
            to_claim=to_claim[found.id],
            mine=mine.get(found.id),
            open_to_me=number < len(opened),
            held=held[found.id],
            held_until=until.get(found.id),
        )
        for number, found in enumerate((*opened, *others))
    ]


_BEST = (SignUpState.GOING, SignUpState.OFFERED, SignUpState.WAITLISTED)
"""Who holds several places in an activity is shown the best."""
