"""One person, one event, one message: what is due to one chat at once becomes as few messages as possible.

Which kinds say what others would say, and which make a list, they declare themselves. What stays apart, and why:
an offer, a request to join, to verify or to confirm a pairing asks for one decision under one deadline, and its
message becomes the record of it: in a list the first tap would take the others' buttons away;
a broadcast is somebody's own message, with its own 收到; a digest is a list already;
a person's own standing (admitted, a role, another team, removed) comes once in a long while and is about them alone.
"""

from collections.abc import Sequence

from corps.notices import Due
from corps.notices.declarations import declared, family_of, is_about_card, tells_more
from corps.notices.kinds import Kind


def gather(waiting: Sequence[Due]) -> tuple[Due, ...]:
    """Return what goes out now of one chat's due notices, most urgent first: the first, and what joins it."""
    first = waiting[0]
    parcel = [first, *(other for other in waiting[1:] if _same_story(first, other))]
    if family := _family(first, waiting):
        listing = declared(first.kind).listing
        most = listing.most if listing is not None else None
        more = [other for other in waiting[1:] if other.kind in family and other not in parcel]
        parcel += more if most is None else more[: most - 1]
        told = {due.activity_id for due in parcel if due.activity_id is not None}
        parcel += [
            other
            for other in waiting[1:]
            if other not in parcel and other.activity_id in told and tells_more(first.kind, other.kind)
        ]
    return tuple(parcel)


def _family(first: Due, waiting: Sequence[Due]) -> frozenset[Kind]:
    """Return the kinds that make a list with the first one; none while there are too few of them for a list."""
    family, listing = family_of(first.kind), declared(first.kind).listing
    few = listing is not None and sum(due.kind in family for due in waiting) <= listing.above
    return frozenset() if few else family


def _same_story(one: Due, other: Due) -> bool:
    if one.activity_id is None or one.activity_id != other.activity_id:
        return False
    return tells_more(one.kind, other.kind) or tells_more(other.kind, one.kind)


def tellers(parcel: Sequence[Due]) -> tuple[Due, ...]:
    """Return which notices of a parcel do the talking: of each activity the most telling, and all that list up."""
    best: dict[int, Due] = {}
    rest = []
    for due in parcel:
        if due.activity_id is None or not is_about_card(due.kind):
            rest.append(due)
        elif due.activity_id not in best or _outdoes(due, best[due.activity_id]):
            best[due.activity_id] = due
    return (*best.values(), *rest)


def _outdoes(one: Due, other: Due) -> bool:
    return tells_more(one.kind, other.kind) and not tells_more(other.kind, one.kind)
