"""Personal links: a link signs a browser, or a chat of another channel, in as a member; once, within a day.

They are for a new telephone, and for whoever joined by one way and wants another too: it stays one member.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from corps import audit, member_addresses, notices
from corps.addresses import TELEGRAM, Address
from corps.moment import Moment
from corps.notices.declarations import Parts, Question, declare, names
from corps.notices.kinds import Kind
from corps.pages import devices, let_in
from corps.people import Actor, lock_member, recognise
from corps.refusals import Reason, Refused
from models import Member, PageDevice, PageLink
from models.enums import MemberStatus

HOLDS = dt.timedelta(hours=24)


def _entered(question: Question) -> Parts | None:
    return (names(question),) if question.actor.is_member else None


declare(Kind.PAGE_ENTERED, _entered)


@dataclass(frozen=True)
class Made:
    """A new link: its `secret`, whom it is for (`name`), and whether that is the person who made it (`own`).

    `app` is the address of the pages inside Telegram, empty where they are not had there.
    """

    secret: str
    member: int
    name: str
    own: bool
    app: str = ""


def may_make_for(actor: Actor, member: Member) -> bool:
    """Tell whether a person may make a link that signs a browser in as another member.

    Who opens the link is that person from then on. So nobody may who would gain an office by it: a leader may for the
    own team's members, a coordinator for all but coordinators; everybody for themselves.
    """
    if member.id == actor.member_id:
        return True
    if member.is_coordinator or (member.is_leader and not actor.is_coordinator):
        return False
    return actor.manages(member.team_id)


def make(session: Session, actor: Actor, at: Moment, member_id: int = 0) -> Made:
    """Make a link for a member, or for oneself. Raises Refused if the person may not make one for that member."""
    member = session.get(Member, member_id or actor.id)
    if member is None or member.status is not MemberStatus.ACTIVE:
        raise Refused(Reason.GONE)
    if not at.policy.web_url or not may_make_for(actor, member):
        raise Refused(Reason.NOT_ALLOWED)
    session.connection().execute(delete(PageLink).where(col(PageLink.made_at) < at.now - HOLDS))
    secret, own = devices.new_secret(), member.id or 0
    session.add(PageLink(token=devices.hash_of(secret), member_id=own, made_by=actor.id, made_at=at.now))
    session.flush()
    audit.record(session, at, actor.id, "page.link", f"member:{own}")
    return Made(secret, own, member.name, own == actor.member_id, at.policy.app_url)


@dataclass(frozen=True)
class Meant:
    """Whom a link is for: only the beginning of the `name`. `instead`: another person who is in here already."""

    name: str
    instead: str = ""


def look(session: Session, actor: Actor, at: Moment, secret: str) -> Meant:
    """Return whom a link is for. Raises Refused if it has ended."""
    member = session.get(Member, _of(session, at, secret).member_id)
    if member is None:
        raise Refused(Reason.LINK_ENDED)
    return Meant(hidden(member.name), actor.name if actor.is_member and actor.id != member.id else "")


def hidden(name: str) -> str:
    """Return a name with only its beginning shown: enough for somebody who knows the person."""
    return name[:1] + "*" * (len(name) - 1)


def _of(session: Session, at: Moment, secret: str) -> PageLink:
    link = session.get(PageLink, devices.hash_of(secret))
    if link is None or link.made_at < at.now - HOLDS:
        raise Refused(Reason.LINK_ENDED)
    return link


def _use(session: Session, at: Moment, secret: str) -> tuple[Member, set[int]]:
    """End the link and return the member, locked, and those who made it. If two use it at once, only one succeeds.

    It was its maker's, and theirs who are in as the maker by links of their own.
    """
    link = _of(session, at, secret)
    member, made_by = lock_member(session, link.member_id), link.made_by
    ended = delete(PageLink).where(col(PageLink.token) == devices.hash_of(secret))
    if session.connection().execute(ended).rowcount != 1 or member.status is not MemberStatus.ACTIVE:
        raise Refused(Reason.LINK_ENDED)
    return member, {made_by, *let_in.makers(session, made_by)}


def enter(session: Session, at: Moment, secret: str, kind: str) -> str:
    """Sign a browser in as the member that the link is for. Returns the browser's secret; the member is told."""
    member, by = _use(session, at, secret)
    return _let_in(session, at, member, kind, by)


def enter_from(session: Session, at: Moment, elsewhere: Address, kind: str) -> str:
    """Sign a browser in as the member of an address `elsewhere`, whose channel has proved who it is.

    Returns the browser's secret. It replaces the one of that kind before it; only the first of a kind is told of.
    Raises Refused when nobody in the corps is known there.
    """
    actor = recognise(session, at, elsewhere)
    if not actor.is_member:
        raise Refused(Reason.NOT_MEMBER)
    member, anew = lock_member(session, actor.id), devices.replace(session, at, actor.id, kind)
    return _let_in(session, at, member, kind, let_in.makers(session, actor.id, elsewhere), anew=anew)


def _let_in(session: Session, at: Moment, member: Member, kind: str, by: set[int], *, anew: bool = False) -> str:
    own = member.id or 0
    theirs = devices.addresses_of(session, own)
    address = theirs[0] if theirs else devices.new_address()
    if not theirs:
        member_addresses.add(session, at, own, address)
    secret = devices.let_in(session, at, address, kind)
    new = select(PageDevice.id).where(PageDevice.token == devices.hash_of(secret))
    let_in.note(session, at, own, by, device=session.exec(new).one())
    audit.record(session, at, own, "page.enter", f"member:{own}")
    if not anew:
        _tell(session, at, member, {"kind": kind})
    return secret


def _tell(session: Session, at: Moment, member: Member, subject: dict[str, str]) -> None:
    """Tell somebody that a browser or a chat acts for them from now on."""
    key = f"{Kind.PAGE_ENTERED.value}:{member.id}:{at.now.timestamp()}"
    notices.owe(session, at, [notices.Owed(kind=Kind.PAGE_ENTERED, key=key, member=member, subject=subject)])


def tie(session: Session, actor: Actor, at: Moment, secret: str) -> Actor:
    """Add the address that the person writes from to the member that the link is for. Returns the actor from now on.

    Raises Refused if the address belongs to another member.
    """
    if actor.member_id is not None:
        if actor.member_id != _of(session, at, secret).member_id:
            raise Refused(Reason.ALREADY_SOMEBODY)
        return actor
    member, by = _use(session, at, secret)
    member_addresses.add(session, at, member.id or 0, actor.address)
    let_in.note(session, at, member.id or 0, by, address=actor.address)
    audit.record(session, at, member.id, "page.tie", f"member:{member.id}")
    _tell(session, at, member, {"kind": "", "channel": actor.address.channel})
    return recognise(session, at, actor.address)


@dataclass(frozen=True)
class Ways:
    """A person's addresses, the preferred one first, and the browsers that are signed in to the page.

    `chats` are the ids of addresses that can be disconnected.
    """

    addresses: tuple[member_addresses.KnownAddress, ...]
    devices: tuple[devices.Device, ...]
    pages: bool = True
    chats: frozenset[int] = frozenset()


def ways(session: Session, actor: Actor, at: Moment) -> Ways:
    """Return the person's addresses and browsers."""
    known = member_addresses.known(session, [actor.id]).get(actor.id, [])
    chats = frozenset(one.id for one in known if _may_untie(actor, at, one.address))
    return Ways(tuple(known), tuple(devices.of(session, actor, at)), bool(at.policy.web_url), chats)


def _may_untie(actor: Actor, at: Moment, address: Address) -> bool:
    """Tell whether somebody may disconnect a chat: not the one they write from, nor one named in the settings.

    Whoever is named there is a coordinator again at the first word from it, and would be two.
    """
    return address.channel == TELEGRAM and address != actor.address and address not in at.policy.coordinators


def untie(session: Session, actor: Actor, at: Moment, address_id: int) -> Ways:
    """Disconnect one of the person's chats: who writes from there is a stranger. Raises Refused for any other."""
    lock_member(session, actor.id)
    known = member_addresses.known(session, [actor.id]).get(actor.id, [])
    chosen = next((one.address for one in known if one.id == address_id), None)
    if chosen is None or not _may_untie(actor, at, chosen):
        raise Refused(Reason.GONE)
    member_addresses.remove(session, actor.id, chosen)
    let_in.close(session, at)
    audit.record(session, at, actor.id, "page.untie", f"member:{actor.id}", None, {"channel": chosen.channel})
    return ways(session, actor, at)


def prefer(session: Session, actor: Actor, at: Moment, address_id: int) -> Ways:
    """Make one of the person's addresses the one that messages go to."""
    known = member_addresses.known(session, [actor.id]).get(actor.id, [])
    chosen: Address | None = next((one.address for one in known if one.id == address_id), None)
    if chosen is None:
        raise Refused(Reason.GONE)
    member_addresses.prefer(session, actor.id, chosen)
    audit.record(session, at, actor.id, "page.prefer", f"member:{actor.id}", None, {"channel": chosen.channel})
    return ways(session, actor, at)


def put_out(session: Session, actor: Actor, at: Moment, device_id: int) -> Ways:
    """Sign one of the person's browsers out."""
    devices.put_out(session, actor, at, device_id)
    return ways(session, actor, at)
