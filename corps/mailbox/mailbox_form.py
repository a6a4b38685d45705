"""The conversation of 邮箱: it asks for an address and mails a code to it; whoever types the code gets mail there.

The code is stored as a slow hash, is good for a quarter of an hour, and allows a few wrong tries.
"""

import datetime as dt
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from corps import audit, conversations, member_addresses
from corps.addresses import Address
from corps.mailbox import mailboxes
from corps.mailbox.mailboxes import MAIL
from corps.moment import Moment
from corps.parsing.mail_address import read_mail_address
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Audit

KIND = "mailbox"
ADDRESS, CODE = "address", "code"

HOLDS = dt.timedelta(minutes=15)
TRIES = 5
CODES_AN_HOUR, CODES_A_DAY = 4, 10
"""How many codes one person may have mailed: they go to mailboxes that may be somebody else's."""


@dataclass(frozen=True)
class Mailbox:
    """The state of the conversation.

    `address` is the person's mail address; while a code is asked for, the address that it was mailed to. `send` is a
    code that has to be mailed now. `asks` is the open question, empty if there is none. `unclear`: what was typed is
    not an address, or not the code. `over`: the code is too old. `tied`: the address was just confirmed.
    """

    address: str = ""
    asks: str = ""
    send: str = ""
    unclear: bool = False
    over: bool = False
    tied: bool = False


def begin(session: Session, actor: Actor, at: Moment, key: str, *, anew: bool = False) -> Mailbox:
    """邮箱: show the address that is there, or ask for one; with `anew` ask for another one.

    A code that was mailed and is not typed yet is asked for again.
    """
    _demand_mail(at)
    theirs = mailboxes.of(session, actor.id)
    there = conversations.find(session, actor.address, KIND)
    if there is not None and there.step == CODE and not anew:
        over = _is_over(there.data, at)
        if theirs is None or not over:
            conversations.put(session, at, actor.address, KIND, CODE, there.data, key)
            return Mailbox(there.data["address"], CODE, over=over)
    if theirs is not None and not anew:
        conversations.drop(session, actor.address, KIND)
        return Mailbox(theirs.id)
    conversations.put(session, at, actor.address, KIND, ADDRESS, {}, key)
    return Mailbox(asks=ADDRESS)


def waiting(session: Session, actor: Actor, at: Moment) -> str:
    """Return the address to which a code was mailed that the person has not typed yet; empty if there is none."""
    there = conversations.find(session, actor.address, KIND) if at.policy.mail else None
    return str(there.data["address"]) if there is not None and there.step == CODE else ""


def _is_over(data: dict[str, Any], at: Moment) -> bool:
    return bool(at.now.timestamp() > data["until"] or data["wrong"] >= TRIES)


def _demand_mail(at: Moment) -> None:
    if not at.policy.mail:
        raise Refused(Reason.GONE)


def again(session: Session, actor: Actor, _at: Moment) -> Mailbox:
    """Return the question that is open, else the address that is there."""
    there = conversations.find(session, actor.address, KIND)
    if there is not None:
        return Mailbox(there.data.get("address", ""), there.step)
    theirs = mailboxes.of(session, actor.id)
    return Mailbox(theirs.id if theirs is not None else "")


def take(session: Session, actor: Actor, at: Moment, typed: str, key: str) -> Mailbox:
    """Take an answer: the address, to which a code is to be mailed, or the code. Another address may follow at once."""
    _demand_mail(at)
    there = conversations.find(session, actor.address, KIND)
    if there is None or there.step == ADDRESS or "@" in typed or "＠" in typed:
        return _take_address(session, actor, at, typed, key)
    return _take_code(session, actor, at, there, typed)


def resend(session: Session, actor: Actor, at: Moment, key: str) -> Mailbox:
    """Mail another code to the same address; the one before holds no more."""
    _demand_mail(at)
    there = conversations.find(session, actor.address, KIND)
    if there is None or not there.data.get("address"):
        return begin(session, actor, at, key, anew=True)
    return _mail_code(session, actor, at, there.data["address"], key)


def _take_address(session: Session, actor: Actor, at: Moment, typed: str, key: str) -> Mailbox:
    address = read_mail_address(typed)
    if address is None:
        conversations.put(session, at, actor.address, KIND, ADDRESS, {}, key)
        return Mailbox(asks=ADDRESS, unclear=True)
    return _mail_code(session, actor, at, address, key)


def _mail_code(session: Session, actor: Actor, at: Moment, address: str, key: str) -> Mailbox:
    for span, most in ((dt.timedelta(hours=1), CODES_AN_HOUR), (dt.timedelta(days=1), CODES_A_DAY)):
        mailed = (Audit.actor_id == actor.id, Audit.action == "mail.code", col(Audit.at) > at.now - span)
        if session.exec(select(func.count()).select_from(Audit).where(*mailed)).one() >= most:
            raise Refused(Reason.MAIL_TOO_OFTEN)
    code = f"{secrets.randbelow(10**6):06}"
    data = {"address": address, "code": _sealed(address, code), "until": (at.now + HOLDS).timestamp(), "wrong": 0}
    conversations.put(session, at, actor.address, KIND, CODE, data, key)
    audit.record(session, at, actor.id, "mail.code", f"member:{actor.id}")
    return Mailbox(address, CODE, send=code)


def _sealed(address: str, code: str) -> str:
    return member_addresses.sealed(Address(MAIL, f"{address}#{code}"))


def _take_code(session: Session, actor: Actor, at: Moment, there: conversations.Conversation, typed: str) -> Mailbox:
    data, address = there.data, there.data["address"]
    if _is_over(data, at):
        return Mailbox(address, CODE, over=True)
    code = "".join(str(unicodedata.digit(char)) for char in typed if char.isdigit())
    if not member_addresses.is_sealed_in(Address(MAIL, f"{address}#{code}"), data["code"]):
        data["wrong"] += 1
        conversations.put(session, at, actor.address, KIND, CODE, data)
        return Mailbox(address, CODE, unclear=True, over=data["wrong"] >= TRIES)
    conversations.drop(session, actor.address, KIND)
    mailboxes.tie(session, actor, at, Address(MAIL, address))
    return Mailbox(address, tied=True)


def remove(session: Session, actor: Actor, at: Moment) -> None:
    """Forget the person's mail address: no mail goes there any more."""
    mailboxes.remove(session, actor, at)
