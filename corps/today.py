"""今天要办: what waits for a leader or a coordinator, each with where it is done. It reads, and decides nothing.

What waits is found by the rules of its own subject: who may report, verify, confirm, claim is asked there.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps import conversations, member_addresses
from corps.activities import entry_form, proposals
from corps.activities.rules import concerned_teams, may_manage
from corps.attendance.report_offices import verifiable
from corps.broadcasts import compose_form
from corps.delivery import status
from corps.moment import Moment
from corps.own_hours import own_cards
from corps.pairings import visit_times
from corps.pairings.pairings import is_waiting, registering
from corps.people import Actor, name_for
from corps.publicity import objections
from corps.quotas import tally
from corps.quotas.digests import unreported
from corps.quotas.tally import Quota, QuotaLine
from corps.records import certificates
from corps.second_person import Deed, parts_taken
from corps.signups.vacancies import ActivityVacancy, Need, vacancies_ahead
from corps.teams import list_teams
from models import Activity, Broadcast, Member, Pairing, Report, Team
from models.enums import ActivityState, BroadcastState, MemberStatus, PairingState, ReportState

WEEK = dt.timedelta(days=7)
TO_CLAIM = dt.timedelta(days=60)


class Matter(StrEnum):
    """What can wait for somebody, the most pressing first."""

    ADMIT = "admit"
    GAPS = "gaps"
    RETURNED = "returned"
    REPORT = "report"
    VERIFY = "verify"
    APPROVE = "approve"
    REOPEN = "reopen"
    PAIRING = "pairing"
    PAIRING_RETURNED = "pairing_returned"
    OWN_HOURS = "own_hours"
    OBJECTION = "objection"
    CERTIFICATE = "certificate"
    VISIT = "visit"
    CLAIM = "claim"
    FAILED = "failed"
    MISSED = "missed"
    UNREACHABLE = "unreachable"
    PACE = "pace"
    DRAFT = "draft"
    UNFINISHED = "unfinished"


@dataclass(frozen=True)
class Item:
    """One thing that waits: its id (of an activity, a pairing, a team, a broadcast), what it is called, its day.

    `number` is how many there are of it: requests, free places, messages, people. `risks` are lines of the 五个10.
    """

    id: int
    title: str
    day: dt.date | None = None
    number: int = 0
    risks: tuple[QuotaLine, ...] = ()


@dataclass(frozen=True)
class Group:
    """All that waits of one matter, the most pressing first."""

    matter: Matter
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Today:
    """What waits for somebody. `office`: they are a leader or a coordinator; whoever is neither has no such list."""

    name: str
    office: bool
    coordinates: bool = False
    groups: tuple[Group, ...] = ()


def see(session: Session, actor: Actor, at: Moment, quota: Quota | None = None) -> Today:
    """Return what waits for a person. `quota`: this year's tally, if it is known already."""
    if not (actor.is_leader or actor.is_coordinator):
        return Today(actor.name, office=False)
    finders = dict(_FINDERS)
    if quota is not None and quota.current and actor.is_coordinator:
        finders[Matter.PACE] = lambda *_: _risky(quota)
    found = ((matter, tuple(find(session, actor, at))) for matter, find in finders.items())
    groups = tuple(Group(matter, items) for matter, items in found if items)
    return Today(actor.name, office=True, coordinates=actor.is_coordinator, groups=groups)


Find = Callable[[Session, Actor, Moment], Iterable[Item]]


def _requests(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    asked = select(Member.team_id, func.count()).where(Member.status == MemberStatus.APPLICANT)
    waiting = dict(session.exec(asked.group_by(col(Member.team_id))).all())
    teams = [team for team in list_teams(session, retired=True) if actor.manages(team.id)]
    return [Item(team.id, team.short_name, number=waiting[team.id]) for team in teams if team.id in waiting]


def _vacancies(session: Session, at: Moment, ahead: dt.timedelta, concerns: Callable[[Need], bool]) -> list[Item]:
    found: list[ActivityVacancy] = vacancies_ahead(session, at, ahead)
    numbers = [(one, sum(need.free for need in one.needs if concerns(need))) for one in found]
    return [Item(one.activity_id, one.title, at.wall(one.starts_at).date(), n) for one, n in numbers if n]


def _gaps(session: Session, actor: Actor, at: Moment) -> list[Item]:
    return _vacancies(session, at, WEEK, lambda need: actor.is_coordinator or actor.team_id in need.team_ids)


def _pace(session: Session, actor: Actor, at: Moment) -> list[Item]:
    """Return the lines of the 五个10 that will be missed unless something is decided soon."""
    return _risky(tally.tally(session, at)) if actor.is_coordinator else []


def _risky(quota: Quota) -> list[Item]:
    risky = tuple(line for line in quota.lines if line.outlook is not None and line.outlook.risky)
    return [Item(0, "", risks=risky)] if risky else []


def _to_claim(session: Session, actor: Actor, at: Moment) -> list[Item]:
    claims = actor.is_leader and actor.team_id is not None
    return _vacancies(session, at, TO_CLAIM, lambda need: need.open) if claims else []


def _over(session: Session, actor: Actor, at: Moment, *, returned: bool) -> list[Item]:
    """Return what the person may report, those that came back or those that never were."""
    back = set(session.exec(select(Report.activity_id).where(Report.state == ReportState.RETURNED)).all())
    return [
        Item(row.id or 0, row.title, row.local_date)
        for row in unreported(session, at)
        if (row.id in back) is returned and may_manage(actor, tuple(concerned_teams(session, row.id or 0)))
    ]


def _to_report(session: Session, actor: Actor, at: Moment) -> list[Item]:
    return _over(session, actor, at, returned=False)


def _returned(session: Session, actor: Actor, at: Moment) -> list[Item]:
    return _over(session, actor, at, returned=True)


def _to_verify(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    rows = session.exec(
        select(Report, Activity)
        .join(Activity, col(Activity.id) == col(Report.activity_id))
        .where(Activity.state == ActivityState.REPORTED)
        .order_by(col(Report.submitted_at), col(Report.id))
    ).all()
    return [
        Item(activity.id or 0, activity.title, activity.local_date)
        for _, activity in verifiable(session, actor, [(report, activity) for report, activity in rows])
    ]


def _to_reopen(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    if not actor.is_coordinator:
        return []
    rows = session.exec(
        select(Activity, Report.reopen_by)
        .join(Report, col(Report.activity_id) == col(Activity.id))
        .where(col(Report.reopen_by).is_not(None))
        .order_by(col(Activity.starts_at), col(Activity.id))
    ).all()
    own = parts_taken(session, [Deed(by) for _, by in rows], actor.id)
    others = [row for row, by in rows if Deed(by) not in own]
    return [Item(row.id or 0, row.title, row.local_date) for row in others]


def _pairings(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    waiting = select(Pairing).where(is_waiting()).order_by(col(Pairing.id))
    rows = session.exec(waiting).all() if actor.is_coordinator else ()
    own = parts_taken(session, [registering(row) for row in rows], actor.id)
    return [Item(row.id or 0, row.partner, row.since) for row in rows if registering(row) not in own]


def _pairings_returned(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    back = select(Pairing).where(Pairing.state == PairingState.RETURNED).order_by(col(Pairing.id))
    return [Item(row.id or 0, row.partner, row.since) for row in session.exec(back).all() if actor.manages(row.team_id)]


def _own_hours(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    return [Item(row.id or 0, row.title, row.day) for row in own_cards.waiting_for(session, actor)]


def _objections(session: Session, actor: Actor, at: Moment) -> list[Item]:
    return [Item(card.id, card.title, card.day) for card in objections.waiting_for(session, actor, at)]


def _certificates(session: Session, actor: Actor, at: Moment) -> list[Item]:
    """Return the records of service that are asked for, by the person's name; coordinators read names."""
    rows = certificates.asked(session) if actor.is_coordinator else ()
    own = parts_taken(session, [certificates.asking(row) for row in rows], actor.id)
    return [
        Item(row.id or 0, name_for(session, actor, row.member_id).name, at.wall(row.asked_at).date())
        for row in rows
        if certificates.asking(row) not in own
    ]


def _not_visited(session: Session, actor: Actor, at: Moment) -> list[Item]:
    """Return the pairings of the person's team, or of all, that were not visited for too long, with the days."""
    found = visit_times.idle(session, at)
    return [Item(row.id or 0, row.partner, number=days) for row, days in found if actor.manages(row.team_id)]


def _failed(session: Session, actor: Actor, at: Moment) -> list[Item]:
    failed = status.count_failed(session, at) if actor.is_coordinator else 0
    return [Item(0, "", number=failed)] if failed else []


def _missed(session: Session, actor: Actor, at: Moment) -> list[Item]:
    rows = session.exec(
        select(Broadcast)
        .where(Broadcast.state == BroadcastState.MISSED, Broadcast.sender_id == actor.id)
        .where(col(Broadcast.scheduled_for) > at.now - 2 * WEEK)
        .order_by(col(Broadcast.id))
    ).all()
    return [Item(row.id or 0, row.html) for row in rows]


def _unreachable(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    lost = col(Member.id).in_(member_addresses.all_lost())
    by_team = Counter(session.exec(select(Member.team_id).where(Member.status == MemberStatus.ACTIVE, lost)).all())
    names = dict(session.exec(select(Team.id, Team.short_name)).all())
    return [
        Item(team or 0, names.get(team, ""), number=number)
        for team, number in sorted(by_team.items(), key=lambda one: one[0] or 0)
        if actor.manages(team)
    ]


def _drafts(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    """Return the own drafts that wait for nobody else."""
    own = select(Activity).where(Activity.state == ActivityState.DRAFT, Activity.created_by == actor.id)
    rows = session.exec(own.order_by(col(Activity.starts_at), col(Activity.id))).all()
    handed_in = {row.id for row in proposals.waiting(session)} if rows else ()
    return [Item(row.id or 0, row.title, row.local_date) for row in rows if row.id not in handed_in]


def _to_approve(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    rows = proposals.waiting(session) if actor.is_coordinator else []
    return [Item(row.id or 0, row.title, row.local_date) for row in rows if row.created_by != actor.id]


def _unfinished(session: Session, actor: Actor, _at: Moment) -> list[Item]:
    """Return what was begun and not finished, by the name of the command that goes on with it."""
    new, composed = (conversations.find(session, actor.address, kind) for kind in (entry_form.KIND, compose_form.KIND))
    begun = [Item(0, "new")] if new is not None and new.data and new.step != entry_form.DONE else []
    return [*begun, Item(0, "broadcast")] if composed is not None and composed.data else begun


_FINDERS: dict[Matter, Find] = {
    Matter.ADMIT: _requests,
    Matter.GAPS: _gaps,
    Matter.RETURNED: _returned,
    Matter.REPORT: _to_report,
    Matter.VERIFY: _to_verify,
    Matter.APPROVE: _to_approve,
    Matter.REOPEN: _to_reopen,
    Matter.PAIRING: _pairings,
    Matter.PAIRING_RETURNED: _pairings_returned,
    Matter.OWN_HOURS: _own_hours,
    Matter.OBJECTION: _objections,
    Matter.CERTIFICATE: _certificates,
    Matter.VISIT: _not_visited,
    Matter.CLAIM: _to_claim,
    Matter.FAILED: _failed,
    Matter.MISSED: _missed,
    Matter.UNREACHABLE: _unreachable,
    Matter.PACE: _pace,
    Matter.DRAFT: _drafts,
    Matter.UNFINISHED: _unfinished,
}
