"""The conversations about a pairing that is kept: a visit (when, who went, then its report), and what is agreed.

A visit is stored as an activity that was held: its report is verified by a second person, and only then do those who
went have their hours.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from corps import audit, conversations
from corps.activities import planning, served_categories
from corps.activities.planning import Plan, SlotPlan
from corps.activities.rules import find_activity
from corps.attendance import report_form, roll_call
from corps.conversations import Conversation
from corps.moment import Moment
from corps.pairings import pairing_cards
from corps.pairings.pairing_cards import PairingCard
from corps.parsing.choices import read_names
from corps.parsing.lengths import demand_short
from corps.parsing.times import Refusal, RefusalCode, read_date, read_span
from corps.people import Actor, Somebody, active_members, tell_apart
from corps.refusals import Reason, Refused
from corps.teams import venue_in_use
from models import Category, Pairing, Visit
from models.enums import ActivityState, AttendanceState, PairingState

KIND = "visit"
WHEN, PEOPLE = "when", "people"
TERMS = "pairing_terms"
FIELDS = ("contact", "agreed", "until")
LENGTHS = {"contact": 100, "agreed": 300}


@dataclass(frozen=True)
class VisitStand:
    """Where a visit stands: asked for when (`starts` None), or for who went.

    `problem`: why an answer was not taken; or it is `ahead`, or `endless`. `unread` is what names nobody of the team.
    """

    pairing_id: int
    partner: str
    team_people: tuple[Somebody, ...] = ()
    chosen: tuple[int, ...] = ()
    starts: dt.datetime | None = None
    ends: dt.datetime | None = None
    problem: RefusalCode | None = None
    what: str = ""
    ahead: bool = False
    endless: bool = False
    unread: tuple[str, ...] = ()


def begin(session: Session, actor: Actor, at: Moment, pairing_id: int) -> VisitStand:
    """走访: ask when it was."""
    row = _kept(session, actor, pairing_id)
    conversations.put(session, at, actor.address, KIND, WHEN, {"pairing": pairing_id})
    return VisitStand(pairing_id, row.partner)


def _kept(session: Session, actor: Actor, pairing_id: int) -> Pairing:
    """Return a confirmed pairing that the person keeps. Raises Refused for another."""
    row = session.get(Pairing, pairing_id)
    if row is None:
        raise Refused(Reason.GONE)
    if not actor.manages(row.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    if row.state is not PairingState.CONFIRMED:
        raise Refused(Reason.ALREADY_DECIDED, f"pairing:{row.id}", name=row.partner)
    return row


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> VisitStand:
    """Return the open question again."""
    row = _kept(session, actor, conversation.data["pairing"])
    if conversation.step == WHEN:
        return VisitStand(row.id or 0, row.partner)
    return _people(session, at, row, conversation)


def take(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str) -> VisitStand:
    """Take when the visit was, a span that has passed; then the names of who went, which are ticked."""
    row = _kept(session, actor, conversation.data["pairing"])
    if conversation.step != WHEN:
        return _take_names(session, actor, at, row, conversation, text, key)
    read = read_span(text, at.wall())
    if isinstance(read, Refusal):
        return VisitStand(row.id or 0, row.partner, problem=read.code, what=read.what)
    if read.ends is None:
        return VisitStand(row.id or 0, row.partner, endless=True)
    if read.ends > at.wall():
        return VisitStand(row.id or 0, row.partner, ahead=True)
    hours = {"starts": read.starts.isoformat(), "ends": read.ends.isoformat()}
    data: dict[str, Any] = {"pairing": row.id, **hours, "people": []}
    return _people(session, at, row, conversations.put(session, at, actor.address, KIND, PEOPLE, data, key))


def _take_names(
    session: Session, actor: Actor, at: Moment, row: Pairing, conversation: Conversation, text: str, key: str
) -> VisitStand:
    """Tick those who are named; a name that two bear names neither, and 我 is who types."""
    team = _people(session, at, row, conversation).team_people
    names = {str(one.member_id): [one.name, one.nickname] for one in team}
    if str(actor.id) in names:
        names[str(actor.id)] += ["我", "我自己", "me"]
    read = read_names(text, names)
    people = dict.fromkeys([*conversation.data["people"], *map(int, read.found)])
    data = {**conversation.data, "people": list(people)}
    stand = _people(session, at, row, conversations.put(session, at, actor.address, KIND, PEOPLE, data, key))
    return replace(stand, unread=read.unread)


def _people(session: Session, _at: Moment, row: Pairing, conversation: Conversation) -> VisitStand:
    data = conversation.data
    team = [(member.id or 0, member.name) for member in active_members(session, [row.team_id])]
    return VisitStand(
        row.id or 0,
        row.partner,
        tell_apart(session, team),
        tuple(data["people"]),
        dt.datetime.fromisoformat(data["starts"]),
        dt.datetime.fromisoformat(data["ends"]),
    )


def choose(session: Session, actor: Actor, at: Moment, member_id: int, *, went: bool) -> VisitStand | None:
    """Tick somebody of the team, or take the tick away. None when that is not asked."""
    found = _asking_people(session, actor)
    if found is None:
        return None
    row = _kept(session, actor, found.data["pairing"])
    known = {member.id for member in active_members(session, [row.team_id])}
    people = [one for one in found.data["people"] if one != member_id] + ([member_id] if went else [])
    data = {**found.data, "people": [one for one in people if one in known]}
    return _people(session, at, row, conversations.put(session, at, actor.address, KIND, PEOPLE, data))


def turn(session: Session, actor: Actor, at: Moment) -> VisitStand | None:
    """Show another page of the team. None when that is not asked."""
    found = _asking_people(session, actor)
    return None if found is None else _people(session, at, _kept(session, actor, found.data["pairing"]), found)


def _asking_people(session: Session, actor: Actor) -> Conversation | None:
    found = conversations.find_open(session, actor.address)
    return found if found is not None and (found.kind, found.step) == (KIND, PEOPLE) else None


def record(session: Session, actor: Actor, at: Moment, word: str, key: str) -> report_form.Stand:
    """选好了: store the visit with those who went, and go on with its report. `word` is what a visit is called."""
    found = _asking_people(session, actor)
    if found is None or not found.data["people"]:
        raise Refused(Reason.INCOMPLETE)
    row, data = _kept(session, actor, found.data["pairing"]), found.data
    code = session.exec(
        select(Category.code).where(Category.counts == "pairing").order_by(col(Category.position)).limit(1)
    ).first()
    if code is None:
        raise Refused(Reason.GONE)
    starts, ends = (at.policy.zone.instant(dt.datetime.fromisoformat(data[one])) for one in ("starts", "ends"))
    slot = SlotPlan(word, code, len(data["people"]), row.team_id)
    place, venue = row.place or row.partner, venue_in_use(session, "village")
    plan = Plan(f"{word} {row.partner}", starts, ends, place, venue, (slot,), (row.team_id,))
    activity = find_activity(session, planning.draft(session, actor, at, plan), lock=True)
    activity.state, activity.published_at = ActivityState.PUBLISHED, at.now
    served_categories.note_plan(session, activity)
    session.add(Visit(pairing_id=row.id or 0, activity_id=activity.id or 0))
    after = {"activity": activity.id, "people": len(data["people"])}
    audit.record(session, at, actor.id, "pairing.visit", f"pairing:{row.id}", None, after)
    conversations.drop(session, actor.address, KIND)
    roll_call.mark(session, actor, at, activity.id or 0, data["people"], AttendanceState.PRESENT)
    report_form.begin(session, actor, at, activity.id or 0)
    return report_form.ask(session, actor, at, activity.id or 0, key)


@dataclass(frozen=True)
class TermsStand:
    """Which of what is agreed is asked for (`field`), or, with a card, what is known by now."""

    partner: str
    field: str
    card: PairingCard | None = None
    unread: str = ""


def ask_terms(session: Session, actor: Actor, at: Moment, pairing_id: int, name: str) -> TermsStand:
    """约定: ask for the contact at the office, for what is agreed, or for the last day."""
    row = _kept(session, actor, pairing_id)
    if name not in FIELDS:
        raise Refused(Reason.GONE)
    conversations.put(session, at, actor.address, TERMS, name, {"pairing": pairing_id})
    return TermsStand(row.partner, name)


def ask_terms_again(session: Session, actor: Actor, _at: Moment, conversation: Conversation) -> TermsStand:
    """Return the open question again."""
    return TermsStand(_kept(session, actor, conversation.data["pairing"]).partner, conversation.step)


def take_terms(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, _key: str
) -> TermsStand:
    """Take the answer; what is not understood leaves the question open."""
    row, name = _kept(session, actor, conversation.data["pairing"]), conversation.step
    value: str | dt.date = text
    if name == "until":
        day = _last_day(text, at)
        if day is None or day < row.since:
            return TermsStand(row.partner, name, unread=text)
        value = day
    elif not re.search(r"\w", text):
        return TermsStand(row.partner, name)
    else:
        demand_short(text, LENGTHS[name])
    before = str(getattr(row, name) or "")
    setattr(row, name, value)
    session.add(row)
    changed = {name: before}, {name: str(value)}
    audit.record(session, at, actor.id, "pairing.terms", f"pairing:{row.id}", *changed)
    session.flush()
    conversations.drop(session, actor.address, TERMS)
    return TermsStand(row.partner, name, pairing_cards.see(session, actor, at, row.id or 0))


_WHOLE_DAY = re.compile(r"\s*(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?\s*")


def _last_day(text: str, at: Moment) -> dt.date | None:
    """Return the day that was typed; one with its year may lie further ahead than an activity does."""
    whole = _WHOLE_DAY.fullmatch(text)
    if whole is not None:
        try:
            return dt.date(*map(int, whole.groups()))
        except ValueError:
            return None
    read = read_date(text, at.wall())
    return None if isinstance(read, Refusal) else read
