"""An activity as one person sees it: what is needed, who is coming, and what that person may do."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Activity, ActivityTeam, Attendance, Category, Member, Report, SignUp, Slot, Team
from models.words import ActivityState, AttendanceState, ReportState, SignUpState, Venue

CHECK_IN_OPENS = dt.timedelta(minutes=30)
"""How long before the start a person may check in."""

NAMES_SHOWN = 20
"""How many of those coming a card names; a card must not grow with the corps."""

TAKING = (SignUpState.GOING, SignUpState.OFFERED)
"""The states that hold a place: an offered place is kept for one person until its deadline."""


@dataclass(frozen=True)
class CategoryName:
    """A category's code and its names."""

    code: str
    zh: str
    en: str

    def spoken(self, language: str) -> str:
        """Return the name in that language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class SlotCard:
    """A slot as one person sees it. `names` is empty for those whom they do not concern."""

    id: int
    role: str
    category: CategoryName
    places: int
    going: int
    held: int
    waiting: int
    team_id: int | None
    team: str
    open: bool
    mine: SignUpState | None
    my_sign_up: int | None
    offered_until: dt.datetime | None
    names: tuple[str, ...]
    may_join: bool
    may_claim: bool

    @property
    def taken(self) -> int:
        """Places gone: people going, and places held for somebody's answer."""
        return self.going + self.held

    @property
    def free(self) -> int:
        """Places left."""
        return max(0, self.places - self.taken)


@dataclass(frozen=True)
class Card:
    """An activity as one person sees it, with what that person may do with it now."""

    id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    venue: Venue
    state: ActivityState
    notes: str
    cancel_reason: str
    back_entry: bool
    check_in_code: str
    teams: tuple[str, ...]
    team_ids: tuple[int, ...]
    slots: tuple[SlotCard, ...]
    started: bool
    ended: bool
    may_check_in: bool
    my_attendance: AttendanceState
    may_manage: bool
    may_report: bool
    report_state: ReportState | None

    @property
    def joint(self) -> bool:
        """Whether several teams serve side by side (集中), or one does (常态化)."""
        return len(self.team_ids) > 1

    @property
    def categories(self) -> tuple[CategoryName, ...]:
        """The categories served, each once, in the slots' order."""
        return tuple({slot.category.code: slot.category for slot in self.slots}.values())


def find_activity(session: Session, activity_id: int, *, lock: bool = False) -> Activity:
    """Return the activity, locked if asked. Raises Refused when there is none."""
    statement = select(Activity).where(Activity.id == activity_id)
    activity = session.exec(statement.with_for_update(key_share=True) if lock else statement).first()
    if activity is None:
        raise Refused(Reason.GONE)
    return activity


def concerned_teams(session: Session, activity_id: int) -> dict[int, str]:
    """Return the teams concerned by an activity (named for it, or filling a slot), id → short name."""
    named = select(ActivityTeam.team_id).where(ActivityTeam.activity_id == activity_id)
    filling = select(Slot.team_id).where(Slot.activity_id == activity_id, col(Slot.team_id).is_not(None))
    rows = session.exec(
        select(Team.id, Team.short_name).where(col(Team.id).in_(named.union(filling))).order_by(col(Team.position))
    ).all()
    return {team_id: name for team_id, name in rows if team_id is not None}


def may_manage(actor: Actor, team_ids: tuple[int, ...]) -> bool:
    """Tell who acts for an activity: a coordinator for any, the one team's leader for a regular one."""
    if actor.is_member and actor.is_coordinator:
        return True
    return len(team_ids) == 1 and actor.leads(team_ids[0])


def see(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    """Return the card as `actor` sees it. A draft is shown to coordinators only."""
    activity = find_activity(session, activity_id)
    if activity.state is ActivityState.DRAFT and not (actor.is_member and actor.is_coordinator):
        raise Refused(Reason.GONE)
    teams = concerned_teams(session, activity_id)
    team_ids = tuple(teams)
    manages = may_manage(actor, team_ids)
    slots = _slots(session, actor, at, activity, teams)
    going = any(slot.mine is SignUpState.GOING for slot in slots)
    started, ended = activity.starts_at <= at.now, activity.ends_at <= at.now
    live = activity.state is ActivityState.PUBLISHED
    attendance = _attendance(session, actor, activity_id) if going else AttendanceState.UNKNOWN
    window = activity.starts_at - CHECK_IN_OPENS <= at.now <= activity.ends_at
    report = session.exec(select(Report.state).where(Report.activity_id == activity_id)).first() if started else None
    return Card(
        id=activity_id,
        title=activity.title,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        place=activity.place,
        venue=activity.venue,
        state=activity.state,
        notes=activity.notes,
        cancel_reason=activity.cancel_reason,
        back_entry=bool(activity.back_entry_reason),
        check_in_code=activity.check_in_code if manages else "",
        teams=tuple(teams.values()),
        team_ids=team_ids,
        slots=slots,
        started=started,
        ended=ended,
        may_check_in=live and going and window and attendance is not AttendanceState.PRESENT,
        my_attendance=attendance,
        may_manage=manages,
        may_report=manages and live and ended,
        report_state=ReportState(report) if report else None,
    )


def _attendance(session: Session, actor: Actor, activity_id: int) -> AttendanceState:
    state = session.exec(
        select(Attendance.state).where(Attendance.activity_id == activity_id, Attendance.member_id == actor.member_id)
    ).first()
    return AttendanceState(state) if state else AttendanceState.UNKNOWN


def _slots(
    session: Session, actor: Actor, at: Moment, activity: Activity, teams: dict[int, str]
) -> tuple[SlotCard, ...]:
    rows = session.exec(
        select(Slot, Category)
        .join(Category, col(Category.code) == col(Slot.category))
        .where(Slot.activity_id == activity.id)
        .order_by(col(Slot.position), col(Slot.id))
    ).all()
    counts = _counts(session, activity.id)
    mine = _own(session, actor, activity.id)
    names = _names(session, actor, activity.id, tuple(teams)) if activity.state is not ActivityState.DRAFT else {}
    upcoming = activity.state is ActivityState.PUBLISHED and activity.starts_at > at.now
    return tuple(
        _slot_card(actor, slot, category, counts, mine, names, teams, upcoming=upcoming) for slot, category in rows
    )


def _slot_card(
    actor: Actor,
    slot: Slot,
    category: Category,
    counts: dict[tuple[int, SignUpState], int],
    mine: dict[int, SignUp],
    names: dict[int, list[str]],
    teams: dict[int, str],
    *,
    upcoming: bool,
) -> SlotCard:
    slot_id = slot.id or 0
    own = mine.get(slot_id)
    busy = any(sign_up.state in TAKING for sign_up in mine.values())
    return SlotCard(
        id=slot_id,
        role=slot.role,
        category=CategoryName(category.code, category.name_zh, category.name_en),
        places=slot.places,
        going=counts.get((slot_id, SignUpState.GOING), 0),
        held=counts.get((slot_id, SignUpState.OFFERED), 0),
        waiting=counts.get((slot_id, SignUpState.WAITLISTED), 0),
        team_id=slot.team_id,
        team=teams.get(slot.team_id or 0, ""),
        open=slot.open and slot.team_id is None,
        mine=own.state if own else None,
        my_sign_up=own.id if own else None,
        offered_until=own.offered_until if own else None,
        names=tuple(names.get(slot_id, ())),
        may_join=upcoming and not busy and own is None and eligible(actor.team_id, slot, tuple(teams)),
        may_claim=upcoming and slot.open and slot.team_id is None and actor.is_leader and actor.team_id is not None,
    )


def eligible(team_id: int | None, slot: Slot, team_ids: tuple[int, ...]) -> bool:
    """Tell whether a member of that team may take a place in the slot: its own team's, or one shared."""
    if team_id is None or (slot.open and slot.team_id is None):
        return False
    return slot.team_id == team_id if slot.team_id is not None else team_id in team_ids


def _counts(session: Session, activity_id: int | None) -> dict[tuple[int, SignUpState], int]:
    rows: Any = session.exec(
        select(SignUp.slot_id, SignUp.state, func.count())
        .where(SignUp.activity_id == activity_id)
        .group_by(col(SignUp.slot_id), col(SignUp.state))
    ).all()
    return {(slot_id, state): count for slot_id, state, count in rows}


def _own(session: Session, actor: Actor, activity_id: int | None) -> dict[int, SignUp]:
    """Return the person's own live sign-ups in the activity, by slot."""
    if actor.member_id is None:
        return {}
    ended = (SignUpState.WITHDRAWN, SignUpState.REMOVED)
    rows = session.exec(
        select(SignUp).where(
            SignUp.activity_id == activity_id,
            SignUp.member_id == actor.member_id,
            col(SignUp.state).not_in(ended),
        )
    ).all()
    return {sign_up.slot_id: sign_up for sign_up in rows}


def _names(session: Session, actor: Actor, activity_id: int | None, team_ids: tuple[int, ...]) -> dict[int, list[str]]:
    """Return who is going, by slot: all names for coordinators, one's own team's for the others (DESIGN §4.10)."""
    if not actor.is_member or not (actor.is_coordinator or actor.team_id in team_ids):
        return {}
    statement = (
        select(SignUp.slot_id, Member.name)
        .join(Member, col(Member.id) == col(SignUp.member_id))
        .where(SignUp.activity_id == activity_id, SignUp.state == SignUpState.GOING)
        .order_by(col(SignUp.queued_at), col(SignUp.id))
        .limit(NAMES_SHOWN)
    )
    if not actor.is_coordinator:
        statement = statement.where(SignUp.team_id == actor.team_id)
    names: defaultdict[int, list[str]] = defaultdict(list)
    for slot_id, name in session.exec(statement).all():
        names[slot_id].append(name)
    return names
