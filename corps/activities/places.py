"""Places in a slot: which sign-ups hold one, how many are left, and whose they are to take.

Each question stands twice, side by side: of what is at hand, and as an expression for the database.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any, Protocol

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, not_, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.activities.rules import concerns
from models import Activity, ActivityTeam, SignUp, Slot
from models.columns import Instant
from models.enums import ActivityState, SignUpState

HOLDS_PLACE = (SignUpState.GOING, SignUpState.OFFERED)
"""The states that hold a place: an offered place is kept for one person until its deadline."""

HOLDS_OR_WAITS = (*HOLDS_PLACE, SignUpState.WAITLISTED)
"""The states in which somebody holds a place or waits for one."""

Operand = Any
"""A value, or a parameter or column of a statement that holds one."""


class SlotLike(Protocol):
    """What a slot, or a row or card of it, says about who fills it."""

    @property
    def open(self) -> bool:
        """Whether teams may claim it."""

    @property
    def team_id(self) -> int | None:
        """The team that fills it."""


def is_unclaimed(slot: SlotLike) -> bool:
    """Tell whether the slot still waits for a team to claim it: until then nobody can take a place in it."""
    return slot.open and slot.team_id is None


def unclaimed() -> ColumnElement[bool]:
    """Return `is_unclaimed` as a condition on `Slot`."""
    return and_(col(Slot.open), col(Slot.team_id).is_(None))


def filling_teams(slot: SlotLike, concerned: Collection[int]) -> tuple[int, ...]:
    """Return the teams whose members fill a slot: its own, or all that the activity concerns; none while unclaimed."""
    if slot.team_id is not None:
        return (slot.team_id,)
    return () if slot.open else tuple(concerned)


def fills(team: Operand) -> ColumnElement[bool]:
    """Return the condition on `Slot` (and its `Activity`) that the team is one of `filling_teams`."""
    return or_(col(Slot.team_id) == team, and_(is_shared(), concerns(team)))


def is_shared() -> ColumnElement[bool]:
    """Return the condition on `Slot` that it is for the members of all teams that its activity concerns."""
    return and_(col(Slot.team_id).is_(None), not_(col(Slot.open)))


def concerned_by_activity(session: Session, activity_ids: Collection[int]) -> dict[int, set[int]]:
    """Return the teams concerned by each activity: named for it, or filling a slot of it."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for start in range(0, len(ids := list(activity_ids)), 500):
        part = ids[start : start + 500]
        named = select(ActivityTeam.activity_id, ActivityTeam.team_id).where(col(ActivityTeam.activity_id).in_(part))
        filling = select(Slot.activity_id, Slot.team_id).where(col(Slot.activity_id).in_(part))
        for activity_id, team_id in [*session.exec(named).all(), *session.exec(filling).all()]:
            if team_id is not None:
                found[activity_id].add(team_id)
    return found


def places_left(places: int, taken: int) -> int:
    """Return how many places nobody holds; `taken` counts the sign-ups that hold one."""
    return max(0, places - taken)


def taken() -> ScalarSelect[Any]:
    """Return the number of places held in the slot of the enclosing statement."""
    holding = columns(func.count()).select_from(SignUp).where(col(SignUp.slot_id) == col(Slot.id), holds_place())
    return holding.correlate(Slot).scalar_subquery()


def has_room() -> ColumnElement[bool]:
    """Return the condition on `Slot` that there are `places_left`."""
    return col(Slot.places) > taken()


def in_state(state: SignUpState) -> ScalarSelect[Any]:
    """Return how many sign-ups of the enclosing statement's slot are in a state; `ix_signup_slot_state` is enough."""
    counted = columns(func.count()).select_from(SignUp).where(col(SignUp.slot_id) == col(Slot.id))
    return counted.where(col(SignUp.state) == state).correlate(Slot).scalar_subquery()


def held_until() -> ScalarSelect[Any]:
    """Return until when the last offer in the enclosing statement's slot stands."""
    offers = columns(func.max(col(SignUp.offered_until))).where(col(SignUp.slot_id) == col(Slot.id))
    return offers.where(col(SignUp.state) == SignUpState.OFFERED).correlate(Slot).scalar_subquery()


def holds_place(sign_up: Any = SignUp) -> ColumnElement[bool]:  # noqa: ANN401 - the table or an alias of it
    """Return the condition that a sign-up holds a place."""
    return or_(*(sign_up.state == state for state in HOLDS_PLACE))


def slots_with_places_left(session: Session, activity_ids: Collection[int]) -> Iterator[tuple[Slot, int]]:
    """Yield the slots of these activities, in their order, with how many places are left in each."""
    ordered = select(Slot, taken()).where(col(Slot.activity_id).in_(activity_ids))
    for slot, held in session.exec(ordered.order_by(col(Slot.position), col(Slot.id))).all():
        yield slot, places_left(slot.places, held)


class Hours(Protocol):
    """From when to when something is; a slot has hours of its own, or none."""

    @property
    def starts_at(self) -> dt.datetime | None:
        """When it begins."""

    @property
    def ends_at(self) -> dt.datetime | None:
        """When it ends."""


def hours_of(slot: Hours | None, starts: dt.datetime, ends: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Return from when to when a slot takes people's time: its own hours, or its activity's `starts` and `ends`."""
    own = (slot.starts_at, slot.ends_at) if slot is not None else (None, None)
    return own[0] or starts, own[1] or ends


def slot_starts() -> ColumnElement[Any]:
    """Return when the `Slot` of an `Activity` begins, as `hours_of` says."""
    return func.coalesce(col(Slot.starts_at), col(Activity.starts_at), type_=Instant())


def last_begins(session: Session, activity: Activity) -> dt.datetime:
    """Return the instant at which the last slot of an activity begins: until then people can sign up for it."""
    begins = select(func.max(slot_starts())).select_from(Slot).join(Activity, col(Activity.id) == col(Slot.activity_id))
    return session.exec(begins.where(Slot.activity_id == activity.id)).one() or activity.starts_at


def slot_ends() -> ColumnElement[Any]:
    """Return when the `Slot` of an `Activity` ends, as `hours_of` says."""
    return func.coalesce(col(Slot.ends_at), col(Activity.ends_at), type_=Instant())


def serves_at(starts: Operand, ends: Operand) -> ColumnElement[bool]:
    """Return the condition that a `Slot` of an `Activity` takes people's time between two instants."""
    return and_(col(Activity.state) == ActivityState.PUBLISHED, slot_starts() < ends, slot_ends() > starts)


def at_that_time(starts: Operand, ends: Operand, activity: Any = Activity) -> ColumnElement[bool]:  # noqa: ANN401 - the table or an alias of it
    """Return the condition that an activity takes people's time between two instants: nobody can be in two places."""
    return and_(activity.state == ActivityState.PUBLISHED, overlap(starts, ends, activity))


def overlap(starts: Operand, ends: Operand, other: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a table, or columns of these names
    """Return the condition that two spans share time; one that begins when the other ends does not."""
    return and_(other.starts_at < ends, other.ends_at > starts)
