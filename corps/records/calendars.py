"""Activities as calendars show them: one, or those of a person, a team, the corps, also by a secret address.

What is gone stays for a while as cancelled: an event that only vanishes lingers in some calendars.
"""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import Session, col, select

from corps import audit
from corps.activities.places import hours_of
from corps.activities.rules import TEAM_LEFT, concerns, find_activity
from corps.changes.edit_answers import EditField
from corps.moment import Moment
from corps.people import Actor, person
from corps.refusals import Reason, Refused
from corps.sql import some
from models import Activity, Audit, CalendarFeed, Member, SignUp, Slot
from models.enums import ActivityState, FeedScope, MemberStatus, SignUpState

KEEPS_CANCELLED = dt.timedelta(days=30)
KEEPS_PAST = dt.timedelta(days=90)
"""For how long a calendar shows what was cancelled, and what is over. Both are counted from the day's beginning."""

GONE = (SignUpState.WITHDRAWN, SignUpState.REMOVED)
_FIELDS = {f"activity.{field.value}": field for field in EditField}


@dataclass(frozen=True)
class Entry:
    """An activity in a calendar. `uid` is its name for life; `sequence` grows with each change.

    `roles` are the person's own; `left`: the person's place is gone, the activity is not. `changed` says what was
    changed last.
    """

    uid: str
    sequence: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    notes: str
    roles: tuple[str, ...]
    cancelled: bool
    left: bool
    reason: str
    changed: EditField | None
    changed_at: dt.datetime


@dataclass(frozen=True)
class Calendar:
    """Entries in the order of their time. `scope` is None for a single activity; `name` the person's or the team's."""

    scope: FeedScope | None
    name: str
    entries: tuple[Entry, ...]
    changed_at: dt.datetime
    language: str


@dataclass(frozen=True)
class Feed:
    """A calendar that a person may subscribe to; `address` is empty until they ask for one."""

    scope: FeedScope
    address: str = ""


@dataclass(frozen=True)
class Offer:
    """What /calendar offers: files for all; addresses to subscribe to, if there are pages that serve them."""

    scopes: tuple[FeedScope, ...]
    feeds: tuple[Feed, ...]


def offer(session: Session, actor: Actor, at: Moment) -> Offer:
    """Return what the person may have as a calendar."""
    scopes = tuple(scope for scope in FeedScope if scope is not FeedScope.TEAM or actor.team_id is not None)
    if not at.policy.web_url:
        return Offer(scopes, ())
    known = _feeds_of(session, actor.id)
    return Offer(scopes, tuple(Feed(scope, _address(at, known.get(scope))) for scope in scopes))


def subscribe(session: Session, actor: Actor, at: Moment, scope: FeedScope) -> Feed:
    """Return the secret address of a calendar, a new one if the person has none."""
    _demand_offered(session, actor, at, scope)
    feed = _feeds_of(session, actor.id).get(scope)
    if feed is None:
        feed = CalendarFeed(member_id=actor.id, scope=scope, secret=secrets.token_urlsafe(32), created_at=at.now)
        session.add(feed)
        audit.record(session, at, actor.id, "calendar.open", f"member:{actor.id}", None, {"scope": scope.value})
    return Feed(scope, _address(at, feed))


def unsubscribe(session: Session, actor: Actor, at: Moment, scope: FeedScope) -> Offer:
    """End the address of a calendar: whoever knows it reads nothing any more."""
    feed = _feeds_of(session, actor.id).get(scope)
    if feed is not None:
        session.delete(feed)
        audit.record(session, at, actor.id, "calendar.stop", f"member:{actor.id}", {"scope": scope.value}, None)
        session.flush()
    return offer(session, actor, at)


def _demand_offered(session: Session, actor: Actor, at: Moment, scope: FeedScope) -> None:
    if scope not in {feed.scope for feed in offer(session, actor, at).feeds}:
        raise Refused(Reason.GONE)


def _feeds_of(session: Session, member_id: int) -> dict[FeedScope, CalendarFeed]:
    found = session.exec(select(CalendarFeed).where(CalendarFeed.member_id == member_id)).all()
    return {FeedScope(feed.scope): feed for feed in found}


def _address(at: Moment, feed: CalendarFeed | None) -> str:
    return f"{at.policy.web_url}/cal/{feed.secret}.ics" if feed is not None else ""


def served(session: Session, at: Moment, secret: str) -> Calendar | None:
    """Return the calendar behind a secret address; None when there is none, or its person is not in the corps."""
    feed = session.exec(select(CalendarFeed).where(CalendarFeed.secret == secret)).first()
    owner = session.get(Member, feed.member_id) if feed is not None else None
    if feed is None or owner is None or owner.status is not MemberStatus.ACTIVE:
        return None
    return calendar(session, person(session, at, feed.member_id), at, feed.scope)


def single(session: Session, actor: Actor, at: Moment, activity_id: int) -> Calendar:
    """Return one activity as a calendar. Raises Refused for one that is not public."""
    activity = find_activity(session, activity_id)
    if activity.state is ActivityState.DRAFT:
        raise Refused(Reason.GONE)
    return _calendar(session, actor, at, None, [activity])


def calendar(session: Session, actor: Actor, at: Moment, scope: FeedScope) -> Calendar:
    """Return the calendar of a person, of the person's team, or of the corps."""
    day = _today(at)
    live = and_(col(Activity.state) != ActivityState.CANCELLED, col(Activity.ends_at) >= day - KEEPS_PAST)
    off = and_(col(Activity.state) == ActivityState.CANCELLED, col(Activity.cancelled_at) >= day - KEEPS_CANCELLED)
    former = _former(session, actor, day) if scope is FeedScope.TEAM else set()
    found = session.exec(
        select(Activity)
        .where(col(Activity.state) != ActivityState.DRAFT, or_(live, off), _shown_in(scope, actor, day, former))
        .order_by(col(Activity.starts_at), col(Activity.id))
    ).all()
    return _calendar(session, actor, at, scope, found)


def mine(session: Session, actor: Actor, at: Moment, activity: Activity) -> Entry | None:
    """Return an activity as the person's own calendar shows it; None when it was never in there."""
    entries = _calendar(session, actor, at, FeedScope.MINE, [activity]).entries
    return entries[0] if entries else None


def _today(at: Moment) -> dt.datetime:
    return at.policy.zone.instant(dt.datetime.combine(at.today(), dt.time()))


def _former(session: Session, actor: Actor, day: dt.datetime) -> set[int]:
    """Return the activities that the person's team has left, by giving a claim back, say, not long ago."""
    left = select(Audit).where(Audit.action == TEAM_LEFT, col(Audit.at) >= day - KEEPS_CANCELLED)
    return {int(row.subject.partition(":")[2]) for row in session.exec(left).all() if _of_team(row, actor)}


def _of_team(trace: Audit, actor: Actor) -> bool:
    return (trace.before or {}).get("team") == actor.team_id


def _shown_in(scope: FeedScope, actor: Actor, day: dt.datetime, former: set[int]) -> ColumnElement[bool]:
    """Return the condition that an `Activity` belongs there; a place that is gone is shown for a while."""
    match scope:
        case FeedScope.MINE:
            left = and_(col(SignUp.state).in_(GONE), col(SignUp.updated_at) >= day - KEEPS_CANCELLED)
            kept = or_(col(SignUp.state) == SignUpState.GOING, left)
            return some(col(SignUp.activity_id) == col(Activity.id), col(SignUp.member_id) == actor.id, kept)
        case FeedScope.TEAM:
            return false() if actor.team_id is None else or_(concerns(actor.team_id), col(Activity.id).in_(former))
        case _:
            return true()


def _calendar(
    session: Session, actor: Actor, at: Moment, scope: FeedScope | None, activities: Sequence[Activity]
) -> Calendar:
    ids = [activity.id or 0 for activity in activities]
    places, edits = _places(session, actor, ids), _traces(session, "activity", ids)
    entries = [_entry(activity, places.get(activity.id or 0), edits[activity.id or 0]) for activity in activities]
    if scope is FeedScope.MINE:  # who only waited in a queue, and left it, was never expected
        entries = [entry for entry in entries if entry.left or entry.roles]
    else:
        entries = [replace(entry, left=False) for entry in entries]
    if scope is FeedScope.TEAM:
        here = set(session.exec(select(Activity.id).where(col(Activity.id).in_(ids), concerns(actor.team_id))).all())
        left = [[one for one in edits[own] if one.action == TEAM_LEFT and _of_team(one, actor)] for own in ids]
        entries = [
            _of_the_team(entry, here=own in here, gone=gone)
            for entry, own, gone in zip(entries, ids, left, strict=True)
        ]
    changed_at = max((_today(at), *(entry.changed_at for entry in entries)))
    name = {FeedScope.MINE: actor.name, FeedScope.TEAM: actor.team_name}.get(scope or FeedScope.CORPS, "")
    return Calendar(scope, name, tuple(entries), changed_at, actor.language)


def _of_the_team(entry: Entry, *, here: bool, gone: Sequence[Audit]) -> Entry:
    """Return an entry as a team's calendar shows it, which has left the activity so many times, or is in it."""
    if not gone:
        return entry
    sequence = entry.sequence + 2 * len(gone) - (not here)
    return replace(entry, left=not here, sequence=sequence, changed_at=max(entry.changed_at, gone[-1].at))


@dataclass
class _Place:
    """What one person has, and has had, in one activity: roles now; how often a place was given back; since when."""

    roles: list[str] = field(default_factory=list)
    hours: Slot | None = None
    left: int = 0
    since: dt.datetime | None = None


def _places(session: Session, actor: Actor, ids: list[int]) -> dict[int, _Place]:
    found: dict[int, _Place] = defaultdict(_Place)
    rows = session.exec(
        select(SignUp, Slot)
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .where(col(SignUp.member_id) == actor.id, col(SignUp.activity_id).in_(ids))
        .order_by(col(SignUp.id))
    ).all()
    traces = _traces(session, "signup", [row.id or 0 for row, _ in rows])
    for row, slot in rows:
        place = found[row.activity_id]
        if row.state is SignUpState.GOING:
            place.roles.append(slot.role)
            place.hours = slot
        place.left += sum((trace.before or {}).get("state") == SignUpState.GOING for trace in traces[row.id or 0])
        place.since = max(filter(None, (place.since, row.updated_at)))
    return found


def _traces(session: Session, table: str, ids: list[int]) -> dict[int, list[Audit]]:
    """Return what the audit says of these rows, oldest first."""
    found: dict[int, list[Audit]] = defaultdict(list)
    for start in range(0, len(ids), 500):
        subjects = [f"{table}:{own}" for own in ids[start : start + 500]]
        wanted = select(Audit).where(col(Audit.subject).in_(subjects)).order_by(col(Audit.id))
        for row in session.exec(wanted).all():
            found[int(row.subject.partition(":")[2])].append(row)
    return found


def _entry(activity: Activity, place: _Place | None, traces: list[Audit]) -> Entry:
    edits = [trace for trace in traces if trace.action in _FIELDS]
    place = place or _Place()
    cancelled = activity.state is ActivityState.CANCELLED
    left = bool(place.left and not place.roles)
    starts, ends = hours_of(place.hours, activity.starts_at, activity.ends_at)
    times = (activity.created_at, activity.published_at, activity.cancelled_at, place.since, *(e.at for e in edits))
    return Entry(
        uid=f"activity-{activity.id}-{int(activity.created_at.timestamp())}@tongxin",
        sequence=activity.revision + cancelled + 2 * place.left - left,
        title=activity.title,
        starts_at=starts,
        ends_at=ends,
        place=activity.place,
        notes=activity.notes,
        roles=tuple(place.roles),
        cancelled=cancelled,
        left=left,
        reason=activity.cancel_reason,
        changed=_FIELDS[edits[-1].action] if edits else None,
        changed_at=max(time for time in times if time is not None),
    )
