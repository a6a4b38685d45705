"""Cards in chats are kept up to date by edits; an older card of the same activity says that there is a newer one.

The message with a card is noted when the card is sent, or shown by a tap. The cards of leaders, coordinators and groups
are edited when somebody signs up or withdraws; those of all others when the activity changes or check-in opens.
"""

import contextlib
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import audit, groups
from corps.activities import cards
from corps.activities.cards import Card
from corps.activities.places import HOLDS_OR_WAITS
from corps.activities.presence import check_in_opens, doors_open
from corps.activities.stages import stage_of
from corps.addresses import Address
from corps.delivery import notice_facts
from corps.delivery.notice_facts import Facts
from corps.moment import Moment
from corps.notices import CardShown, Due, due_of
from corps.people import Actor, recognise
from corps.refusals import Refused
from corps.sql import flushed_connection, insert_once, write
from models import Activity, Member, Notice, ShownCard, SignUp, Slot

RESTS = dt.timedelta(seconds=10)
"""How long a card stays as it is at least: a group takes twenty messages a minute, and edits are counted as such."""

FOLLOWED = dt.timedelta(days=2)
"""How long after its end an activity's cards are still kept true."""

AT_ONCE = 8
"""How many cards a sweep changes at most; LOOKED_AT: how many it looks at, most of which may read as before."""

LOOKED_AT = 40


_HERE = col(ShownCard.address) == bindparam("chat"), col(ShownCard.message_id) == bindparam("message")
_LEAVE, _DRAW = delete(ShownCard).where(*_HERE), update(ShownCard).where(*_HERE)
_OUTDATE = update(ShownCard).values(old=True).where(
    col(ShownCard.address) == bindparam("chat"),
    col(ShownCard.activity_id) == bindparam("activity"),
    col(ShownCard.message_id) != bindparam("message"),
)  # fmt: skip


def note(session: Session, at: Moment, address: Address, message_id: str, shown: CardShown | None) -> None:
    """Note what a message shows now: a card, or (None) something else. Every tap on a card ends here."""
    link, here = flushed_connection(session), {"chat": address, "message": message_id}
    if shown is None:
        write(link, _LEAVE, **here)
        return
    write(link, _OUTDATE, **here, activity=shown.activity_id)
    fields = {**vars(shown), "old": False, "seen": "", "shown_at": at.now}
    if not write(link, _DRAW, **here, **fields):
        insert_once(session, ShownCard, [{"address": address, "message_id": message_id, **fields}])


@dataclass(frozen=True)
class Followed:
    """A card to be drawn anew for `reader`. `digest` tells what it shows now, `seen` what it will have been drawn for.

    `old`: it is drawn a last time, to say that there is a newer one; without `card` its reader may see it no longer.
    With `letter` it came as a notice that still holds.
    """

    id: int
    address: Address
    message_id: str
    activity_id: int
    reader: Actor
    digest: str
    shown_at: dt.datetime
    seen: str = ""
    card: Card | None = None
    heading: str = ""
    back: str = ""
    letter: tuple[Due, Facts] | None = None
    old: bool = False


def due(session: Session, at: Moment) -> list[Followed]:
    """Return the cards that may read otherwise by now and have rested, those of who runs things first."""
    outdated = select(ShownCard).where(col(ShownCard.old)).order_by(col(ShownCard.id)).limit(AT_ONCE)
    found = [_outdated(session, at, row) for row in session.exec(outdated).all()]
    signs = _signs(session, at)
    lines = select(ShownCard.activity_id, ShownCard.watches, ShownCard.seen).where(~col(ShownCard.old)).distinct()
    stale = [line for line in session.exec(lines).all() if line[2] != signs.get(line[0], ("", ""))[line[1]]]
    for activity_id, watches, seen in sorted(stale, key=lambda line: (not line[1], line[0])):
        if len(found) >= LOOKED_AT:
            break
        rows = session.exec(
            select(ShownCard)
            .where(
                ShownCard.activity_id == activity_id, ShownCard.watches == watches, ShownCard.seen == seen,
                ~col(ShownCard.old),
                (col(ShownCard.shown_at) <= at.now - RESTS) | (col(ShownCard.shown_at) > at.now),
            )
            .order_by(col(ShownCard.id).desc())
            .limit(LOOKED_AT - len(found))
        ).all()  # fmt: skip
        sign = signs.get(activity_id, ("", ""))[watches]
        found += [one for row in rows if (one := _followed(session, at, row, sign)) is not None]
    return found


def _outdated(session: Session, at: Moment, row: ShownCard) -> Followed:
    reader, card = _seen(session, at, row)
    return Followed(
        row.id or 0, row.address, row.message_id, row.activity_id, reader, row.digest, row.shown_at, card=card, old=True
    )


def _seen(session: Session, at: Moment, row: ShownCard) -> tuple[Actor, Card | None]:
    """Return a card's reader, and the card as that reader may see it now; None for who may see it no longer."""
    group = groups.find(session, row.address)
    reader = recognise(session, at, row.address) if group is None else groups.guest(at, row.address, group.team_id)
    card = None
    if group is not None or reader.is_member:
        with contextlib.suppress(Refused):
            card = cards.see(session, reader, at, row.activity_id)
    return reader, card


def _followed(session: Session, at: Moment, row: ShownCard, sign: str) -> Followed | None:
    """Return a card as its reader may see it now; None, and it is followed no more, for who may see it no longer."""
    reader, card = _seen(session, at, row)
    if card is None:
        session.delete(row)
        return None
    letter = _letter(session, at, row)
    return Followed(
        row.id or 0, row.address, row.message_id, row.activity_id, reader, row.digest, row.shown_at, sign, card,
        row.heading, row.back, letter,
    )  # fmt: skip


def _letter(session: Session, at: Moment, row: ShownCard) -> tuple[Due, Facts] | None:
    """Return the notice that a card came with, and what it says now; None when it came otherwise, or is moot."""
    notice = session.get(Notice, row.notice_id) if row.notice_id is not None else None
    if notice is None:
        return None
    member = session.get(Member, notice.member_id) if notice.member_id is not None else None
    taken = due_of(at, notice, member, row.address)
    facts = notice_facts.load(session, at, taken)
    return (taken, facts) if facts is not None else None


_COUNTED = col(SignUp.activity_id), col(SignUp.slot_id), col(SignUp.state)


def _signs(session: Session, at: Moment) -> dict[int, tuple[str, str]]:
    """Return two fingerprints of each activity with noted cards: of the activity, and of that and who comes."""
    followed = select(ShownCard.activity_id)
    slots: dict[int, list[object]] = {}
    planned = select(Slot).where(col(Slot.activity_id).in_(followed)).order_by(col(Slot.position), col(Slot.id))
    for slot in session.exec(planned).all():
        filled = (slot.id, slot.role, slot.places, slot.team_id, slot.open, *_doors(slot, at))
        slots.setdefault(slot.activity_id, []).append(filled)
    counted = (
        columns(*_COUNTED, func.count(), func.max(col(SignUp.updated_at)))
        .where(col(SignUp.activity_id).in_(followed), col(SignUp.state).in_(HOLDS_OR_WAITS))
        .group_by(*_COUNTED)
    )
    coming: dict[int, list[str]] = {}
    for activity_id, *line in session.connection().execute(counted).all():
        coming.setdefault(activity_id, []).append(repr(line))
    signs = {}
    for activity in session.exec(select(Activity).where(col(Activity.id).in_(followed))).all():
        own = activity.id or 0
        if activity.ends_at <= at.now - FOLLOWED:
            session.connection().execute(delete(ShownCard).where(col(ShownCard.activity_id) == own))
            continue
        plan = audit.fingerprint(
            *(activity.title, activity.starts_at, activity.ends_at, activity.place, activity.venue),
            *(activity.notes, activity.cancel_reason, slots.get(own), activity.revision),
            *(stage_of(activity, at.now).value, doors_open(activity, at.now)),
        )
        signs[own] = (plan, audit.fingerprint(plan, sorted(coming.get(own, []))))
    return signs


def _doors(slot: Slot, at: Moment) -> tuple[bool, ...]:
    """Return whether people of a slot with own hours may check in by now, may still withdraw, and still check in."""
    if slot.starts_at is None or slot.ends_at is None:
        return ()
    return at.now >= check_in_opens(slot.starts_at), at.now >= slot.starts_at, at.now > slot.ends_at


def stands(session: Session, _at: Moment, card: Followed) -> bool:
    """Tell whether the message still shows what it did when the card was read: somebody may have tapped since."""
    row = session.get(ShownCard, card.id)
    return row is not None and (row.message_id, row.shown_at) == (card.message_id, card.shown_at)


def drawn(session: Session, at: Moment, card: Followed, digest: str) -> None:
    """Note that a card reads as `digest` tells, for what it was drawn; an outdated one is followed no more."""
    if not stands(session, at, card):
        return
    row = session.get_one(ShownCard, card.id)
    if card.old:
        session.delete(row)
        return
    row.seen, row.digest, row.shown_at = card.seen, digest, at.now
    session.add(row)


def lost(session: Session, _at: Moment, card: Followed) -> None:
    """Note that a message is gone, or can't be changed."""
    row = session.get(ShownCard, card.id)
    if row is not None:
        session.delete(row)
