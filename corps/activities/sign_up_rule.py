"""May this person take a place (报名)? One rule, asked by sign-up, cards, lists, calls, invitations and on site.

`ruling` decides one request, `joinable` is the same rule as SQL. Who decides under a lock, reads the
request anew there (`corps.signups.signup_queries`); a card or a list shows what would become of it now.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlalchemy import select as columns
from sqlmodel import col

from corps.activities.places import (
    HOLDS_OR_WAITS,
    HOLDS_PLACE,
    Operand,
    has_room,
    holds_place,
    is_shared,
    is_unclaimed,
    overlap,
    places_left,
    slot_ends,
    slot_starts,
)
from corps.activities.presence import Expected, check_in_refusal
from corps.activities.rules import concerns
from corps.activities.stages import closed, coming
from corps.refusals import Reason
from corps.sql import some
from models import Activity, SignUp, Slot
from models.enums import ActivityState, SignUpState


@dataclass(frozen=True)
class SignUpRequest:
    """A person, a slot and its activity: all that decides whether the person may have a place in it.

    `teams` are those whose members fill the slot (`places.filling_teams`). `taken` counts the places held, `waiting`
    who is in line. `mine` is the person's sign-up in the slot, whatever its state; `here` are the states of those in
    the activity's other slots; `from_at` and `until_at` are its own hours, if it has any. `elsewhere` are other
    activities at that time: how the person stands there, the title.
    """

    slot_id: int
    activity_id: int
    title: str
    state: ActivityState
    starts_at: dt.datetime
    ends_at: dt.datetime
    places: int
    team_id: int | None
    open: bool
    teams: tuple[int, ...]
    taken: int
    waiting: int
    member_id: int
    member_team: int | None
    mine_id: int | None = None
    mine: SignUpState | None = None
    here: tuple[SignUpState, ...] = ()
    elsewhere: tuple[tuple[SignUpState, str], ...] = ()
    from_at: dt.datetime | None = None
    until_at: dt.datetime | None = None

    @property
    def expected(self) -> Expected:
        """When whoever gets the place is expected: by the slot's own hours, or the activity's."""
        return Expected(self.state, self.from_at or self.starts_at, self.until_at or self.ends_at)

    def clash(self, *, on_site: bool = False) -> str | None:
        """Return the title of an activity in which the person is expected at that time.

        An offered place keeps somebody from signing up for another; whoever stands on site has chosen.
        """
        blocking = (SignUpState.GOING,) if on_site else HOLDS_PLACE
        return next((title for state, title in self.elsewhere if state in blocking), None)


def ruling(
    request: SignUpRequest, now: dt.datetime, *, wait: bool = False, on_site: bool = False
) -> SignUpState | Reason:
    """Say what becomes of a request: the state it gets, or why not.

    Args:
        request: The person, the slot, and what is known of both.
        now: When.
        wait: The person asks to queue if there is no place.
        on_site: The person is there with the check-in code: while check-in is open, and past the line after the start.
    """
    reason = check_in_refusal(request, now) if on_site else closed(request.expected, now)
    if reason is None:
        reason = _not_theirs(request)
    if reason is not None:
        return reason
    if request.mine is SignUpState.GOING or (request.mine is SignUpState.OFFERED and not on_site):
        return Reason.ALREADY_GOING
    if any(state is SignUpState.GOING or (state in HOLDS_PLACE and not on_site) for state in request.here):
        return Reason.ONE_SLOT
    if request.clash(on_site=on_site) is not None:
        return Reason.OVERLAP
    if request.mine is SignUpState.OFFERED or _free_now(request, now):
        return SignUpState.GOING
    if request.mine is SignUpState.WAITLISTED and not on_site:
        return Reason.ALREADY_WAITING
    return SignUpState.WAITLISTED if wait else Reason.FULL


def _not_theirs(request: SignUpRequest) -> Reason | None:
    if is_unclaimed(request):
        return Reason.NOT_CLAIMED_YET
    return None if request.member_team in request.teams else Reason.OTHER_TEAM


def _free_now(request: SignUpRequest, now: dt.datetime) -> bool:
    """Tell whether a place can be taken at once: those who wait come first until it begins."""
    return places_left(request.places, request.taken) > 0 and (not request.waiting or request.expected.starts_at <= now)


def slot_is_ahead(now: dt.datetime) -> ColumnElement[bool]:
    """Return the condition that the `Slot` of an `Activity` is public and has not begun, by its own hours if any."""
    return and_(coming(now), slot_starts() > now)


def joinable(me: Operand, team: Operand, now: Operand) -> ColumnElement[bool]:
    """Return the condition on a coming `Activity` that the ruling on one of its slots, not to wait, is `GOING`.

    Args:
        me: The person's id.
        team: The person's team.
        now: When.
    """
    in_slot, own = col(SignUp.slot_id) == col(Slot.id), col(SignUp.member_id) == me
    place = some(
        col(Slot.activity_id) == col(Activity.id),
        or_(col(Slot.team_id) == team, is_shared()),
        slot_starts() > now,
        has_room(),
        not_(_expected_elsewhere(me, now)),
        not_(some(in_slot, col(SignUp.state) == SignUpState.WAITLISTED)),
        not_(some(in_slot, own, col(SignUp.state).in_(HOLDS_OR_WAITS))),
    )
    here = some(col(SignUp.activity_id) == col(Activity.id), own, holds_place())
    # `fills`, with what it asks of the activity asked once and not of every slot.
    return and_(concerns(team), place, not_(here))


def _expected_elsewhere(me: Operand, now: Operand) -> ColumnElement[bool]:
    """Return the condition that the person has a place in something at the time of the slot.

    The person's hours are found once, not once an activity: neither database would do so by itself. They are found
    among what is ahead: who has served for years has far more sign-ups behind.
    """
    hours = (
        columns(slot_starts().label("starts_at"), slot_ends().label("ends_at"))
        .select_from(SignUp)
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .where(coming(now), col(SignUp.member_id) == me, holds_place())
        .distinct()
        .cte("hours")
        .prefix_with("MATERIALIZED")
    )
    return some(overlap(slot_starts(), slot_ends(), hours.c)).correlate(Activity, Slot)
