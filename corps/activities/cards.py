"""An activity as one person sees it, and as a team's group sees it: what is needed, who is coming, what may be done."""

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row
from sqlmodel import Session

from corps import audit, groups, open_hours
from corps.activities import card_queries, report_owed, rules
from corps.activities.places import HOLDS_OR_WAITS, filling_teams, hours_of, is_unclaimed, places_left
from corps.activities.presence import came, check_in_refusal, check_out_open, doors_open, expected, roll_refusal
from corps.activities.report_owed import ReportOwed
from corps.activities.rules import may_manage
from corps.activities.sign_up_rule import SignUpRequest, ruling
from corps.activities.stages import CANCELLABLE, COMING, CORRECTABLE, Stage, closed, stage_of
from corps.addresses import Address
from corps.moment import Moment
from corps.notices.declarations import FactsOf, Parts, Question, names
from corps.people import Actor, reads_names_of
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection
from corps.teams import CategoryName, VenueName, venue_name
from models.enums import ActivityState, AttendanceState, ReportState, SignUpState


@dataclass(frozen=True)
class SlotCard:
    """A slot as one person sees it. `names` is empty for those whom they do not concern.

    `held` places are kept for somebody's answer, the last of them until `held_until`. `others` are the teams whose
    members sign up for it, where that is not this person's. `starts_at` and `ends_at` are its own hours, if it has any;
    `ahead`: it is public and has not begun, so that places in it change hands.
    """

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
    may_walk_in: bool = False
    may_accept: bool = False
    held_until: dt.datetime | None = None
    others: tuple[str, ...] = ()
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    ahead: bool = True

    @property
    def taken(self) -> int:
        """Places gone: people going, and places held for somebody's answer."""
        return self.going + self.held

    @property
    def free(self) -> int:
        """Places left."""
        return places_left(self.places, self.taken)

    @property
    def lacks_people(self) -> bool:
        """Whether people are looked for: it is ahead, there are places left, a team has them, and nobody is in line."""
        return self.ahead and not self.open and self.free > 0 and not self.waiting


@dataclass(frozen=True)
class Card:
    """An activity as one person sees it, with what that person may do with it now.

    `photos` is how many of its report this person may look at. `check_out`: people say when they leave, and `left_at`
    is when this person did. `public`: its hours stand open to this person (公示).
    """

    id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    venue: VenueName
    state: ActivityState
    notes: str
    cancel_reason: str
    back_entry: bool
    check_in_code: str
    teams: tuple[str, ...]
    team_ids: tuple[int, ...]
    slots: tuple[SlotCard, ...]
    stage: Stage
    may_check_in: bool
    my_attendance: AttendanceState
    may_manage: bool
    may_report: bool
    report_state: ReportState | None
    may_edit: bool = False
    may_cancel: bool = False
    may_roll: bool = False
    may_invite: bool = False
    report_owed: ReportOwed | None = None
    may_keep: bool = False
    for_group: bool = False
    photos: int = 0
    may_arrange: bool = False
    may_repeat: bool = False
    today: dt.date | None = None
    may_publish: bool = False
    may_propose: bool = False
    author: str = ""
    check_out: bool = False
    may_check_out: bool = False
    left_at: dt.datetime | None = None
    public: open_hours.Open | None = None

    @property
    def terms(self) -> str:
        """The fingerprint of what, when and where: the card's buttons carry it."""
        timed = [(slot.id, slot.starts_at, slot.ends_at) for slot in self.slots if slot.starts_at is not None]
        return rules.terms(self, [rules.hours_sign(*slot) for slot in sorted(timed)])

    @property
    def plan(self) -> str:
        """The fingerprint of all that is planned, as a coordinator reads it before it is public."""
        slots = [(slot.role, slot.category.code, slot.places, slot.team_id, slot.open) for slot in self.slots]
        asked = [True] * self.check_out
        return audit.fingerprint(self.terms, self.venue.code, self.notes, self.team_ids, slots, *asked)

    @property
    def may_ask_check_out(self) -> bool:
        """Whether this person may say whether people check out: while nobody is there yet, or is still there."""
        return self.may_edit and not self.back_entry and self.stage in (Stage.DRAFT, *COMING)

    @property
    def my_hours(self) -> tuple[dt.datetime, dt.datetime]:
        """From when to when this person is expected: the hours of the own slot, or the activity's."""
        mine = next((slot for slot in self.slots if slot.mine is SignUpState.GOING), None)
        return hours_of(mine, self.starts_at, self.ends_at)

    @property
    def may_print(self) -> bool:
        """Whether this person may print the sheet to sign on site: it is public, and not over."""
        return self.stage in COMING and self.may_manage and not self.for_group

    @property
    def may_share(self) -> bool:
        """Whether this person passes the activity's link on: it is to come, and theirs to fill."""
        return self.stage in COMING and (self.may_manage or self.may_invite)

    @property
    def for_calendar(self) -> bool:
        """Whether this person may want it in a calendar: it is to come, or called off, and no group reads the card."""
        return self.may_keep and self.stage in (*COMING, Stage.CANCELLED)

    @property
    def ahead(self) -> bool:
        """Whether places in it still change hands: one of its slots is ahead, by its own hours."""
        return any(slot.ahead for slot in self.slots)

    @property
    def ended(self) -> bool:
        """Whether it is over, reported or not."""
        return self.stage in (Stage.OVER, Stage.REPORTED, Stage.VERIFIED)

    @property
    def joint(self) -> bool:
        """Whether several teams serve side by side (集中), or one does (常态化)."""
        return len(self.team_ids) > 1

    @property
    def categories(self) -> tuple[CategoryName, ...]:
        """The categories served, each once, in the slots' order."""
        return tuple({slot.category.code: slot.category for slot in self.slots}.values())


def see(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    """Return the card as `actor` sees it. A draft is shown to coordinators, and to the leader who wrote it, only."""
    link = flushed_connection(session)
    activity, teams, author = _seen(link, actor, activity_id)
    team_ids, stage = tuple(teams), stage_of(activity, at.now)
    manages = may_manage(actor, team_ids)
    slots = _slots(link, actor, at, activity, teams)
    mine = next((slot for slot in slots if slot.mine is SignUpState.GOING), None)
    owed = actor.is_coordinator and stage is Stage.OVER
    seen = mine is not None and doors_open(activity, at.now)
    reported, photos = card_queries.report_state(link, activity_id) if activity.starts_at <= at.now else (None, 0)
    public = stage is Stage.VERIFIED and reads_names_of(actor, *team_ids)
    mark = card_queries.attendance_of(link, actor, activity_id) if seen else (AttendanceState.UNKNOWN, None)
    return Card(
        id=activity_id,
        title=activity.title,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        place=activity.place,
        venue=venue_name(session, activity.venue),
        state=activity.state,
        notes=activity.notes,
        cancel_reason=activity.cancel_reason,
        back_entry=bool(activity.back_entry_reason),
        check_in_code=activity.check_in_code if manages else "",
        teams=tuple(teams.values()),
        team_ids=team_ids,
        slots=slots,
        stage=stage,
        may_check_in=seen and check_in_refusal(expected(activity, mine), at.now) is None and not came(mark[0]),
        my_attendance=mark[0],
        check_out=activity.check_out,
        may_check_out=came(mark[0]) and check_out_open(activity, at.now),
        left_at=mark[1],
        public=open_hours.of_activity(session, at, activity_id) if public else None,
        report_state=reported,
        photos=photos if manages else 0,
        author=author,
        report_owed=report_owed.read(session, actor, at, activity_id, team_ids) if owed else None,
        today=at.today(),
        for_group=actor.is_group,
        **_rights(actor, at, activity, slots, team_ids, author),
    )


def _seen(link: Connection, actor: Actor, activity_id: int) -> tuple[Row[Any], dict[int, str], str]:
    """Return an activity's row, its teams by id, and who proposed a draft. Raises Refused for who may not see it."""
    activity = card_queries.activity_row(link, activity_id)
    if activity is None:
        raise Refused(Reason.GONE)
    teams = rules.team_names(link, activity_id)
    if activity.state is not ActivityState.DRAFT:
        return activity, teams, ""
    if not rules.may_shape(actor, activity.created_by, tuple(teams)):
        raise Refused(Reason.GONE)
    return activity, teams, card_queries.proposed_by(link, activity_id)


def _rights(
    actor: Actor, at: Moment, activity: Row[Any], slots: tuple[SlotCard, ...], team_ids: tuple[int, ...], author: str
) -> dict[str, bool]:
    """Return what the person may do with an activity that they may see, as the card's fields."""
    stage, manages, coordinates = stage_of(activity, at.now), may_manage(actor, team_ids), actor.is_coordinator
    shapes = activity.state is ActivityState.DRAFT
    return {
        "may_manage": manages,
        "may_report": manages and stage is Stage.OVER,
        "may_publish": shapes and coordinates,
        "may_propose": shapes and not coordinates and not author,
        "may_edit": shapes or (coordinates and activity.state in CORRECTABLE),
        "may_cancel": shapes or (coordinates and activity.state in CANCELLABLE) or (manages and stage is Stage.OVER),
        "may_roll": manages and roll_refusal(activity, at.now) is None,
        "may_repeat": manages and stage not in (*COMING, Stage.DRAFT),
        "may_arrange": any(slot.ahead for slot in slots) and (coordinates or any(map(actor.leads, team_ids))),
        "may_keep": actor.is_member,
        "may_invite": any(_may_ask(actor, slot, team_ids) for slot in slots),
    }


def open_link(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card | card_queries.Outline | None:
    """Return the card behind a link, for who is not in the corps its outline; None where they may know nothing."""
    if actor.is_member:
        return see(session, actor, at, activity_id)
    return card_queries.outline(session, at, activity_id)


def _may_ask(actor: Actor, slot: SlotCard, team_ids: tuple[int, ...]) -> bool:
    """Tell whether the person may ask others for a slot: it has free places, and is the leader's team's to fill."""
    if not slot.lacks_people:
        return False
    if actor.is_coordinator:
        return True
    return any(actor.leads(team_id) for team_id in filling_teams(slot, team_ids))


def _slots(
    link: Connection, actor: Actor, at: Moment, activity: Row[Any], teams: dict[int, str]
) -> tuple[SlotCard, ...]:
    found = card_queries.slot_rows(link, actor, activity.id)
    shown = activity.state is not ActivityState.DRAFT and reads_names_of(actor, *teams)
    of_team = None if actor.is_coordinator else actor.team_id
    own = {slot.id: slot.own_state for slot in found if slot.own_state is not None}
    return tuple(
        _slot_card(
            actor,
            at,
            slot,
            card_queries.names_in(link, slot.id, of_team) if shown and slot.going else (),
            teams,
            _request(actor, activity, slot, teams, own),
        )
        for slot in found
    )


def _request(
    actor: Actor, activity: Row[Any], slot: Row[Any], teams: dict[int, str], own: dict[int, SignUpState]
) -> SignUpRequest:
    """Return what the person would ask for by a tap on the slot; the tap looks elsewhere, and says what clashes."""
    return SignUpRequest(
        slot_id=slot.id,
        activity_id=activity.id,
        title=activity.title,
        state=activity.state,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        from_at=slot.starts_at,
        until_at=slot.ends_at,
        places=slot.places,
        team_id=slot.team_id,
        open=slot.open,
        teams=filling_teams(slot, teams),
        taken=slot.going + slot.held,
        waiting=slot.waiting,
        member_id=actor.member_id or 0,
        member_team=actor.team_id,
        mine_id=slot.own_id,
        mine=slot.own_state,
        here=tuple(state for slot_id, state in own.items() if slot_id != slot.id),
    )


def _slot_card(
    actor: Actor, at: Moment, slot: Row[Any], names: tuple[str, ...], teams: dict[int, str], request: SignUpRequest
) -> SlotCard:
    unclaimed = is_unclaimed(slot)
    ahead = closed(request.expected, at.now) is None
    anybody = slot.going or slot.held or slot.waiting
    ruled = ruling(request, at.now, wait=True)
    elsewhere = ruled is Reason.OTHER_TEAM and actor.team_id is not None
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
        may_join=ruled in HOLDS_OR_WAITS,
        may_claim=ahead and unclaimed and actor.is_leader and actor.team_id is not None,
        may_release=ahead and slot.open and actor.leads(slot.team_id) and not anybody,
        may_walk_in=ruling(request, at.now, on_site=True) is SignUpState.GOING,
        may_accept=ahead and slot.own_state is SignUpState.OFFERED,
        held_until=slot.held_until,
        others=tuple(teams[team] for team in request.teams if team in teams) if elsewhere else (),
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        ahead=ahead,
    )


def see_for_group(session: Session, _actor: Actor, at: Moment, activity_id: int, address: Address) -> Card:
    """Return a card as a group sees it: who comes of its team, nothing personal, the buttons of the team's slots."""
    group = groups.find(session, address)
    return see(session, groups.guest(at, address, group.team_id if group else None), at, activity_id)


def card_of(question: Question) -> Card:
    """Return the card that a notice shows, as its reader sees it now.

    What a card shows depends on the person's team and roles, and on what they hold in the activity: those of one team
    and role who hold nothing there see the same card.
    """
    activity_id, actor, session = question.due.activity_id or 0, question.actor, question.session
    involved = question.lookups.once(("involved", activity_id), lambda: card_queries.involved(session, activity_id))
    who: Hashable = (actor.team_id, actor.is_leader, actor.is_coordinator, actor.status)
    if actor.member_id in involved:
        who = actor.member_id
    return question.lookups.once(("card", activity_id, who), lambda: see(session, actor, question.at, activity_id))


def shown(still_so: Callable[[Question, Card], bool]) -> FactsOf:
    """Return the facts of a notice that shows an activity's card, and names, as long as it is `still_so`."""

    def facts(question: Question) -> Parts | None:
        card = card_of(question)
        return (card, names(question)) if still_so(question, card) else None

    return facts


def is_live(_question: Question, card: Card) -> bool:
    """Tell whether the activity is public, and neither reported nor called off."""
    return card.state is ActivityState.PUBLISHED
