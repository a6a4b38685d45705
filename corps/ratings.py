"""What people thought of an activity: one to five, and a sentence; anonymous, and read from five answers on.

Who gave a rating is stored nowhere. That nobody gives two is known by a hash with a key of the activity; when the box
closes the key is thrown away with the hashes, and nobody can tell any more, whoever looks into the database.
"""

import datetime as dt
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, update
from sqlmodel import Session, col, select

from corps import audit, conversations, notices
from corps.activities.presence import came_there, doors_open, has_come
from corps.activities.rules import concerned_teams, find_activity, may_manage
from corps.conversations import Conversation
from corps.moment import Moment
from corps.notices.declarations import Parts, Question, declare
from corps.notices.kinds import Kind
from corps.parsing.lengths import demand_short
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import first_time, insert_once
from models import Activity, Attendance, Draft, Member, Rating, RatingBox
from models.enums import ActivityState

KIND = "rating"
LEAST = 5
"""From so many answers on they are read: of fewer one could tell whose they are."""

STARS = range(1, 6)
WORDS_MAX = 200
WORDS_SHOWN = 8
OPEN_FOR = dt.timedelta(days=14)
"""How long after the end somebody may still say what they thought."""

ASKED_AT = dt.time(10)
ASKED_FOR = dt.timedelta(days=3)
"""Participants are asked at this hour of the next day; whose presence is noted within this time, then."""

_HELD = (ActivityState.PUBLISHED, ActivityState.REPORTED, ActivityState.VERIFIED)


@dataclass(frozen=True)
class RatingAsk:
    """The question how it was. `stars`: what the person has said so far; `said`: all is said."""

    title: str
    starts_at: dt.datetime
    code: str
    stars: int = 0
    said: bool = False


@dataclass(frozen=True)
class RatingSummary:
    """What people said: how many, of them `guests` who were not there to serve; from five on the mean and the words."""

    given: int
    guests: int = 0
    mean: float = 0.0
    words: tuple[str, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether there are enough of them to be read."""
        return self.given >= LEAST


NONE = RatingSummary(0)


def code_for(session: Session, actor: Actor, _at: Moment, activity_id: int) -> RatingAsk:
    """评价码: return the code that is put up for those who were served, for whoever manages the activity."""
    activity = find_activity(session, activity_id)
    if not may_manage(actor, tuple(concerned_teams(session, activity_id))):
        raise Refused(Reason.NOT_ALLOWED)
    if activity.state not in _HELD:
        raise Refused(Reason.NOT_PUBLISHED, title=activity.title)
    return RatingAsk(activity.title, activity.starts_at, _box(session, activity_id).code)


def ask(session: Session, actor: Actor, at: Moment, code: str) -> RatingAsk:
    """Ask whoever holds the code, of the corps or not. Raises Refused before it begins and once it is closed."""
    box, activity = _open_box(session, at, code)
    given = _given(session, box, actor)
    return RatingAsk(activity.title, activity.starts_at, code, given.stars if given is not None else 0)


def give(session: Session, actor: Actor, at: Moment, code: str, stars: int) -> RatingAsk:
    """Take one to five, and ask for a sentence. Saying it again changes what was said."""
    box, activity = _open_box(session, at, code)
    if stars not in STARS:
        raise Refused(Reason.GONE)
    guest = actor.member_id is None or not has_come(session, box.activity_id, actor.member_id)
    row = {"activity_id": box.activity_id, "stars": stars, "words": "", "guest": guest, "sealed": _seal(box, actor)}
    if not insert_once(session, Rating, [row]) and (given := _given(session, box, actor)) is not None:
        given.stars = stars
        session.add(given)
    audit.record(session, at, None, "rating.give", f"activity:{box.activity_id}")
    conversations.put(session, at, actor.address, KIND, "words", {"code": code})
    return RatingAsk(activity.title, activity.starts_at, code, stars)


def say(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str) -> RatingAsk:
    """Take the sentence."""
    box, activity = _open_box(session, at, conversation.data["code"])
    words = demand_short(" ".join(text.split()), WORDS_MAX)
    given = _given(session, box, actor)
    if given is None:
        raise Refused(Reason.GONE)
    if not words:
        return RatingAsk(activity.title, activity.starts_at, box.code, given.stars)
    given.words = words
    session.add(given)
    conversations.drop(session, actor.address, KIND)
    return RatingAsk(activity.title, activity.starts_at, box.code, given.stars, said=True)


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> RatingAsk:
    """Return the open question again."""
    return ask(session, actor, at, conversation.data["code"])


def skip(session: Session, actor: Actor, _at: Moment) -> None:
    """跳过: no sentence."""
    conversations.drop(session, actor.address, KIND)


def summary(session: Session, activity_id: int) -> RatingSummary:
    """Return what people thought of an activity, in no order that tells who said what."""
    rows = session.exec(
        select(Rating).where(Rating.activity_id == activity_id).order_by(col(Rating.words), col(Rating.id))
    ).all()
    if len(rows) < LEAST:
        return RatingSummary(len(rows))
    words = tuple(row.words for row in rows if row.words)
    mean = sum(row.stars for row in rows) / len(rows)
    return RatingSummary(len(rows), sum(row.guest for row in rows), mean, words[:WORDS_SHOWN])


def mean_of(session: Session, which: ColumnElement[bool]) -> RatingSummary:
    """Return what people thought of several activities (`which`, of `Activity`), of those with answers enough."""
    found = session.exec(
        select(func.count(), func.sum(Rating.stars))
        .select_from(Rating)
        .join(Activity, col(Activity.id) == col(Rating.activity_id))
        .where(which)
        .group_by(col(Rating.activity_id))
        .having(func.count() >= LEAST)
    ).all()
    given = sum(number for number, _ in found)
    return RatingSummary(given, mean=sum(int(stars) for _, stars in found) / given if given else 0.0)


def owe_ratings(session: Session, at: Moment) -> int:
    """Ask those who came, the day after, once each; and close the boxes whose time is over."""
    _close(session, at)
    recent = select(Activity).where(
        col(Activity.ends_at) <= at.now,
        col(Activity.ends_at) > at.now - ASKED_FOR - dt.timedelta(days=2),
        col(Activity.state).in_(_HELD),
        Activity.back_entry_reason == "",
    )
    return sum(_ask_those_who_came(session, at, one) for one in session.exec(recent).all())


def _ask_those_who_came(session: Session, at: Moment, activity: Activity) -> int:
    day_after = at.wall(activity.ends_at).date() + dt.timedelta(days=1)
    begins = at.policy.zone.instant(dt.datetime.combine(day_after, ASKED_AT))
    if not begins <= at.now < begins + ASKED_FOR:
        return 0
    came = session.exec(
        select(Member)
        .join(Attendance, col(Attendance.member_id) == col(Member.id))
        .where(Attendance.activity_id == activity.id, came_there())
        .order_by(col(Member.id))
    ).all()
    if not first_time(session, at, f"rating:{activity.id}:{len(came)}:{at.today().isoformat()}"):
        return 0
    subject = {"code": _box(session, activity.id or 0).code} if came else {}
    asked = notices.Owed(Kind.RATING, f"rating:{activity.id}", subject=subject, activity_id=activity.id)
    return notices.owe(session, at, asked.to(came))


def _facts(question: Question) -> Parts | None:
    asked = ask(question.session, question.actor, question.at, question.due.subject.get("code", ""))
    return (asked,) if not asked.stars else None


declare(Kind.RATING, _facts, priority=6, optional=True)


def given_by(session: Session, member_id: int) -> list[tuple[Activity, Rating]]:
    """Return what a member said, as far as it can be told: once a box is closed nobody can, not even the member."""
    open_ones = select(RatingBox, Activity).join(Activity, col(Activity.id) == col(RatingBox.activity_id))
    found = session.exec(open_ones.where(RatingBox.key != "").order_by(col(Activity.starts_at), col(Activity.id))).all()
    said = ((activity, _by(session, box, _sealed(box, f"member:{member_id}"))) for box, activity in found)
    return [(activity, rating) for activity, rating in said if rating is not None]


def forget(session: Session, member_id: int) -> None:
    """Take back the sentences of somebody who is erased, as long as they can be told: the numbers stay."""
    for box in session.exec(select(RatingBox).where(RatingBox.key != "")).all():
        given = _by(session, box, _sealed(box, f"member:{member_id}"))
        if given is not None:
            given.words, given.sealed = "", None
            session.add(given)
    session.flush()


def _close(session: Session, at: Moment) -> None:
    over = (
        select(RatingBox.activity_id)
        .join(Activity, col(Activity.id) == col(RatingBox.activity_id))
        .where(RatingBox.key != "", col(Activity.ends_at) < at.now - OPEN_FOR)
    )
    ids = list(session.exec(over).all())
    if not ids:
        return
    link = session.connection()
    link.execute(update(Rating).where(col(Rating.activity_id).in_(ids)).values(sealed=None))
    link.execute(update(RatingBox).where(col(RatingBox.activity_id).in_(ids)).values(key=""))
    link.execute(delete(Draft).where(col(Draft.kind) == KIND, col(Draft.updated_at) < at.now - OPEN_FOR))


def _box(session: Session, activity_id: int) -> RatingBox:
    row = {"activity_id": activity_id, "code": secrets.token_urlsafe(9), "key": secrets.token_hex(32)}
    insert_once(session, RatingBox, [row])
    return session.get_one(RatingBox, activity_id)


def _open_box(session: Session, at: Moment, code: str) -> tuple[RatingBox, Activity]:
    box = session.exec(select(RatingBox).where(RatingBox.code == code)).first() if code else None
    if box is None:
        raise Refused(Reason.GONE)
    activity = find_activity(session, box.activity_id)
    if activity.state is ActivityState.CANCELLED:
        raise Refused(Reason.CANCELLED, title=activity.title)
    if not doors_open(activity, at.now):
        raise Refused(Reason.RATING_EARLY, title=activity.title, opens=activity.starts_at)
    if not box.key or at.now > activity.ends_at + OPEN_FOR:
        raise Refused(Reason.RATING_OVER, title=activity.title)
    return box, activity


def _given(session: Session, box: RatingBox, actor: Actor) -> Rating | None:
    return _by(session, box, _seal(box, actor))


def _by(session: Session, box: RatingBox, sealed: str) -> Rating | None:
    return session.exec(select(Rating).where(Rating.activity_id == box.activity_id, Rating.sealed == sealed)).first()


def _seal(box: RatingBox, actor: Actor) -> str:
    """Return what tells one giver from another and tells nobody who it is: two accounts of a member are one."""
    return _sealed(box, f"chat:{actor.address.short}" if actor.member_id is None else f"member:{actor.member_id}")


def _sealed(box: RatingBox, who: str) -> str:
    return hmac.new(bytes.fromhex(box.key), who.encode(), "sha256").hexdigest()
