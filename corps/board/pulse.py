"""Detects changes on the board and on personal pages by a few numbers that change whenever something else does."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps.addresses import Address
from corps.moment import Moment
from corps.pages.let_in import LEFT
from corps.people import Actor, recognise
from models import Acknowledgement, Audit, Broadcast, MemberAddress, Notice, PageDevice, PageMessage
from models.enums import NoticeState, PageMessageKind


@dataclass(frozen=True)
class Role:
    """What a person may see: a member the own page, a leader the own team's board, a coordinator everything."""

    member: bool
    leads: int
    coordinates: bool


@dataclass(frozen=True)
class Pulse:
    """The numbers at one moment. Each changes when something that it stands for has changed.

    `inside` are the devices that are in (still); `roles` what who looks from an address may see; `messages` what
    stands on each page, and how much of it is read.
    """

    deeds: tuple[Any, ...] = ()
    delivery: tuple[Any, ...] = ()
    inside: frozenset[int] = frozenset()
    roles: dict[Address, Role] = field(default_factory=dict)
    messages: dict[Address, tuple[Any, ...]] = field(default_factory=dict)


_RECENT = 8


def feel(session: Session, at: Moment, devices: Collection[int], addresses: Collection[Address]) -> Pulse:
    """Return the numbers now, for these devices and for the pages at these addresses.

    Every change leaves a row in the audit log; what is delivered moves the number of what waits. The hour is among
    the numbers, since with time alone a gap comes near and an activity is over.
    """
    newest = select(func.max(Audit.id)).scalar_subquery()
    recent = select(Broadcast.id).order_by(col(Broadcast.id).desc()).limit(_RECENT)
    waiting = col(Notice.state).in_((NoticeState.OWED, NoticeState.LEASED))
    delivery: Any = (
        select(func.max(Notice.id)).scalar_subquery(),
        select(func.count()).select_from(Notice).where(waiting).scalar_subquery(),
        select(func.count()).where(col(Acknowledgement.broadcast_id).in_(recent)).scalar_subquery(),
        select(func.count()).where(col(MemberAddress.unreachable_since).is_not(None)).scalar_subquery(),
    )
    deed, *moving = session.exec(select(newest, *delivery)).one()
    inside = session.exec(
        select(PageDevice.id).where(col(PageDevice.id).in_(devices), col(PageDevice.before) != LEFT)
    ).all()
    standing: Any = (
        PageMessage.address,
        func.max(PageMessage.id),
        func.count(col(PageMessage.id)),
        func.count(col(PageMessage.read_at)),
    )
    sent = (
        select(*standing)
        .where(col(PageMessage.address).in_(addresses), PageMessage.kind == PageMessageKind.SENT)
        .group_by(col(PageMessage.address))
    )
    there: Any = session.exec(sent).all()
    return Pulse(
        deeds=(deed, at.wall(at.now).strftime("%Y%m%d%H")),
        delivery=tuple(moving),
        inside=frozenset(one for one in inside if one is not None),
        roles={address: role_of(recognise(session, at, address)) for address in addresses},
        messages={address: tuple(numbers) for address, *numbers in there},
    )


def role_of(actor: Actor) -> Role:
    """Return what a person may see."""
    return Role(actor.is_member, (actor.team_id or 0) if actor.is_leader else 0, actor.is_coordinator)
