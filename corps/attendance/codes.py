"""The rotating code on the leader's phone, as six digits and as a QR: who has it is there now, or with somebody who is.

It is an HMAC over the activity and a step of half a minute, with a key of the activity that never leaves the server.
The step before and the one after hold too: a phone takes its time, and so does a message.
"""

import datetime as dt
import hmac
import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import audit, conversations
from corps.activities.presence import check_out_open, demand_check_in_open, take_check_in, take_check_out
from corps.activities.rules import concerned_teams, find_activity, may_manage
from corps.addresses import Address
from corps.attendance.check_in import Arrival, arrive_at
from corps.moment import Moment
from corps.people import Actor, recognise
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection
from corps.sql import row as first_row
from models import Activity, Audit, ShownCode, SignUp
from models.enums import CheckedBy, SignUpState

STEP = 30
"""Seconds that a code is shown."""

HOLDS = (-1, 0, 1)
"""The steps whose codes hold, from now."""

KEPT_FRESH = dt.timedelta(minutes=30)
"""How long after it was opened a code is kept fresh by edits: then somebody taps for the next one."""

WRONG_AT_MOST = 5
WRONG_WITHIN = dt.timedelta(minutes=10)
"""So many wrong codes within that time; then one waits. Of a million codes three hold, for each activity that is on."""

_WRONG = "check_in.wrong_code"
_IN_QR = re.compile(r"([0-9]{1,9})-([0-9a-f]{20})")


@dataclass(frozen=True)
class RotatingCode:
    """What is shown at one moment: six `digits` to type, and the `link` code that the QR holds."""

    activity_id: int
    title: str
    digits: str
    link: str
    step: int
    made_at: dt.datetime


@dataclass(frozen=True)
class WrongCode:
    """The digits are no code that holds now. `left`: how often one may try again before one has to wait."""

    left: int


def _step(now: dt.datetime) -> int:
    return int(now.timestamp()) // STEP


def _digits(activity: Activity, step: int) -> str:
    return f"{int(_mac(activity, step, 'digits')[:16], 16) % 1_000_000:06d}"


def _in_qr(activity: Activity, step: int) -> str:
    return f"{activity.id}-{_mac(activity, step, 'qr')[:20]}"


def _mac(activity: Activity, step: int, what: str) -> str:
    return hmac.new(bytes.fromhex(activity.code_key), f"{what}:{activity.id}:{step}".encode(), "sha256").hexdigest()


def see(session: Session, actor: Actor, at: Moment, activity_id: int) -> RotatingCode:
    """Return the code that holds now, for whoever manages the activity, while people may check in."""
    activity = find_activity(session, activity_id, lock=True)
    if not may_manage(actor, tuple(concerned_teams(session, activity_id))):
        raise Refused(Reason.NOT_ALLOWED)
    if not check_out_open(activity, at.now):
        demand_check_in_open(activity, at.now, activity.title)
    if not activity.code_key:
        activity.code_key = secrets.token_hex(32)
        session.add(activity)
        session.flush()
    step = _step(at.now)
    return RotatingCode(activity_id, activity.title, _digits(activity, step), _in_qr(activity, step), step, at.now)


def find(session: Session, at: Moment, code: str) -> tuple[int, CheckedBy]:
    """Return the activity behind a scanned code, and which kind it was. Raises Refused when there is none any more."""
    fixed = session.exec(select(Activity.id).where(Activity.check_in_code == code)).first()
    if fixed is not None:
        return fixed, CheckedBy.FIXED_CODE
    scanned = _IN_QR.fullmatch(code)
    activity = session.get(Activity, int(scanned[1])) if scanned else None
    if activity is None or not activity.code_key:
        raise Refused(Reason.GONE)
    now = _step(at.now)
    if not any(hmac.compare_digest(_in_qr(activity, now + step), code) for step in HOLDS):
        raise Refused(Reason.CODE_OVER, title=activity.title)
    return activity.id or 0, CheckedBy.ROTATING_CODE


def arrive(session: Session, actor: Actor, at: Moment, code: str) -> Arrival:
    """Check in by the code that was scanned. Somebody who is not signed up gets the free places to choose from."""
    return arrive_at(session, actor, at, *find(session, at, code))


def take_digits(session: Session, actor: Actor, at: Moment, text: str) -> Arrival | WrongCode | None:
    """Check in by typed digits. None: they are no code, and may be the answer to something else.

    Whoever is asked something is answered only if the code holds; guesses are counted all the same.
    """
    open_now = _open_now(session, at)
    if not actor.is_member or not open_now:
        return None
    asked = conversations.find_open(session, actor.address) is not None
    wrong = _wrong_lately(session, actor, at)
    if wrong >= WRONG_AT_MOST:
        return None if asked else WrongCode(0)
    digits = "".join(str(unicodedata.digit(char)) for char in text if char.isdigit())
    found = [activity for activity in open_now if activity.code_key and _holds(activity, at, digits)]
    if found:
        ids = [activity.id or 0 for activity in found]
        own = _going_to(session, actor, ids)
        return arrive_at(session, actor, at, next((i for i in ids if i in own), ids[0]), CheckedBy.ROTATING_CODE)
    audit.record(session, at, actor.id, _WRONG, f"member:{actor.id}")
    return None if asked else WrongCode(WRONG_AT_MOST - wrong - 1)


def _open_now(session: Session, at: Moment) -> list[Activity]:
    """Return the activities at which people may check in or out now."""
    around = select(Activity).where(or_(take_check_in(at.now), take_check_out(at.now)))
    return list(session.exec(around.order_by(col(Activity.starts_at), col(Activity.id))).all())


def _holds(activity: Activity, at: Moment, digits: str) -> bool:
    now = _step(at.now)
    return any(hmac.compare_digest(_digits(activity, now + step), digits) for step in HOLDS)


def _going_to(session: Session, actor: Actor, ids: list[int]) -> set[int]:
    going = select(SignUp.activity_id).where(
        SignUp.member_id == actor.id, SignUp.state == SignUpState.GOING, col(SignUp.activity_id).in_(ids)
    )
    return set(session.exec(going).all())


def _wrong_lately(session: Session, actor: Actor, at: Moment) -> int:
    tried = select(func.count()).where(
        col(Audit.subject) == f"member:{actor.id}", col(Audit.action) == _WRONG, col(Audit.at) > at.now - WRONG_WITHIN
    )
    return session.exec(tried).one()


def note_shown(session: Session, actor: Actor, at: Moment, code: RotatingCode, message_id: str) -> None:
    """Note in which message of the person's chat a code stands, so that it is kept fresh there."""
    row = session.exec(
        select(ShownCode).where(ShownCode.address == actor.address, ShownCode.activity_id == code.activity_id)
    ).first()
    row = row or ShownCode(address=actor.address, activity_id=code.activity_id, message_id="", step=0, opened_at=at.now)
    row.message_id, row.step, row.opened_at = message_id, code.step, at.now
    session.add(row)


@dataclass(frozen=True)
class StandingCode:
    """A code in a chat that is to be drawn anew. Without `code` it is over: the chat's reader may open another."""

    id: int
    address: Address
    message_id: str
    activity_id: int
    title: str
    reader: Actor
    code: RotatingCode | None


_STANDING = columns(col(ShownCode.id)).where(
    col(ShownCode.address) == bindparam("chat"), col(ShownCode.message_id).in_(bindparam("messages", expanding=True))
)


def stands_in(session: Session, _at: Moment, address: Address, message_ids: Collection[str]) -> bool:
    """Tell whether one of these messages of a chat shows a code that is kept fresh there."""
    return first_row(flushed_connection(session), _STANDING, chat=address, messages=list(message_ids)) is not None


def due(session: Session, at: Moment) -> list[StandingCode]:
    """Return the codes in chats that are not those of this half minute any more."""
    rows = session.exec(select(ShownCode).where(ShownCode.step != _step(at.now)).order_by(col(ShownCode.id))).all()
    return [_standing(session, at, row) for row in rows]


def _standing(session: Session, at: Moment, row: ShownCode) -> StandingCode:
    reader = recognise(session, at, row.address)
    title = session.get_one(Activity, row.activity_id).title
    code = None
    if at.now < row.opened_at + KEPT_FRESH:
        try:
            code = see(session, reader, at, row.activity_id)
        except Refused:
            code = None
    return StandingCode(row.id or 0, row.address, row.message_id, row.activity_id, title, reader, code)


def drawn(session: Session, at: Moment, shown: StandingCode) -> None:
    """Note that a message shows the code as it was read; one that is over is followed no more."""
    if shown.code is None:
        lost(session, at, shown)
    elif (row := _same(session, shown)) is not None:
        row.step = shown.code.step
        session.add(row)


def lost(session: Session, _at: Moment, shown: StandingCode) -> None:
    """Do not keep that message up to date any longer."""
    if (row := _same(session, shown)) is not None:
        session.delete(row)


def _same(session: Session, shown: StandingCode) -> ShownCode | None:
    """Return the row of a message, unless the code has been opened in another one since."""
    row = session.get(ShownCode, shown.id)
    return row if row is not None and row.message_id == shown.message_id else None
