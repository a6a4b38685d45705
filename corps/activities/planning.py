"""Planning and publishing an activity: a plan becomes a draft, a draft becomes public, those concerned are told."""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit, groups, notices, robots
from corps.activities import cards, proposals, served_categories
from corps.activities.places import last_begins, unclaimed
from corps.activities.rules import concerned_teams, demand_own_plan, find_activity
from corps.moment import Moment
from corps.notices.declarations import DAY, Listing, declare
from corps.notices.kinds import Kind
from corps.notices.reach import Reach, reach
from corps.people import Actor, active_members, demand_coordinator, demand_leader_or_coordinator
from corps.refusals import Reason, Refused
from corps.teams import demand_teams_in_use
from models import Activity, ActivityTeam, Member, Notice, Slot
from models.enums import ActivityState, MemberStatus


@dataclass(frozen=True)
class SlotPlan:
    """A need as planned. Without a team it is open to claim (`open`) or shared by the teams concerned.

    `starts_at` and `ends_at` are hours of its own, as aware instants; None: those of the activity.
    """

    role: str
    category: str
    places: int
    team_id: int | None = None
    open: bool = False
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None


@dataclass(frozen=True)
class Plan:
    """An activity as planned; `starts_at`, `ends_at` are aware instants. `again_of`: the one that is held once more."""

    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    venue: str
    slots: tuple[SlotPlan, ...]
    team_ids: tuple[int, ...] = ()
    notes: str = ""
    back_entry_reason: str = ""
    again_of: int | None = None
    check_out: bool = False


def draft(session: Session, actor: Actor, at: Moment, plan: Plan) -> int:
    """Store a plan as a draft. Returns the activity's id. A leader may plan for the own team only."""
    demand_leader_or_coordinator(actor)
    local = at.wall(plan.starts_at)
    named = [*plan.team_ids, *(slot.team_id for slot in plan.slots if slot.team_id is not None)]
    demand_teams_in_use(session, named)
    activity = Activity(
        title=plan.title,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        local_date=local.date(),
        year=local.year,
        place=plan.place,
        venue=plan.venue,
        state=ActivityState.DRAFT,
        notes=plan.notes,
        created_by=actor.id,
        created_at=at.now,
        back_entry_reason=plan.back_entry_reason,
        check_in_code=secrets.token_urlsafe(6),
        check_out=plan.check_out,
    )
    session.add(activity)
    session.flush()
    activity_id = activity.id or 0
    for team_id in plan.team_ids:
        session.add(ActivityTeam(activity_id=activity_id, team_id=team_id))
    session.add_all(_slot(activity_id, position, slot) for position, slot in enumerate(plan.slots))
    said = {"title": plan.title, **({"again_of": plan.again_of} if plan.again_of else {})}
    audit.record(session, at, actor.id, "activity.draft", f"activity:{activity_id}", None, said)
    session.flush()
    demand_own_plan(session, actor, activity_id)
    return activity_id


def _slot(activity_id: int, position: int, plan: SlotPlan) -> Slot:
    return Slot(
        activity_id=activity_id,
        category=plan.category,
        role=plan.role,
        places=plan.places,
        team_id=plan.team_id,
        open=plan.open,
        position=position,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
    )


@dataclass(frozen=True)
class Published:
    """The outcome of 确认发布. `reach` is who gets the card, how and when; `back_entry` goes to the report.

    Nobody gets the card of what is `under_way` in all its slots: it is too late to sign up, and whoever is there checks
    in by the code.
    """

    activity_id: int
    reach: Reach
    back_entry: bool
    under_way: bool

    @property
    def told(self) -> int:
        """How many people hear of it."""
        return self.reach.told


def publish(session: Session, actor: Actor, at: Moment, activity_id: int) -> Published:
    """Make a draft public and owe its card to those concerned. Pressing twice publishes once.

    Of a leader's draft that is 批准: its author reads of that, with the card.
    """
    demand_coordinator(actor)
    activity = find_activity(session, activity_id, lock=True)
    if activity.state is ActivityState.CANCELLED:
        raise Refused(Reason.CANCELLED, f"activity:{activity.id}", title=activity.title)
    if activity.state is not ActivityState.DRAFT:
        raise Refused(
            Reason.ALREADY_SENT, title=activity.title, **audit.last_change(session, actor, f"activity:{activity_id}")
        )
    past = activity.ends_at <= at.now
    if past and not activity.back_entry_reason:
        raise Refused(Reason.TIME_PAST, title=activity.title)
    activity.state, activity.published_at = ActivityState.PUBLISHED, at.now
    session.add(activity)
    served_categories.note_plan(session, activity)
    audit.record(session, at, actor.id, "activity.publish", f"activity:{activity_id}")
    begun = last_begins(session, activity) <= at.now
    author = activity.created_by if proposals.settle(session, at, activity, actor, {"draft": activity_id}) else None
    people = [] if begun else [member for member in audience(session, activity_id) if member.id != author]
    return Published(activity_id, owe_cards(session, at, activity, people, actor.id), past, begun and not past)


def audience(session: Session, activity_id: int) -> list[Member]:
    """Return the members of the teams concerned, and every leader when a slot is open to claim."""
    people = active_members(session, list(concerned_teams(session, activity_id)))
    if has_open_slot(session, activity_id):
        leaders = select(Member).where(col(Member.is_leader), Member.status == MemberStatus.ACTIVE)
        people += session.exec(leaders).all()
    return list({member.id: member for member in people}.values())


def has_open_slot(session: Session, activity_id: int) -> bool:
    """Tell whether a slot of the activity waits for a team to claim it."""
    return session.exec(select(Slot.id).where(Slot.activity_id == activity_id, unclaimed())).first() is not None


FEW_CARDS = 3
"""Up to so many new activities come as cards, to sign up under; after a night full of them there is a list."""


def _to_members(session: Session, at: Moment, notice: Notice, team_id: int) -> None:
    activity = session.get(Activity, notice.activity_id)
    if activity is not None and activity.state is ActivityState.PUBLISHED:
        owe_cards(session, at, activity, active_members(session, [team_id]))


declare(
    Kind.CARD,
    cards.shown(lambda _question, card: card.ahead),
    priority=6,
    keeps=7 * DAY,
    optional=True,
    listing=Listing(Kind.CARD, above=FEW_CARDS, personal=True),
    invites=True,
    to_members=_to_members,
)


def owe_cards(session: Session, at: Moment, activity: Activity, people: list[Member], but: int | None = None) -> Reach:
    """Owe the activity's card to these people, each once ever, or once to their team's group. Returns who hears."""
    alone, chosen = _ways(session, activity, people)
    rooms: list[groups.Group | robots.GroupRobot] = [*chosen]
    until = last_begins(session, activity)
    if until > at.now:
        rooms += robots.of_teams(session, concerned_teams(session, activity.id or 0))
    card = notices.Owed(Kind.CARD, f"card:{activity.id}", activity_id=activity.id, expires_at=until)
    notices.owe(session, at, card.in_rooms(rooms) + card.to(member for member in alone if member.id != but))
    return reach_of_cards(session, at, activity, people, but)


def reach_of_cards(
    session: Session, at: Moment, activity: Activity, people: list[Member], but: int | None = None
) -> Reach:
    """Return who hears of the activity, by which way and when, if its card is owed to these people now."""
    alone, chosen = _ways(session, activity, people)
    by_themselves = {member.id for member in alone}
    there = [member for member in people if member.id not in by_themselves and member.id != but]
    told = [member for member in alone if member.id != but]
    return reach(session, at, Kind.CARD, told, [group.title or group.team for group in chosen], len(there))


def _ways(session: Session, activity: Activity, people: list[Member]) -> tuple[list[Member], list[groups.Group]]:
    """Return who gets the card alone, and the groups that get it for their teams.

    Alone: other teams, all leaders, and whoever is known not to be in a group of their team.
    """
    teams = {member.team_id for member in people}
    tied = groups.of_teams(session, concerned_teams(session, activity.id or 0))
    chosen = [group for group in tied if group.cards and group.team_id in teams]

    def reads_there(member: Member) -> bool:
        return any(group.team_id == member.team_id and group.holds(member.id) for group in chosen)

    return [member for member in people if member.is_leader or not reads_there(member)], chosen
