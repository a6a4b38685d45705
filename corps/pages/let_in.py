"""Who was let in as whom by another's link, and how long: what is done meanwhile may be the doing of either."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from corps import member_addresses
from corps.addresses import Address
from corps.moment import Moment
from models import LetIn, PageDevice


def makers(session: Session, member_id: int, elsewhere: Address | None = None) -> set[int]:
    """Return by whose links somebody is in as a member now: at all, or (`elsewhere`) at one address."""
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
    """Note that these have let a browser, or whoever is at an address, in as a member; oneself is nobody else."""
    for maker in sorted({*by} - {member_id}):
        session.add(LetIn(member_id=member_id, by_id=maker, device_id=device, address=address, since=at.now))
    session.flush()


def close(session: Session, at: Moment) -> None:
    """Note of browsers and addresses that are no more that this ended now."""
    session.flush()
    live = session.exec(select(LetIn).where(col(LetIn.until).is_(None)).order_by(col(LetIn.id))).all()
    numbers = {row.device_id for row in live if row.device_id is not None}
    known = select(PageDevice.id, PageDevice.created_at).where(col(PageDevice.id).in_(numbers))
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
