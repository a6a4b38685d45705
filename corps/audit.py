"""The audit row that every change leaves (docs/rules.md, rule 11)."""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, insert
from sqlalchemy import select as columns
from sqlmodel import Session, col

from corps import conversations
from corps.moment import Moment
from corps.people import Actor, name_for
from corps.refusals import Reason, Refused
from corps.sql import CHANGED, flushed_connection, row, write
from models import Audit

_ADD = insert(Audit)
_LAST = (
    columns(col(Audit.at), col(Audit.actor_id))
    .where(col(Audit.subject) == bindparam("subject"), col(Audit.actor_id).is_not(None))
    .order_by(col(Audit.id).desc())
    .limit(1)
)


def record(
    session: Session,
    at: Moment,
    actor_id: int | None,
    action: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one audit row in the caller's transaction.

    Args:
        session: The caller's.
        at: When it happened.
        actor_id: The member who did it; None when no person did, but time.
        action: What was done, as `noun.verb`.
        subject: On what, as `table:id`.
        before: The fields that changed, as they were.
        after: The same fields, as they are now.
    """
    added = {"at": at.now, "actor_id": actor_id, "action": action, "subject": subject, "before": before, "after": after}
    write(flushed_connection(session), _ADD, **added)
    session.info[CHANGED] = True


def record_all(session: Session, at: Moment, actor_id: int | None, action: str, subjects: Iterable[str]) -> None:
    """Add one audit row for each of many subjects, at once."""
    rows = [{"at": at.now, "actor_id": actor_id, "action": action, "subject": subject} for subject in subjects]
    if rows:
        flushed_connection(session).execute(_ADD, rows)
        session.info[CHANGED] = True


def last_change(session: Session, reader: Actor, subject: str) -> dict[str, Any]:
    """Return who changed something last and when, as facts of a refusal (`by`, `when`); none if nobody did."""
    found = row(flushed_connection(session), _LAST, subject=subject)
    return {"by": name_for(session, reader, found.actor_id), "when": found.at} if found is not None else {}


def say_who(session: Session, reader: Actor, no: Refused) -> None:
    """Add to a refusal who was faster, and when, if it says what it is `about`."""
    if no.about and "by" not in no.facts:
        no.facts |= last_change(session, reader, no.about)


def fingerprint(*facts: object) -> str:
    """Return a fingerprint of what is shown above a button, which changes when one of the facts does."""
    return f"{zlib.crc32(repr(facts).encode()):08x}"


def fingerprint_of(said: Mapping[str, Any]) -> str:
    """Return the fingerprint of what somebody has said in a conversation: the same before and after it was kept."""
    return fingerprint(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str))


def demand_as_shown(session: Session, reader: Actor, shown: str, stands: str, subject: str) -> None:
    """Raise Refused unless what stood above the button (`shown`) is what `stands` now: a confirmation confirms that.

    The refusal says who changed the subject last; nobody, when the reader has answered something since: then it may be
    what they said themselves that moved it on. An old button that says nothing of what it stood under is let pass.
    """
    if not shown or shown == stands:
        return
    changed, answered = last_change(session, reader, subject), conversations.last_answer(session, reader.address)
    own = changed and answered is not None and answered > changed["when"]
    raise Refused(Reason.MOVED_ON, **({} if own else changed))
