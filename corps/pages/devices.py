"""Browsers that are signed in: each has a secret, renewed every few weeks; we keep only its hash."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import String, bindparam, delete, exists, literal, or_, type_coerce, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import audit, member_addresses
from corps.addresses import Address
from corps.moment import Moment
from corps.notices import reachability
from corps.pages import let_in as entries
from corps.pages import messages
from corps.pages.let_in import LEFT
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import first_time, flushed_connection, row, write
from models import Draft, Member, MemberAddress, PageDevice, PageFile, PageLink, PageMessage
from models.enums import MemberStatus

WEB = "web"
"""The name of the pages' channel."""

STAYS = dt.timedelta(days=365)
"""How long a browser that is not used stays signed in."""

NOBODY_STAYS = dt.timedelta(days=7)
"""How long an unused page is kept if its person never joined, or only rated an activity."""

AT_A_TIME = 5_000

NO_BROWSER = "no browser"
"""Why a page can't be written to: nobody could read it."""

CHANGES = dt.timedelta(days=30)
"""The age at which a secret is renewed."""

OVERLAP = dt.timedelta(minutes=10)
"""How long the former secret is still accepted, because several requests may be under way when it changes."""


def hash_of(secret: str) -> str:
    """Return the hash that is kept of a secret. It has 128 random bits: nobody finds it from the hash by trying."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """Return a secret of 128 random bits, fit for a cookie and a link."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True)
class Visit:
    """A signed-in browser: its device and the address of its page. `stale`: its secret must be renewed."""

    device: int
    address: Address
    stale: bool


@dataclass(frozen=True)
class Device:
    """One browser of a person: its `kind` in a word, and when it was last used (`seen_at`)."""

    id: int
    kind: str
    since: dt.datetime
    seen_at: dt.datetime


def new_address() -> Address:
    """Return a new address that nobody has yet."""
    return Address(WEB, secrets.token_hex(8))


def let_in(session: Session, at: Moment, address: Address, kind: str) -> str:
    """Sign a browser in to a page and return its secret. Browsers that were signed out there before are forgotten."""
    secret = new_secret()
    put_out_before = delete(PageDevice).where(col(PageDevice.address) == address, col(PageDevice.before) == LEFT)
    session.connection().execute(put_out_before)
    device = PageDevice(
        token=hash_of(secret), address=address, kind=kind[:40], created_at=at.now, seen_at=at.now, changed_at=at.now
    )
    session.add(device)
    session.flush()
    reachability.back(session, at, address)
    return secret


_KNOWING = columns(
    col(PageDevice.id),
    col(PageDevice.token),
    col(PageDevice.before),
    col(PageDevice.address),
    col(PageDevice.seen_at),
    col(PageDevice.changed_at),
).where(or_(col(PageDevice.token) == bindparam("token"), col(PageDevice.before) == bindparam("token")))


def visit(session: Session, at: Moment, secret: str) -> Visit | None:
    """Return the signed-in browser that has a secret; None if there is none, or none any more."""
    token = hash_of(secret)
    device = row(flushed_connection(session), _KNOWING, token=token)
    if device is None or device.before == LEFT or device.seen_at < at.now - STAYS:
        return None
    if device.token != token and device.changed_at < at.now - OVERLAP:
        return None
    return Visit(device.id, device.address, device.token == token and device.changed_at < at.now - CHANGES)


def former(session: Session, _at: Moment, secret: str) -> Address | None:
    """Return the page of a person who has left the corps, by the secret of the browser that was signed in then."""
    known = select(PageDevice).where(PageDevice.token == hash_of(secret), PageDevice.before == LEFT)
    device = session.exec(known).first()
    return device.address if device is not None else None


_USED = update(PageDevice).where(col(PageDevice.id) == bindparam("device"), col(PageDevice.before) != LEFT)
_RENEWED = _USED.values(before=col(PageDevice.token))


def seen(session: Session, at: Moment, now: Visit) -> tuple[bool, str]:
    """Record that a browser is in use. Returns whether it is still signed in, and a new secret if its own was old."""
    link = flushed_connection(session)
    if not now.stale:
        return write(link, _USED, device=now.device, seen_at=at.now) == 1, ""
    secret = new_secret()
    inside = write(link, _RENEWED, device=now.device, token=hash_of(secret), seen_at=at.now, changed_at=at.now) == 1
    return inside, secret if inside else ""


def leave(session: Session, at: Moment, now: Visit) -> bool:
    """Sign a browser out; a page that belongs to no member is forgotten with it.

    Returns whether it keeps its cookie: the person has left the corps, and may come back.
    """
    device = session.get(PageDevice, now.device)
    if device is not None and device.before == LEFT:
        return True
    if device is not None:
        session.delete(device)
        entries.close(session, at)
        _note_empty(session, at, now.address)
    if member_addresses.find(session, now.address) is None:
        forget(session, [now.address])
    return False


def tidy(session: Session, at: Moment) -> None:
    """Run once a day: forget browsers and pages that were not used for long, and files and answers that are too old."""
    if not first_time(session, at, f"pages:{at.today().isoformat()}"):
        return
    messages.tidy_all(session, at)
    used: dict[Address, dt.datetime] = {}
    for device in session.exec(select(PageDevice).order_by(col(PageDevice.seen_at))).all():
        used[device.address] = device.seen_at
        if device.seen_at < at.now - STAYS:
            session.delete(device)
    entries.close(session, at)
    own = session.exec(select(MemberAddress.external).where(MemberAddress.channel == WEB)).all()
    theirs = {Address(WEB, one) for one in own}
    _note_empty(session, at)
    nobodys = [one for one, last in used.items() if one not in theirs and last < at.now - NOBODY_STAYS]
    forget(session, nobodys[:AT_A_TIME])


def addresses_of(session: Session, member_id: int) -> list[Address]:
    """Return the addresses of a member's page: one, or none yet."""
    theirs = member_addresses.known(session, [member_id]).get(member_id, [])
    return [one.address for one in theirs if one.address.channel == WEB]


def of(session: Session, actor: Actor, _at: Moment) -> list[Device]:
    """Return the browsers that are signed in to the person's page, the last used one first."""
    there = (col(PageDevice.address).in_(addresses_of(session, actor.id)), col(PageDevice.before) != LEFT)
    found = session.exec(select(PageDevice).where(*there).order_by(col(PageDevice.seen_at).desc(), col(PageDevice.id)))
    return [Device(one.id or 0, one.kind, one.created_at, one.seen_at) for one in found.all()]


def put_out(session: Session, actor: Actor, at: Moment, device_id: int) -> None:
    """Sign one of the person's browsers out. Raises Refused if it is not theirs, or is signed out already."""
    device = session.get(PageDevice, device_id)
    if device is None or device.address not in addresses_of(session, actor.id):
        raise Refused(Reason.GONE)
    session.delete(device)
    entries.close(session, at)
    _note_empty(session, at, device.address)
    audit.record(session, at, actor.id, "page.put_out", f"member:{actor.id}")


def is_read(session: Session, _at: Moment, page: Address) -> bool:
    """Tell whether some browser is signed in to a page: what stands there can be read."""
    there = col(PageDevice.address) == page, col(PageDevice.before) != LEFT
    return session.exec(select(PageDevice.id).where(*there)).first() is not None


def _note_empty(session: Session, at: Moment, page: Address | None = None) -> None:
    """Note of a member's page (None: of all) that nothing reaches its person there if no browser is signed in to it.

    What is owed goes by another way then, or onto the leader's list of calls; the next browser takes it back.
    """
    empty = _EMPTY if page is None else _EMPTY.where(MemberAddress.external == page.id)
    for external in session.exec(empty).all():
        reachability.lost(session, at, Address(WEB, external), NO_BROWSER)


_IN = type_coerce(col(PageDevice.address), String) == literal(f"{WEB}:") + col(MemberAddress.external)
_EMPTY = (
    select(MemberAddress.external)
    .join(Member, col(Member.id) == col(MemberAddress.member_id))
    .where(
        MemberAddress.channel == WEB,
        col(MemberAddress.unreachable_since).is_(None),
        Member.status == MemberStatus.ACTIVE,
        ~exists().where(_IN, col(PageDevice.before) != LEFT),
    )
    .order_by(col(MemberAddress.external))
)


def replace(session: Session, at: Moment, member_id: int, kind: str) -> bool:
    """Sign out the browsers of one kind on a member's page. Returns whether there were any."""
    here = col(PageDevice.address).in_(addresses_of(session, member_id))
    before = session.connection().execute(delete(PageDevice).where(here, col(PageDevice.kind) == kind)).rowcount > 0
    entries.close(session, at)
    return before


def end(session: Session, at: Moment, member_id: int) -> None:
    """Sign all browsers of a member out and end the links. The browsers are recognised if the person comes back."""
    there = col(PageDevice.address).in_(addresses_of(session, member_id))
    session.connection().execute(update(PageDevice).where(there).values(before=LEFT))
    session.expire_all()
    session.connection().execute(delete(PageLink).where(col(PageLink.member_id) == member_id))
    entries.close(session, at)


def forget(session: Session, addresses: Collection[Address]) -> None:
    """Delete everything on these pages and their browsers."""
    for table in (PageDevice, PageMessage, PageFile, Draft):
        session.connection().execute(delete(table).where(col(table.address).in_(addresses)))
