"""Who a person is, and who leads whom."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import member_addresses
from corps.addresses import Address
from corps.moment import Moment
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection, row
from models import Member, MemberAddress, Team
from models.enums import MemberStatus


@dataclass(frozen=True)
class Actor:
    """The person at an address, as the database knows them now. A stranger has no `member_id`.

    Only somebody admitted `is_leader` or `is_coordinator`: an office ends with the membership (see `recognise`).
    `is_group`: it is nobody in particular, but a group, of the team that it is tied to.
    """

    address: Address
    member_id: int | None = None
    name: str = ""
    team_id: int | None = None
    team_name: str = ""
    status: MemberStatus | None = None
    is_leader: bool = False
    is_coordinator: bool = False
    language: str = "zh"
    is_group: bool = False
    keyboard: bool = False

    @property
    def is_member(self) -> bool:
        """Whether the person is admitted to the corps."""
        return self.status is MemberStatus.ACTIVE

    @property
    def id(self) -> int:
        """The member's id. Raises Refused for a stranger."""
        if self.member_id is None:
            raise Refused(Reason.NOT_MEMBER)
        return self.member_id

    def leads(self, team_id: int | None) -> bool:
        """Tell whether the person is a leader of that team."""
        return self.is_leader and team_id is not None and self.team_id == team_id

    def manages(self, team_id: int | None) -> bool:
        """Tell whether the person may act for that team: its leader, or any coordinator."""
        return self.is_coordinator or self.leads(team_id)


@dataclass(frozen=True)
class Named:
    """Somebody as one reader may know them: by `name`; where it is empty, by their office and team."""

    name: str = ""
    team: str = ""
    is_leader: bool = False
    is_coordinator: bool = False


NOBODY = Named()
"""Somebody of whom nothing is known."""


def reads_names_of(reader: Actor, *team_ids: int | None) -> bool:
    """Tell whether the reader may know by name who is in one of the teams: what people consented to (`consent.text`).

    The own team's members and coordinators may, and so may the group that is tied to the team: there they are among
    themselves. An applicant, and any other group, is nobody's reader.
    """
    own = reader.team_id is not None and reader.team_id in team_ids
    return reader.is_coordinator or (own and (reader.is_member or reader.is_group))


def name_for(session: Session, reader: Actor, member_id: int | None, served: int | None = None) -> Named:
    """Return a person as the reader may know them; every name that goes to another team or role passes here.

    Args:
        session: The caller's.
        reader: Who reads it.
        member_id: The person; None, or of somebody unknown: a person without name and team.
        served: The team that the record counts them in, which knows them also when they have moved on since.
    """
    member = session.get(Member, member_id) if member_id is not None else None
    if member is None:
        return NOBODY
    if reader.member_id == member.id or reads_names_of(reader, member.team_id, served):
        return Named(member.name)
    team = session.get(Team, member.team_id) if member.team_id is not None else None
    active = member.status is MemberStatus.ACTIVE
    return Named("", team.short_name if team else "", active and member.is_leader, active and member.is_coordinator)


_SHOWN = ("id", "name", "team_id", "status", "is_leader", "is_coordinator", "language", "keyboard")
_WHO = (
    columns(*(getattr(Member, name) for name in _SHOWN), col(Team.name).label("team_name"))
    .select_from(MemberAddress)
    .join(Member, col(Member.id) == col(MemberAddress.member_id))
    .join(Team, col(Team.id) == col(Member.team_id), isouter=True)
    .where(col(MemberAddress.channel) == bindparam("channel"), col(MemberAddress.external) == bindparam("own"))
)


def recognise(session: Session, at: Moment, address: Address) -> Actor:
    """Look up who is at an address. A person named as coordinator in the settings is one from `/start` on."""
    member = row(flushed_connection(session), _WHO, channel=address.channel, own=address.id)
    if member is None:
        return Actor(address, language=at.policy.language)
    active = member.status is MemberStatus.ACTIVE
    return Actor(
        address,
        member_id=member.id,
        name=member.name,
        team_id=member.team_id,
        team_name=member.team_name or "",
        status=member.status,
        is_leader=active and member.is_leader,
        is_coordinator=active and member.is_coordinator,
        language=member.language or at.policy.language,
        keyboard=member.keyboard,
    )


def person(session: Session, at: Moment, member_id: int) -> Actor:
    """Return a member as the actor that they are, at the address where they are written to."""
    at_home = member_addresses.best(session, member_id)
    return recognise(session, at, at_home.address if at_home is not None else NOWHERE)


NOWHERE = Address("", "")
"""Where somebody is who has no address."""


def lock_member(session: Session, member_id: int) -> Member:
    """Return the member, locked until the transaction ends: always first, then the slot (docs/rules.md, rule 5).

    `key_share`: a notice that is owed to somebody only needs the row to stay (PostgreSQL takes a KEY SHARE lock for
    its foreign key); a full lock would let whoever holds the slot and owes a notice wait for who holds the member.
    The row is read anew: the gate has read it before the wait, and somebody may have moved the person meanwhile.
    """
    statement = select(Member).where(Member.id == member_id).with_for_update(key_share=True)
    member = session.exec(statement.execution_options(populate_existing=True)).first()
    if member is None:
        raise Refused(Reason.GONE)
    return member


@dataclass(frozen=True)
class Office:
    """Who answers for something now. `stands_in`: they are coordinators in the place of a team's leaders.

    An office is held in the open: whoever asks it for something is told by name who has it (`notice.role_…` says so).

    `hears` is False when none of them can be reached at present: what is owed to them waits for their return.
    """

    people: tuple[Member, ...]
    hears: bool
    stands_in: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Who will see it; nobody while none can be reached."""
        return tuple(member.name for member in self.people) if self.hears else ()


UNTOLD = Office((), hears=False)
"""Who is told what nobody but the one who does it needs to know."""


def who_answers(session: Session, team_id: int | None, but: Collection[int | None] = ()) -> Office:
    """Return who answers for a team now: its leaders who can be reached, else the coordinators who can.

    Args:
        session: The caller's.
        team_id: The team; None: the coordinators are asked.
        but: Who does not count: whoever causes it, whoever it is about.

    Returns:
        The office; when nobody can be reached, all who would answer for it, so that whoever is back first has it.
    """
    leaders = [member for member in leaders_of(session, team_id) if member.id not in but]
    others = [member for member in coordinators(session) if member.id not in but]
    gone = member_addresses.lost_since(session, [member.id or 0 for member in (*leaders, *others)])
    for people in (leaders, others):
        here = tuple(member for member in people if member.id not in gone)
        if here:
            return Office(here, hears=True, stands_in=people is others)
    everybody = {member.id: member for member in (*leaders, *others)}
    return Office(tuple(everybody.values()), hears=False, stands_in=not leaders)


def whom_to_ask(session: Session, actor: Actor) -> tuple[tuple[str, ...], bool]:
    """Return the names of those who can do for a member what the member may not, and whether they are leaders.

    A member asks the own team's leaders, a leader the coordinators. No names while none of them can be reached.
    """
    office = who_answers(session, None if actor.is_leader else actor.team_id, but=(actor.member_id,))
    return office.names, not office.stands_in


def who_holds(
    session: Session, member_id: int | None, team_ids: Collection[int], but: Collection[int | None] = ()
) -> Office:
    """Return who takes care of what one person has begun: they, as long as they answer for it and can be reached.

    Args:
        session: The caller's.
        member_id: Who has begun it.
        team_ids: The teams it is about. Of one team its leaders stand in, of several or none the coordinators.
        but: Who does not stand in: whoever causes it.
    """
    member = session.get(Member, member_id) if member_id is not None else None
    if member is not None and member.status is MemberStatus.ACTIVE:
        answers = member.is_coordinator or (member.is_leader and member.team_id in team_ids)
        if answers and member.id not in member_addresses.lost_since(session, [member.id or 0]):
            return Office((member,), hears=True)
    return who_answers(session, only(team_ids), but)


def heard(session: Session, *people: Member) -> Office:
    """Return these people as who is told something: those of them who can be reached, else all, who hear it later."""
    gone = member_addresses.lost_since(session, [member.id or 0 for member in people])
    here = tuple(member for member in people if member.id not in gone)
    return Office(here or people, hears=bool(here))


def only(team_ids: Collection[int]) -> int | None:
    """Return the one team of these whose leaders answer for all of it; None: it is the coordinators' matter."""
    return next(iter(team_ids)) if len(team_ids) == 1 else None


def leaders_of(session: Session, team_id: int | None) -> list[Member]:
    """Return the team's active leaders, whether they can be reached or not: for a message, ask `who_answers`."""
    if team_id is None:
        return []
    leaders = select(Member).where(Member.team_id == team_id, col(Member.is_leader))
    return list(session.exec(leaders.where(Member.status == MemberStatus.ACTIVE).order_by(col(Member.id))).all())


def coordinators(session: Session) -> list[Member]:
    """Return the active coordinators."""
    statement = select(Member).where(col(Member.is_coordinator), Member.status == MemberStatus.ACTIVE)
    return list(session.exec(statement.order_by(col(Member.id))).all())


def active_members(session: Session, team_ids: list[int] | None = None) -> list[Member]:
    """Return the active members, of the given teams only if any are given, by team and name."""
    statement = select(Member).where(Member.status == MemberStatus.ACTIVE)
    if team_ids is not None:
        statement = statement.where(col(Member.team_id).in_(team_ids))
    return list(session.exec(statement.order_by(col(Member.team_id), col(Member.id))).all())


@dataclass(frozen=True)
class Somebody:
    """Somebody in a list. What tells them apart only for those who share their name there.

    That is a nickname, if a leader has given one; else the team and since when they are in the corps (`joined`).
    """

    member_id: int
    name: str
    team: str = ""
    joined: dt.datetime | None = None
    nickname: str = ""


def with_nicknames(people: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return names, given with the nicknames; behind a name that another bears too stands the nickname."""
    names = Counter(name for name, _ in people)
    return tuple(f"{name}（{nickname}）" if nickname and names[name] > 1 else name for name, nickname in people)


def tell_apart(session: Session, people: Sequence[tuple[int, str]]) -> tuple[Somebody, ...]:
    """Return the people of a list, given by id and name, in its order; those who share a name told apart."""
    names = Counter(name for _, name in people)
    alike = [member_id for member_id, name in people if names[name] > 1]
    found = (
        session.exec(
            select(Member.id, Team.short_name, Member.created_at, Member.nickname)
            .join(Team, col(Team.id) == col(Member.team_id), isouter=True)
            .where(col(Member.id).in_(alike))
        ).all()
        if alike
        else ()
    )
    apart = {member_id: (team or "", joined, nickname) for member_id, team, joined, nickname in found}
    return tuple(Somebody(member_id, name, *apart.get(member_id, ())) for member_id, name in people)


def is_paused(member: Member, at: Moment) -> bool:
    """Tell whether the person has asked for quiet until some later time."""
    return member.paused_until is not None and member.paused_until > at.now


def refuses_lead(member: Member, minutes: int) -> bool:
    """Tell whether the person does not want the reminder that many minutes before an activity."""
    return minutes in (member.lead_minutes or ())


def demand_leader_or_coordinator(actor: Actor) -> None:
    """Raise Refused for anybody but leaders and coordinators."""
    if not (actor.is_leader or actor.is_coordinator):
        raise Refused(Reason.NOT_ALLOWED)


def demand_coordinator(actor: Actor) -> None:
    """Raise Refused unless the person is a coordinator."""
    if not actor.is_coordinator:
        raise Refused(Reason.NOT_ALLOWED)
