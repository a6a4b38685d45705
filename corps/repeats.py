"""What has been handled: a channel may bring the same tap or message twice, and the second must change nothing.

What was not acknowledged is brought again, perhaps after what the person did next: a withdrawal, after a new sign-up.
Who it came from and its key are remembered in the transaction of its effects, for as long as a channel repeats it.
"""

import datetime as dt
import hashlib

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from corps.addresses import Address
from corps.moment import Moment
from corps.sql import CHANGED, flushed_connection, insert_once, row
from models import Handled

REMEMBERED = dt.timedelta(hours=48)
"""Telegram keeps what is not acknowledged for 24 hours (https://core.telegram.org/bots/api#getting-updates)."""

_KNOWN = select(col(Handled.key)).where(col(Handled.key) == bindparam("key"))


class RepeatedError(Exception):
    """This very tap or message has done what it does before."""


def demand_new(session: Session, address: Address, key: str) -> None:
    """Raise RepeatedError if what came from there under that key has changed something already."""
    if row(flushed_connection(session), _KNOWN, key=_name(address, key)) is not None:
        raise RepeatedError


def note_if_changed(session: Session, at: Moment, address: Address, key: str) -> None:
    """Remember what came if the transaction has changed anything (what changes leaves a trace, or a conversation)."""
    if session.info.pop(CHANGED, False):
        insert_once(session, Handled, [{"key": _name(address, key), "at": at.now}])


def forget_old(session: Session, at: Moment) -> int:
    """Forget what no channel repeats any more. Returns how many."""
    done = session.connection().execute(delete(Handled).where(col(Handled.at) < at.now - REMEMBERED))
    return done.rowcount


def _name(address: Address, key: str) -> str:
    """Return what is remembered: not whom it came from, who may be erased by this very tap."""
    return hashlib.sha256(f"{address.channel}:{address.id}:{key}".encode()).hexdigest()
