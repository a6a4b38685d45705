"""Who was signed in as whom by another person's link, and from when to when: either may have acted meanwhile."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from corps import member_addresses
from corps.addresses import Address
from corps.moment import Moment
from models import LetIn, PageDevice

LEFT = "left"
"""The value of a device's former secret if the browser was signed out because its person left the corps.

It is not signed in, but its cookie is recognised, so that a person who comes back is no second member.
"""


def makers(session: Session, member_id: int, elsewhere: Address | None = None) -> set[int]:
    """Return those by whose links somebody is now signed in as a member: anywhere, or (`elsewhere`) at one address."""
    found = select(LetIn.by_id).where(LetIn.member_id == member_id, col(LetIn.until).is_(None))
    return set(session.exec(found.where(LetIn.address == elsewhere) if elsewhere is not None else found).all())


def note(
    session: Session,
    at: Moment,
    member_id: int,
    by: Collection[int],
    device: int | None = None,
    address: Address | None = None,
) -> None:
    """Record that these people have signed a browser, or an address, in as a member. The member itself is left out."""
    for maker in sorted({*by} - {member_id}):
        session.add(LetIn(member_id=member_id, by_id=maker, device_id=device, address=address, since=at.now))
    session.flush()


def close(session: Session, at: Moment) -> None:
    """Record for browsers and addresses that no longer exist that this ended now."""
    session.flush()
    live = session.exec(select(LetIn).where(col(LetIn.until).is_(None)).order_by(col(LetIn.id))).all()
    numbers = {row.device_id for row in live if row.device_id is not None}
    there = (col(PageDevice.id).in_(numbers), col(PageDevice.before) != LEFT)
    known = select(PageDevice.id, PageDevice.created_at).where(*there)
    browsers = dict(session.exec(known).all()) if numbers else {}
    tied = {row.address for row in live if row.address is not None}
    whose = {one: member_addresses.members_at(session, [one]) for one in tied}
    for row in live:
        # A browser's id may be given again: it is that one only if it came when this began.
        same = row.device_id is not None and browsers.get(row.device_id) == row.since
        if not (row.member_id in whose[row.address] if row.address is not None else same):
            row.until = at.now
            session.add(row)
    session.flush()
