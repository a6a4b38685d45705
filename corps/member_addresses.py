"""A member's addresses: which there are, and which of them is written to.

The rule is one order: those that can be reached come first, the preferred one before the others, the older before
the younger. The first of a member's addresses is written to; when even it can't be reached, the person can't.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, delete, exists, func, update
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps.addresses import Address
from corps.moment import Moment
from corps.sql import flushed_connection, rows
from models import Member, MemberAddress, Notice

WHY_MAX = 100
_OTHER = aliased(MemberAddress)


@dataclass(frozen=True)
class KnownAddress:
    """An address of a member, and how it stands."""

    id: int
    member_id: int
    address: Address
    since: dt.datetime
    unreachable_since: dt.datetime | None
    why: str
    preferred: bool

    @property
    def reachable(self) -> bool:
        """Whether it can be written to, as far as is known."""
        return self.unreachable_since is None


def in_order(known: Iterable[KnownAddress]) -> list[KnownAddress]:
    """Return a member's addresses, the one to write to first."""
    return sorted(known, key=lambda one: (not one.reachable, not one.preferred, one.since, one.id))


ORDER = (
    col(MemberAddress.unreachable_since).is_not(None),
    col(MemberAddress.preferred).desc(),
    col(MemberAddress.since),
    col(MemberAddress.id),
)
"""The same order in SQL."""

_SHOWN = ("id", "member_id", "channel", "external", "since", "unreachable_since", "why", "preferred")
_OF_MEMBERS = columns(*(getattr(MemberAddress, name) for name in _SHOWN)).where(
    col(MemberAddress.member_id).in_(bindparam("members", expanding=True))
)


def known(session: Session, member_ids: Collection[int]) -> dict[int, list[KnownAddress]]:
    """Return the addresses of these members, each one's in order. Whoever has none is left out."""
    found: dict[int, list[KnownAddress]] = {}
    for one in rows(flushed_connection(session), _OF_MEMBERS, members=sorted(member_ids)) if member_ids else ():
        address = Address(one.channel, one.external)
        stands = (one.since, one.unreachable_since, one.why, one.preferred)
        found.setdefault(one.member_id, []).append(KnownAddress(one.id, one.member_id, address, *stands))
    return {member_id: in_order(theirs) for member_id, theirs in found.items()}


def best(session: Session, member_id: int | None) -> KnownAddress | None:
    """Return the address to write to a member at, None for somebody who has none."""
    theirs = known(session, [member_id]).get(member_id, []) if member_id is not None else []
    return theirs[0] if theirs else None


def lost_since(session: Session, member_ids: Collection[int]) -> dict[int, dt.datetime]:
    """Return who of these members can't be reached at any address, and since when."""
    return {
        member_id: max(one.unreachable_since for one in theirs if one.unreachable_since is not None)
        for member_id, theirs in known(session, member_ids).items()
        if not theirs[0].reachable
    }


def has_address() -> ColumnElement[bool]:
    """Return the condition on `Member`: they have an address, whether it can be reached or not."""
    return exists().where(col(MemberAddress.member_id) == col(Member.id))


def can_be_reached() -> ColumnElement[bool]:
    """Return the condition on `Member`: some address of theirs can be reached."""
    return exists().where(
        col(MemberAddress.member_id) == col(Member.id), col(MemberAddress.unreachable_since).is_(None)
    )


def is_lost() -> ColumnElement[bool]:
    """Return the condition on `Member`: they have addresses, and none can be reached (`lost_since` in SQL)."""
    return and_(has_address(), ~can_be_reached())


def all_lost() -> Any:  # noqa: ANN401 - SQLAlchemy's select of ids
    """Return the ids of all whom `is_lost` is true of, as SQL: they are few, so that a look at everybody is short."""
    reached = columns(col(_OTHER.member_id)).where(
        col(_OTHER.member_id) == col(MemberAddress.member_id), col(_OTHER.unreachable_since).is_(None)
    )
    return columns(col(MemberAddress.member_id)).where(
        col(MemberAddress.unreachable_since).is_not(None), ~reached.exists()
    )


def first_but(known: Sequence[KnownAddress], channel: str) -> KnownAddress | None:
    """Return which of a member's addresses, in order, to write to: the first that can be reached by another channel."""
    others = (one for one in known if one.reachable and one.address.channel != channel)
    return next(others, known[0] if known else None)


def home_channel(member_id: Any) -> ScalarSelect[str]:  # noqa: ANN401 - a column of another table
    """Return the channel in which a member is written to, as SQL: the channel of `best`."""
    return _channel_of(col(MemberAddress.member_id) == member_id)


def home_channel_but(member_id: Any, channel: Any) -> ColumnElement[str]:  # noqa: ANN401 - columns of another table
    """Return the channel of `first_but`, as SQL. Where `channel` is NULL it is that of `best`."""
    reachable = col(MemberAddress.unreachable_since).is_(None)
    theirs = col(MemberAddress.member_id) == member_id
    return func.coalesce(_channel_of(theirs, reachable, col(MemberAddress.channel) != channel), home_channel(member_id))


def _channel_of(*conditions: ColumnElement[bool]) -> ScalarSelect[str]:
    first = columns(col(MemberAddress.channel)).where(*conditions).order_by(*ORDER).limit(1)
    return first.scalar_subquery()


def members_at(session: Session, addresses: Collection[Address]) -> set[int]:
    """Return whose addresses these are."""
    by_channel: dict[str, list[str]] = {}
    for address in addresses:
        by_channel.setdefault(address.channel, []).append(address.id)
    found: set[int] = set()
    for channel, ids in by_channel.items():
        there = select(MemberAddress.member_id).where(MemberAddress.channel == channel)
        found |= set(session.exec(there.where(col(MemberAddress.external).in_(ids))).all())
    return found


def find(session: Session, address: Address) -> MemberAddress | None:
    """Return the row of an address, locked, if it is somebody's."""
    statement = select(MemberAddress).where(
        MemberAddress.channel == address.channel, MemberAddress.external == address.id
    )
    return session.exec(statement.with_for_update(key_share=True)).first()


def add(session: Session, at: Moment, member_id: int, address: Address) -> None:
    """Give a member an address; their first is the preferred one. The database refuses one that is somebody's."""
    first = not known(session, [member_id])
    session.add(
        MemberAddress(member_id=member_id, channel=address.channel, external=address.id, since=at.now, preferred=first)
    )
    session.flush()


def prefer(session: Session, member_id: int, address: Address) -> None:
    """Make one of a member's addresses the preferred one. Nothing happens for one that is not theirs."""
    chosen = find(session, address)
    if chosen is None or chosen.member_id != member_id:
        return
    session.connection().execute(
        update(MemberAddress)
        .where(col(MemberAddress.member_id) == member_id)
        .values(preferred=col(MemberAddress.id) == chosen.id)
    )
    session.expire(chosen)


def forget(session: Session, member_id: int) -> list[Address]:
    """Remove a member's addresses. Returns which they were."""
    theirs = known(session, [member_id]).get(member_id, [])
    session.connection().execute(delete(MemberAddress).where(col(MemberAddress.member_id) == member_id))
    return [one.address for one in theirs]


def remove(session: Session, member_id: int, address: Address) -> bool:
    """Take an address away from a member and from what was sent there. Returns whether it was the preferred one."""
    row = find(session, address)
    if row is None or row.member_id != member_id:
        return False
    preferred = row.preferred
    session.delete(row)
    session.flush()
    sent = update(Notice).where(col(Notice.member_id) == member_id, col(Notice.address) == address)
    session.connection().execute(sent.values(address=None))
    left = best(session, member_id)
    if preferred and left is not None:
        prefer(session, member_id, left.address)
    return preferred


def count_lost(session: Session, *conditions: ColumnElement[bool]) -> int:
    """Count the members that match `conditions` and can't be reached."""
    return session.exec(select(func.count()).select_from(Member).where(is_lost(), *conditions)).one()


def sealed(address: Address) -> str:
    """Return an address so that it can be recognised and not be read: a slow hash with a salt of its own."""
    salt = secrets.token_hex(8)
    return f"{salt}:{_hash(salt, address)}"


def is_sealed_in(address: Address, sealed_one: str) -> bool:
    """Tell whether it is that address which was `sealed`."""
    salt, _, kept = sealed_one.partition(":")
    return hmac.compare_digest(_hash(salt, address), kept)


def _hash(salt: str, address: Address) -> str:
    return hashlib.scrypt(str(address).encode(), salt=salt.encode(), n=2**12, r=8, p=1, dklen=24).hex()
