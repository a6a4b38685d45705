"""Broadcasts (群发): composed, shown back, confirmed once, sent as one notice a person or a team's group."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from corps import audit, groups, member_addresses, notices, robots
from corps.addresses import MessageAt
from corps.broadcasts import audience as audiences
from corps.broadcasts.audience import Audience, Described, Scope
from corps.broadcasts.content import Content, read_parts
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor, demand_leader_or_coordinator
from corps.refusals import Reason, Refused
from corps.robots import GroupRobot
from corps.sql import CHANGED
from corps.teams import teams_suiting
from models import Broadcast, Member, Notice
from models.enums import BroadcastState, NoticeState

SPENT = "spent"
"""Stands for a card whose broadcast is due: its buttons do nothing any more, until the card is deleted."""


@dataclass(frozen=True)
class Preview:
    """A broadcast that waits for 确认发送.

    `groups` are the team groups that could get it in place of their members, `robots` the group robots that send it as
    well. `held_until` is the end of the quiet hours, if it has to wait for that. `may_choose`: its author may choose
    another audience. `lost` are the names of those who can't be reached; `alone` is how many get it directly although
    their team has a group, because they are not in that group.
    """

    id: int
    revision: int
    content: Content
    audience: Audience
    described: Described
    people: int
    groups: tuple[groups.Group, ...]
    held_until: dt.datetime | None
    scheduled_for: dt.datetime | None = None
    may_choose: bool = True
    lost: tuple[str, ...] = ()
    alone: int = 0
    robots: tuple[GroupRobot, ...] = ()


def find(session: Session, actor: Actor, broadcast_id: int, *, lock: bool = True) -> Broadcast:
    """Return a broadcast, locked unless told, for who `oversees` it; a draft only for its author. Raises Refused."""
    demand_leader_or_coordinator(actor)
    row = session.get(Broadcast, broadcast_id, with_for_update=lock, populate_existing=lock)
    if row is None or (row.state is BroadcastState.DRAFT and row.sender_id != actor.id):
        raise Refused(Reason.GONE)
    if not oversees(actor, row):
        raise Refused(Reason.NOT_ALLOWED)
    return row


def oversees(actor: Actor, row: Broadcast) -> bool:
    """Tell whether the person runs a broadcast: a coordinator any, a leader the own one to the own team."""
    own = row.sender_id == actor.member_id and audiences.may_address(actor, Audience.read(row.audience))
    return actor.is_coordinator or own


def content_of(row: Broadcast) -> Content:
    """Return what a broadcast says."""
    return Content(row.html, row.photo, row.document, read_parts(row.parts))


def prepare(
    session: Session, actor: Actor, at: Moment, content: Content, audience: Audience, broadcast_id: int | None = None
) -> Preview:
    """Store content and audience as a draft, or as the new state of one. Raises Refused when nobody would get it."""
    if not audiences.may_address(actor, audience):
        raise Refused(Reason.NOT_ALLOWED)
    row = find(session, actor, broadcast_id) if broadcast_id else None
    if row is None or row.state is not BroadcastState.DRAFT:
        row = Broadcast(sender_id=actor.id, state=BroadcastState.DRAFT, created_at=at.now)
    if content.empty:
        raise Refused(Reason.INCOMPLETE)
    if not audiences.size(session, audience, actor.id):
        raise Refused(Reason.NO_AUDIENCE)
    row.html, row.photo, row.document = content.html, content.photo, content.document
    row.parts, row.audience, row.revision = (
        [part.stored() for part in content.parts],
        audience.stored(),
        row.revision + 1,
    )
    session.add(row)
    session.flush()
    return preview(session, actor, at, row.id or 0)


def preview(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Preview:
    """Return a broadcast as it waits for 确认发送, or for its hour."""
    row = find(session, actor, broadcast_id)
    audience = Audience.read(row.audience)
    start = max(row.scheduled_for or at.now, at.now)
    held = at.after_quiet_hours(start)
    chosen, alone = _ways(session, row)
    grouped = {group.team_id for group in chosen}
    gone = member_addresses.lost_since(session, [member.id or 0 for member in alone])
    return Preview(
        id=broadcast_id,
        revision=row.revision,
        content=content_of(row),
        audience=audience,
        described=audiences.describe(session, audience),
        people=audiences.size(session, audience, row.sender_id),
        groups=tuple(_groups(session, audience)),
        held_until=held if held > start else None,
        scheduled_for=row.scheduled_for,
        may_choose=actor.is_coordinator,
        lost=tuple(member.name for member in alone if member.id in gone),
        alone=sum(member.team_id in grouped for member in alone),
        robots=tuple(robots.of_teams(session, _whole_teams(session, audience))),
    )


def _ways(session: Session, row: Broadcast) -> tuple[list[groups.Group], list[Member]]:
    """Return the groups that get a broadcast, and who gets it alone: whoever is known not to be in a group, too."""
    audience = Audience.read(row.audience)
    chosen = _groups(session, audience) if audience.in_groups else []

    def reads_there(member: Member) -> bool:
        return any(group.team_id == member.team_id and group.holds(member.id) for group in chosen)

    people = audiences.people(session, audience, row.sender_id)
    return chosen, [member for member in people if not reads_there(member)]


def _groups(session: Session, audience: Audience) -> list[groups.Group]:
    """Return the groups that could take a broadcast for their teams."""
    return groups.of_teams(session, _whole_teams(session, audience))


def _whole_teams(session: Session, audience: Audience) -> Collection[int] | None:
    """Return the teams that an audience holds as a whole; None for all of them."""
    match audience.scope:
        case Scope.ALL:
            return None
        case Scope.TEAMS:
            return audience.teams
        case Scope.CATEGORY:
            return teams_suiting(session, audience.category)
        case _:
            return ()


def confirm(session: Session, actor: Actor, at: Moment, broadcast_id: int, revision: int, card: MessageAt) -> None:
    """确认发送: owe it to everybody. `card` is the chat and message of the sender's live card. Twice sends once.

    Raises Refused when the preview that was confirmed is not the newest one.
    """
    row = find(session, actor, broadcast_id)
    if row.state in (BroadcastState.SENDING, BroadcastState.STOPPED):
        return
    if row.state is not BroadcastState.DRAFT or row.revision != revision:
        raise Refused(Reason.PREVIEW_OLD, f"broadcast:{row.id}")
    row.card_address, row.card_message_id = card
    chats = start(session, at, row)
    audit.record(session, at, actor.id, "broadcast.send", f"broadcast:{broadcast_id}", None, {"people": chats})


def start(session: Session, at: Moment, row: Broadcast) -> int:
    """Owe a broadcast to its people, or to the groups of their teams. Returns to how many chats."""
    chosen, alone = _ways(session, row)
    grouped = {group.team_id for group in chosen}
    if not audiences.size(session, Audience.read(row.audience), row.sender_id):
        raise Refused(Reason.NO_AUDIENCE)
    row.state, row.sent_at, row.card_shown_at = BroadcastState.SENDING, at.now, None
    row.audience = {**row.audience, "grouped": sorted(grouped)}
    session.add(row)
    session.flush()
    owe_people(session, at, row, alone)
    _owe_rooms(
        session, at, row, [*chosen, *robots.of_teams(session, _whole_teams(session, Audience.read(row.audience)))]
    )
    return len(alone) + len(chosen)


Slots = tuple[int | None, ...]
"""The messages of a broadcast in the order they go out: parts by number, None for the text with 收到."""


def slots(row: Broadcast) -> Slots:
    """Return the messages that somebody gets who gets the broadcast now."""
    parts = [(number, part) for number, part in enumerate(read_parts(row.parts)) if not part.void]
    before, late = ([number for number, part in parts if part.late is after] for after in (False, True))
    return (*before, None, *late)


def owe_people(session: Session, at: Moment, row: Broadcast, people: list[Member]) -> None:
    """Owe a broadcast to these people, each message once ever.

    One person's messages stand together in line: else the last text waits until everybody has all the parts.
    """
    order = slots(row)
    notices.owe(session, at, [slot_of(row, slot, f"{member.id}", member) for member in people for slot in order])


def slot_of(
    row: Broadcast,
    slot: int | None,
    who: str,
    member: Member | None = None,
    **more: Any,  # noqa: ANN401 - fields of Owed
) -> notices.Owed:
    """Return one message of a broadcast for somebody; `who` is the end of its key: a member's id or a group's chat."""
    kind, key = (
        (Kind.BROADCAST, f"bc:{row.id}:{who}") if slot is None else (Kind.BROADCAST_PART, f"bc:{row.id}:{who}:{slot}")
    )
    subject = {**more.pop("subject", {}), **({} if slot is None else {"part": slot})}
    return notices.Owed(more.pop("kind", kind), key, member, subject, broadcast_id=row.id, **more)


def _owe_rooms(session: Session, at: Moment, row: Broadcast, rooms: list[groups.Group | GroupRobot]) -> None:
    owed = [
        slot_of(row, slot, room.key, subject={"team": room.team_id}, group=room.address)
        for room in rooms
        for slot in slots(row)
    ]
    notices.owe(session, at, owed)


def reopen(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> tuple[Content, Audience]:
    """Take a broadcast that is not out yet back to its author's desk, to be changed and confirmed anew."""
    row = find(session, actor, broadcast_id)
    if row.state not in (BroadcastState.DRAFT, BroadcastState.SCHEDULED):
        raise Refused(Reason.PREVIEW_OLD, f"broadcast:{row.id}")
    if row.state is BroadcastState.SCHEDULED:
        audit.record(session, at, actor.id, "broadcast.reopen", f"broadcast:{broadcast_id}")
    row.state, row.scheduled_for, row.sender_id = BroadcastState.DRAFT, None, actor.id
    session.add(row)
    return content_of(row), Audience.read(row.audience)


def cancel(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> None:
    """取消 what is not out yet. Raises Refused when it is."""
    row = find(session, actor, broadcast_id)
    if row.state is BroadcastState.CANCELLED:
        return
    if row.state not in (BroadcastState.DRAFT, BroadcastState.SCHEDULED):
        raise Refused(Reason.PREVIEW_OLD, f"broadcast:{row.id}")
    row.state = BroadcastState.CANCELLED
    session.add(row)
    audit.record(session, at, actor.id, "broadcast.cancel", f"broadcast:{broadcast_id}")


def use_groups(session: Session, actor: Actor, at: Moment, broadcast_id: int, revision: int, *, on: bool) -> Preview:
    """发到分团群: choose whether teams with a group get a draft there instead of each member."""
    row = find(session, actor, broadcast_id)
    if row.state is not BroadcastState.DRAFT or row.revision != revision:
        raise Refused(Reason.PREVIEW_OLD, f"broadcast:{row.id}")
    audience = replace(Audience.read(row.audience), in_groups=on)
    return prepare(session, actor, at, content_of(row), audience, broadcast_id)


def stop(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> None:
    """撤回 what is not out yet. Raises Refused when all of it is."""
    row = find(session, actor, broadcast_id)
    waiting = session.exec(
        select(Notice.id)
        .where(
            Notice.broadcast_id == broadcast_id, Notice.kind == Kind.BROADCAST.value, Notice.state == NoticeState.OWED
        )
        .limit(1)
    ).first()
    if row.state is not BroadcastState.SENDING or waiting is None:
        raise Refused(Reason.NOTHING_WAITING, f"broadcast:{row.id}")
    row.state, row.card_shown_at = BroadcastState.STOPPED, None
    session.add(row)
    # Corrections and reminders of what has arrived still go out.
    going_out = (Kind.BROADCAST.value, Kind.BROADCAST_PART.value)
    notices.cancel_owed(
        session, "taken back", col(Notice.broadcast_id) == broadcast_id, col(Notice.kind).in_(going_out)
    )
    audit.record(session, at, actor.id, "broadcast.stop", f"broadcast:{broadcast_id}")


def demand_begun(row: Broadcast) -> None:
    """Raise Refused unless a broadcast is out, or was to be: only then it has a card."""
    if row.state in (BroadcastState.DRAFT, BroadcastState.CANCELLED):
        raise Refused(Reason.PREVIEW_OLD, f"broadcast:{row.id}")


def put_card(session: Session, actor: Actor, _at: Moment, broadcast_id: int, card: MessageAt) -> None:
    """Make a message the live card."""
    row = find(session, actor, broadcast_id)
    row.card_address, row.card_message_id = card
    row.card_digest, row.card_shown_at = "", None
    session.add(row)
    session.info[CHANGED] = True
