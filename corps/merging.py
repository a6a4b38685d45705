"""One person, one event, one message: what is due to one chat at the same time, said in as few messages as fit."""

from collections.abc import Sequence

from corps.notice_kinds import Kind
from corps.notices import Due

ABSORBS: dict[Kind, frozenset[Kind]] = {
    Kind.CANCELLED: frozenset({Kind.CANCELLED, Kind.CHANGED, Kind.REMINDER, Kind.CARD}),
    Kind.CHANGED: frozenset({Kind.CHANGED, Kind.REMINDER, Kind.CARD}),
    Kind.OFFER: frozenset({Kind.REMINDER, Kind.CARD}),
    Kind.REMINDER: frozenset({Kind.REMINDER, Kind.UNFILLED, Kind.CARD}),
    Kind.UNFILLED: frozenset({Kind.CARD}),
}
"""Which kind says what others would say about the same activity: each shows its card, under a stronger line."""

TOGETHER = frozenset({Kind.REMINDER, Kind.UNREACHABLE})
"""Kinds of which several, about different activities or people, make one list."""

_RANK = {kind: rank for rank, kind in enumerate(ABSORBS)}


def gather(waiting: Sequence[Due]) -> tuple[Due, ...]:
    """Return what goes out now of one chat's due notices, most urgent first: the first, and what joins it."""
    first = waiting[0]
    parcel = [first, *(other for other in waiting[1:] if _same_story(first, other))]
    if first.kind in TOGETHER:
        parcel += [other for other in waiting[1:] if other.kind is first.kind and other not in parcel]
        told = {due.activity_id for due in parcel if due.activity_id is not None}
        parcel += [
            other
            for other in waiting[1:]
            if other not in parcel and other.activity_id in told and other.kind in ABSORBS.get(first.kind, ())
        ]
    return tuple(parcel)


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
