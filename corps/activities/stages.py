"""How far an activity has come: its state and the time together. "Held" is time passing, not a state.

Each question stands twice, side by side: of a row or card that is at hand, and as a condition for the database.
"""

import datetime as dt
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_

from corps.refusals import Reason, Refused
from models import Activity
from models.enums import ActivityState


class Stage(StrEnum):
    """The stages of an activity. Who looks at a published one sees it ahead, under way or over."""

    DRAFT = "draft"
    AHEAD = "ahead"
    UNDER_WAY = "under_way"
    OVER = "over"
    REPORTED = "reported"
    VERIFIED = "verified"
    CANCELLED = "cancelled"


class Staged(Protocol):
    """What an activity, its card or its line in a list says about how far it has come."""

    @property
    def state(self) -> ActivityState:
        """Where it is in its life."""

    @property
    def starts_at(self) -> dt.datetime:
        """When it begins."""

    @property
    def ends_at(self) -> dt.datetime:
        """When it ends."""


def stage_of(activity: Staged, now: dt.datetime) -> Stage:
    """Return how far an activity has come."""
    if activity.state is not ActivityState.PUBLISHED:
        return Stage(activity.state.value)
    if activity.ends_at <= now:
        return Stage.OVER
    return Stage.UNDER_WAY if activity.starts_at <= now else Stage.AHEAD


When = Any
"""An instant, or a parameter or column of a statement that holds one."""


def at_stage(stage: Stage, now: When, activity: Any = Activity) -> ColumnElement[bool]:  # noqa: ANN401 - the table or an alias of it
    """Return the condition that an activity has come just that far.

    Of what is over it also says that it has begun, which goes without saying: it tells the database where in
    `ix_activity_shelf` to stop.
    """
    if stage not in (Stage.AHEAD, Stage.UNDER_WAY, Stage.OVER):
        return activity.state == ActivityState(stage.value)  # type: ignore[no-any-return]  # a column
    published = activity.state == ActivityState.PUBLISHED
    match stage:
        case Stage.AHEAD:
            return and_(published, activity.starts_at > now)
        case Stage.UNDER_WAY:
            return and_(published, activity.ends_at > now, activity.starts_at <= now)
        case _:
            return and_(published, activity.ends_at <= now, activity.starts_at <= now)


COMING = (Stage.AHEAD, Stage.UNDER_WAY)
"""The stages of what is public and not over."""


def coming(now: When, activity: Any = Activity) -> ColumnElement[bool]:  # noqa: ANN401 - the table or an alias of it
    """Return the condition that an activity is at one of the stages `COMING`."""
    return and_(activity.state == ActivityState.PUBLISHED, activity.ends_at > now)


def closed(activity: Staged, now: dt.datetime) -> Reason | None:
    """Return why no place in an activity changes hands any more, or not yet; None while it is ahead."""
    match stage_of(activity, now):
        case Stage.AHEAD:
            return None
        case Stage.CANCELLED:
            return Reason.CANCELLED
        case Stage.UNDER_WAY | Stage.OVER:
            return Reason.STARTED
        case _:
            return Reason.NOT_PUBLISHED


def demand_ahead(activity: Staged, now: dt.datetime, title: str) -> None:
    """Raise Refused, with the reason, unless the activity is public and has not begun."""
    reason = closed(activity, now)
    if reason is not None:
        raise Refused(reason, title=title)


NOT_ON = (ActivityState.DRAFT, ActivityState.CANCELLED)
"""The states in which an activity does not take place: not public yet, or called off."""

ON = tuple(state for state in ActivityState if state not in NOT_ON)
"""The states of what takes place, or has."""

EDITABLE = (ActivityState.DRAFT, ActivityState.PUBLISHED)
"""The states in which an activity may be changed at will."""

CORRECTABLE = (*EDITABLE, ActivityState.REPORTED)
"""The states in which what was wrong about an activity can be put right: until it is verified."""

CANCELLABLE = (*EDITABLE, ActivityState.REPORTED)
"""The states in which an activity may be cancelled: what is verified counts."""
