"""One person, one event, one message: what is due to one chat at once becomes as few messages as possible."""

from collections.abc import Sequence

from corps.notices import Due
from corps.notices.kinds import Kind

ABSORBS: dict[Kind, frozenset[Kind]] = {
    Kind.CANCELLED: frozenset({Kind.CANCELLED, Kind.CHANGED, Kind.REMINDER, Kind.CARD}),
    Kind.CHANGED: frozenset({Kind.CHANGED, Kind.REMINDER, Kind.CARD}),
    Kind.OFFER: frozenset({Kind.REMINDER, Kind.CARD}),
    Kind.REMINDER: frozenset({Kind.REMINDER, Kind.UNFILLED, Kind.CARD}),
    Kind.UNFILLED: frozenset({Kind.CARD}),
}
"""Which kind says what others would say about the same activity: each shows its card, under a stronger line."""

_RANK = {kind: rank for rank, kind in enumerate(ABSORBS)}

FAMILIES: tuple[frozenset[Kind], ...] = (
    frozenset({Kind.CANCELLED, Kind.CHANGED}),
    frozenset({Kind.REMINDER}),
    frozenset({Kind.UNFILLED}),
    frozenset({Kind.REPORT_REQUEST}),
    frozenset({Kind.LATE_WITHDRAWAL}),
    frozenset({Kind.LAPSED}),
    frozenset({Kind.VERIFIED}),
    frozenset({Kind.UNREACHABLE}),
    frozenset({Kind.CARD}),
)
"""Kinds of which several, about different activities or people, make one list.

What stays apart, and why:
an offer, a request to join, to verify or to confirm a pairing asks for one decision under one deadline, and its
message becomes the record of it: in a list the first tap would take the others' buttons away;
a broadcast is somebody's own message, with its own 收到; a digest is a list already;
a person's own standing (admitted, a role, another team, removed) comes once in a long while and is about them alone.
"""

FEW_CARDS = 3
"""Up to so many new activities come as cards, to sign up under; after a night full of them there is a list."""

MOST = 10
"""The most activities in one list: it must be read on a phone, and fit a message."""


def gather(waiting: Sequence[Due]) -> tuple[Due, ...]:
    """Return what goes out now of one chat's due notices, most urgent first: the first, and what joins it."""
    first = waiting[0]
    parcel = [first, *(other for other in waiting[1:] if _same_story(first, other))]
    if family := _family(first, waiting):
        more = [other for other in waiting[1:] if other.kind in family and other not in parcel]
        parcel += more if first.kind is Kind.UNREACHABLE else more[: MOST - 1]
        told = {due.activity_id for due in parcel if due.activity_id is not None}
        parcel += [
            other
            for other in waiting[1:]
            if other not in parcel and other.activity_id in told and other.kind in ABSORBS.get(first.kind, ())
        ]
    return tuple(parcel)


def _family(first: Due, waiting: Sequence[Due]) -> frozenset[Kind]:
    """Return the kinds that make a list with the first one."""
    if first.kind is Kind.CARD and sum(due.kind is Kind.CARD for due in waiting) <= FEW_CARDS:
        return frozenset()
    return next((family for family in FAMILIES if first.kind in family), frozenset())


def _same_story(one: Due, other: Due) -> bool:
    if one.activity_id is None or one.activity_id != other.activity_id:
        return False
    return other.kind in ABSORBS.get(one.kind, ()) or one.kind in ABSORBS.get(other.kind, ())


def tellers(parcel: Sequence[Due]) -> tuple[Due, ...]:
    """Return which notices of a parcel do the talking: of each activity the most telling, and all that list up."""
    best: dict[int, Due] = {}
    rest = []
    for due in parcel:
        if due.activity_id is None or (due.kind not in ABSORBS and due.kind is not Kind.CARD):
            rest.append(due)
        elif due.activity_id not in best or _rank(due) < _rank(best[due.activity_id]):
            best[due.activity_id] = due
    return (*best.values(), *rest)


def _rank(due: Due) -> int:
    return _RANK.get(due.kind, len(_RANK))
