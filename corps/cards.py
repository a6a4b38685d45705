"""An activity as one person sees it: what is needed, who is coming, and what that person may do."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Row
from sqlmodel import Session, select

from corps import card_rows
from corps.moment import Moment
from corps.people import Actor
from corps.reading import past_orm
from corps.refusals import Reason, Refused
from models import Activity
from models.words import ActivityState, AttendanceState, ReportState, SignUpState, Venue

CHECK_IN_OPENS = dt.timedelta(minutes=30)
"""How long before the start a person may check in."""

EDITABLE = (ActivityState.DRAFT, ActivityState.PUBLISHED)
"""The states in which an activity may be changed: what is reported is history."""

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
    may_release: bool = False

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
    may_edit: bool = False
    may_cancel: bool = False
    may_roll: bool = False
    may_invite: bool = False

    @property
    def may_share(self) -> bool:
        """Whether this person passes the activity's link on: it is to come, and theirs to fill."""
        return self.state is ActivityState.PUBLISHED and not self.ended and (self.may_manage or self.may_invite)

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
    return card_rows.team_names(past_orm(session), activity_id)


def may_manage(actor: Actor, team_ids: tuple[int, ...]) -> bool:
    """Tell who acts for an activity: a coordinator for any, the one team's leader for a regular one."""
    if actor.is_member and actor.is_coordinator:
        return True
    return len(team_ids) == 1 and actor.leads(team_ids[0])


def see(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    """Return the card as `actor` sees it. A draft is shown to coordinators only."""
    link = past_orm(session)
    activity = card_rows.activity_row(link, activity_id)
    if activity is None:
        raise Refused(Reason.GONE)
    if activity.state is ActivityState.DRAFT and not (actor.is_member and actor.is_coordinator):
        raise Refused(Reason.GONE)
    teams = card_rows.team_names(link, activity_id)
    team_ids = tuple(teams)
    manages = may_manage(actor, team_ids)
    slots = _slots(link, actor, at, activity, teams)
    going = any(slot.mine is SignUpState.GOING for slot in slots)
    started, ended = activity.starts_at <= at.now, activity.ends_at <= at.now
    live = activity.state is ActivityState.PUBLISHED
    coordinates = actor.is_member and actor.is_coordinator
    doors_open = at.now >= activity.starts_at - CHECK_IN_OPENS
    seen = going and doors_open
    attendance = card_rows.attendance_state(link, actor, activity_id) if seen else AttendanceState.UNKNOWN
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
        may_check_in=live and seen and at.now <= activity.ends_at and attendance is not AttendanceState.PRESENT,
        my_attendance=attendance,
        may_manage=manages,
        may_report=manages and live and ended,
        report_state=card_rows.report_state(link, activity_id) if started else None,
        may_edit=coordinates and activity.state in EDITABLE,
        may_cancel=coordinates and activity.state in (*EDITABLE, ActivityState.REPORTED),
        may_roll=manages and live and doors_open,
        may_invite=live and not started and any(_may_ask(actor, slot, team_ids) for slot in slots),
    )


def _may_ask(actor: Actor, slot: SlotCard, team_ids: tuple[int, ...]) -> bool:
    """Tell whether the person may ask others for a slot: it has free places, and is the leader's team's to fill."""
    if slot.open or not slot.free or slot.waiting:
        return False
    if actor.is_member and actor.is_coordinator:
        return True
    return (
        actor.leads(slot.team_id)
        if slot.team_id is not None
        else actor.leads(actor.team_id) and (actor.team_id in team_ids)
    )


def _slots(
    link: Connection, actor: Actor, at: Moment, activity: Row[Any], teams: dict[int, str]
) -> tuple[SlotCard, ...]:
    found = card_rows.slot_rows(link, actor, activity.id)
    busy = any(slot.own_state in TAKING for slot in found)
    upcoming = activity.state is ActivityState.PUBLISHED and activity.starts_at > at.now
    shown = activity.state is not ActivityState.DRAFT and _sees_names(actor, tuple(teams))
    of_team = None if actor.is_coordinator else actor.team_id
    return tuple(
        _slot_card(
            actor,
            slot,
            card_rows.names_in(link, slot.id, of_team) if shown and slot.going else (),
            teams,
            upcoming=upcoming,
            busy=busy,
        )
        for slot in found
    )


def _sees_names(actor: Actor, team_ids: tuple[int, ...]) -> bool:
    """Tell who reads who is going: coordinators all names, the others their own team's (DESIGN §4.10)."""
    return actor.is_member and (actor.is_coordinator or actor.team_id in team_ids)


def _slot_card(
    actor: Actor, slot: Row[Any], names: tuple[str, ...], teams: dict[int, str], *, upcoming: bool, busy: bool
) -> SlotCard:
    unclaimed = slot.open and slot.team_id is None
    anybody = slot.going or slot.held or slot.waiting
    free_for = slot.own_state is None and eligible(actor.team_id, slot, tuple(teams))
    return SlotCard(
        id=slot.id,
        role=slot.role,
        category=CategoryName(slot.code, slot.name_zh, slot.name_en),
        places=slot.places,
        going=slot.going,
        held=slot.held,
        waiting=slot.waiting,
        team_id=slot.team_id,
        team=teams.get(slot.team_id or 0, ""),
        open=unclaimed,
        mine=slot.own_state,
        my_sign_up=slot.own_id,
        offered_until=slot.own_until,
        names=names,
        may_join=upcoming and not busy and free_for,
        may_claim=upcoming and unclaimed and actor.is_leader and actor.team_id is not None,
        may_release=upcoming and slot.open and actor.leads(slot.team_id) and not anybody,
    )


class Filling(Protocol):
    """What a slot says about who fills it."""

    @property
    def open(self) -> bool:
        """Whether teams may claim it."""

    @property
    def team_id(self) -> int | None:
        """The team that fills it."""


def eligible(team_id: int | None, slot: Filling, team_ids: tuple[int, ...]) -> bool:
    """Tell whether a member of that team may take a place in the slot: its own team's, or one shared."""
    if team_id is None or (slot.open and slot.team_id is None):
        return False
    return slot.team_id == team_id if slot.team_id is not None else team_id in team_ids
