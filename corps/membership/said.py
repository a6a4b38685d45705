"""What somebody says without being asked: kept for a while, so that its buttons can do something with it.

A notice becomes an activity or a broadcast. What is not understood goes to whoever answers for the person's team.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Session, col

from corps import audit, conversations, notices
from corps.activities import entry_form, unlabelled
from corps.broadcasts import acknowledgements, compose_form
from corps.broadcasts.acknowledgements import Typed
from corps.broadcasts.content import TextLimits
from corps.moment import Moment
from corps.notices.declarations import Parts, Question, declare
from corps.notices.kinds import Kind
from corps.parsing.words import is_courtesy, is_question, is_receipt, is_thanks
from corps.people import Actor, Office, person, who_answers
from corps.refusals import Reason, Refused
from corps.teams import read_choices
from models import Member, Notice
from models.enums import NoticeState

KIND = "said"
_KEPT = 5
"""So many of a person's texts are kept, the newest."""
_LONGEST = 3000
"""So many characters of a text are passed on: with what stands around it, it is one message."""


class Meaning(StrEnum):
    """What the words are, as far as that can be told."""

    NOTICE = "notice"
    QUESTION = "question"
    UNCLEAR = "unclear"
    RECEIPT = "receipt"
    THANKS = "thanks"
    OKAY = "okay"


@dataclass(frozen=True)
class Said:
    """What was said: what it is, its fingerprint for the buttons, who would see it if it were passed on.

    `waiting` are the broadcasts that wait for 收到, where the words are perhaps meant for one.
    """

    meaning: Meaning
    sign: str
    office: Office
    waiting: Typed | None = None


@dataclass(frozen=True)
class PassedOn:
    """Somebody's words, for those who answer for the team. `cut`: there were more of them."""

    name: str
    team: str
    text: str
    cut: bool = False


def hear(session: Session, actor: Actor, at: Moment, text: str, html: str, key: str) -> Said:
    """Keep what was said by somebody in the corps, and tell what it is."""
    sign = audit.fingerprint(text, key)
    found = conversations.find(session, actor.address, KIND)
    before = found.data if found is not None else {}
    kept = dict([*((old, words) for old, words in before.items() if old != sign), (sign, [text, html])][-_KEPT:])
    conversations.put(session, at, actor.address, KIND, KIND, kept, key)
    conversations.set_aside(session, actor.address)
    if is_receipt(text):
        meaning = Meaning.RECEIPT
    elif is_courtesy(text):
        meaning = Meaning.THANKS if is_thanks(text) else Meaning.OKAY
        return Said(meaning, sign, Office((), hears=False), acknowledgements.waiting(session, actor, at))
    elif (actor.is_leader or actor.is_coordinator) and _is_notice(session, at, text):
        meaning = Meaning.NOTICE
    else:
        meaning = Meaning.QUESTION if is_question(text) else Meaning.UNCLEAR
    return Said(meaning, sign, _office(session, actor.member_id, actor.team_id))


def _is_notice(session: Session, at: Moment, text: str) -> bool:
    return unlabelled.reads_like_a_notice(text, at.wall(), read_choices(session).venues)


def publish(session: Session, actor: Actor, at: Moment, sign: str, key: str) -> entry_form.Stand:
    """发布: begin /new with the words."""
    return entry_form.begin(session, actor, at, _kept(session, actor, sign)[0], key)


def broadcast(
    session: Session, actor: Actor, at: Moment, sign: str, key: str, limits: TextLimits
) -> compose_form.Stand:
    """群发: begin /broadcast with the words, formatted as they came."""
    piece = compose_form.SentPiece(html=_kept(session, actor, sign)[1])
    return compose_form.absorb(session, actor, at, piece, key, limits, afresh=True)


def pass_on(session: Session, actor: Actor, at: Moment, sign: str) -> Office:
    """转给联络员: whoever answers for the team gets the words. Returns who that is; the same words go out once."""
    text = _kept(session, actor, sign)[0]
    office = _office(session, actor.id, actor.team_id)
    subject = {"member": actor.id, "text": text[:_LONGEST], "cut": len(text) > _LONGEST}
    question = notices.Owed(Kind.QUESTION, f"question:{actor.id}:{sign}", subject=subject)
    if notices.owe(session, at, question.to(office.people)):
        audit.record(session, at, actor.id, "question.pass_on", f"member:{actor.id}")
    return office


def forget(session: Session, member_id: int) -> None:
    """Take the words of somebody out of what others were told: they ask no more."""
    asked = col(Notice.key).startswith(f"question:{member_id}:")
    waiting = asked & col(Notice.state).in_((NoticeState.OWED, NoticeState.LEASED))
    session.connection().execute(update(Notice).where(waiting).values(state=NoticeState.CANCELLED))
    session.connection().execute(update(Notice).where(asked).values(subject={}))


def _kept(session: Session, actor: Actor, sign: str) -> tuple[str, str]:
    found = conversations.find(session, actor.address, KIND)
    if found is None or sign not in found.data:
        raise Refused(Reason.NOT_KEPT)
    text, html = found.data[sign]
    return text, html


def _office(session: Session, member_id: int | None, team_id: int | None) -> Office:
    return who_answers(session, team_id, but=(member_id,))


def _answering(session: Session, notice: Notice) -> Office:
    asker = session.get(Member, notice.subject.get("member", 0))
    return _office(session, asker.id if asker else None, asker.team_id if asker else None)


def _facts(question: Question) -> Parts | None:
    """Return the words of somebody who is still in the corps, for one who still answers for the team."""
    subject = question.due.subject
    if "text" not in subject:
        return None
    asker = person(question.session, question.at, subject["member"])
    if not (asker.is_member and question.actor.manages(asker.team_id)):
        return None
    return (PassedOn(asker.name, asker.team_name, subject["text"], subject["cut"]),)


declare(Kind.QUESTION, _facts, priority=3, office=_answering)
