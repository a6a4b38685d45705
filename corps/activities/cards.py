"""An activity as one person sees it, and as a team's group sees it: what is needed, who is coming, what may be done."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row
from sqlmodel import Session

from corps import groups
from corps.activities import card_queries, rules
from corps.activities.presence import came, check_in_refusal, doors_open
from corps.activities.rules import EDITABLE, HOLDS_PLACE, eligible, may_manage
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection
from corps.teams import CategoryName
from models.enums import ActivityState, AttendanceState, ReportState, SignUpState, Venue


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


def see(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    """Return the card as `actor` sees it. A draft is shown to coordinators only."""
    link = flushed_connection(session)
    activity = card_queries.activity_row(link, activity_id)
    if activity is None:
        raise Refused(Reason.GONE)
    if activity.state is ActivityState.DRAFT and not actor.is_coordinator:
        raise Refused(Reason.GONE)
    teams = rules.team_names(link, activity_id)
    team_ids = tuple(teams)
    manages = may_manage(actor, team_ids)
    slots = _slots(link, actor, at, activity, teams)
    going = any(slot.mine is SignUpState.GOING for slot in slots)
    started, ended = activity.starts_at <= at.now, activity.ends_at <= at.now
    live = activity.state is ActivityState.PUBLISHED
    coordinates = actor.is_coordinator
    seen = going and doors_open(activity, at.now)
    attendance = card_queries.attendance_state(link, actor, activity_id) if seen else AttendanceState.UNKNOWN
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
        may_check_in=going and check_in_refusal(activity, at.now) is None and not came(attendance),
        my_attendance=attendance,
        may_manage=manages,
        may_report=manages and live and ended,
        report_state=card_queries.report_state(link, activity_id) if started else None,
        may_edit=coordinates and activity.state in EDITABLE,
        may_cancel=coordinates and activity.state in (*EDITABLE, ActivityState.REPORTED),
        may_roll=manages and live and doors_open(activity, at.now),
        may_invite=live and not started and any(_may_ask(actor, slot, team_ids) for slot in slots),
    )


def _may_ask(actor: Actor, slot: SlotCard, team_ids: tuple[int, ...]) -> bool:
    """Tell whether the person may ask others for a slot: it has free places, and is the leader's team's to fill."""
    if slot.open or not slot.free or slot.waiting:
        return False
    if actor.is_coordinator:
        return True
    return (
        actor.leads(slot.team_id)
        if slot.team_id is not None
        else actor.leads(actor.team_id) and (actor.team_id in team_ids)
    )


def _slots(
    link: Connection, actor: Actor, at: Moment, activity: Row[Any], teams: dict[int, str]
) -> tuple[SlotCard, ...]:
    found = card_queries.slot_rows(link, actor, activity.id)
    busy = any(slot.own_state in HOLDS_PLACE for slot in found)
    upcoming = activity.state is ActivityState.PUBLISHED and activity.starts_at > at.now
    shown = activity.state is not ActivityState.DRAFT and _sees_names(actor, tuple(teams))
    of_team = None if actor.is_coordinator else actor.team_id
    return tuple(
        _slot_card(
            actor,
            slot,
            card_queries.names_in(link, slot.id, of_team) if shown and slot.going else (),
            teams,
            upcoming=upcoming,
            busy=busy,
        )
        for slot in found
    )


def _sees_names(actor: Actor, team_ids: tuple[int, ...]) -> bool:
    """Tell who reads who is going: coordinators all names, the others their own team's (docs/rules.md, rule 10)."""
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
        category=CategoryName.of(slot),
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


def see_for_group(session: Session, _actor: Actor, at: Moment, activity_id: int, chat_id: int) -> Card:
    """Return a card as a group sees it: no names, nothing personal, the buttons of the team's slots."""
    group = groups.find(session, chat_id)
    return see(session, groups.guest(at, chat_id, group.team_id if group else None), at, activity_id)
