"""/start and the way in: a team's invitation, consent, the real name, and 通过 / 拒绝. Also /help and /cancel."""

import re

from sqlmodel import Session
from telegram.constants import ChatMemberStatus

from bot.access import Access
from bot.callbacks.common import CancelTap, MenuTap, NothingTap
from bot.callbacks.joining import AdmitTap, ConsentAgainTap, ConsentTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.telegram.menu import offer_menu
from bot.views import fallbacks
from bot.views import joining as views
from bot.views.screen import Screen
from corps import conversations
from corps.conversations import Conversation
from corps.membership import joining
from corps.moment import Moment
from corps.parsing.normalise import plain
from corps.people import Actor, recognise

routes = Routes()
JOIN = "join"
CONSENT = "consent"
"""The first step of joining: the invitation is open, its 同意 not yet pressed."""


@routes.command("start", Access.ANYONE)
async def start(turn: Turn) -> None:
    """Welcome somebody: a named coordinator, a member, an applicant, a stranger."""
    actor, ask_again = await turn.run(_appear, turn.full_name)
    await turn.send(views.welcome(turn.voice, actor))
    if ask_again:
        await turn.send(views.consent_again(turn.voice))
    await offer_menu(turn.bot, actor, turn.commands)


def _appear(session: Session, actor: Actor, at: Moment, name: str) -> tuple[Actor, bool]:
    joining.appear(session, actor, at, name)
    actor = recognise(session, at, actor.address)
    return actor, joining.consent_is_old(session, actor, at)


@routes.tap(ConsentAgainTap, Access.MEMBER)
async def on_consent_again(turn: Turn, _tap: ConsentAgainTap) -> None:
    """同意 to the present version."""
    await turn.run(joining.consent_again)
    await turn.show(Screen(turn.voice("consent.thanks")), turn.voice("toast.done"))


@routes.event("presence")
async def on_presence(turn: Turn) -> None:
    """Take note of somebody who blocks the bot, or is back."""
    change = turn.update.my_chat_member
    reachable = change is not None and change.new_chat_member.status == ChatMemberStatus.MEMBER
    await turn.run(joining.note_reach, reachable=reachable)


@routes.link("join")
async def open_invitation(turn: Turn) -> None:
    """Show somebody with an invitation what is kept and why, and ask for consent."""
    invited, actor = await turn.run(_read_invitation, turn.full_name, turn.text, turn.key)
    await turn.send(views.consent(turn.voice, actor, invited))


def _read_invitation(
    session: Session, actor: Actor, at: Moment, name: str, code: str, key: str
) -> tuple[joining.Invited, Actor]:
    joining.appear(session, actor, at, name)
    invited, actor = joining.read_invitation(session, code), recognise(session, at, actor.address)
    if not actor.is_member:
        conversations.put(session, at, actor.address, JOIN, CONSENT, {"code": code}, key)
    return invited, actor


@routes.tap(ConsentTap, Access.ANYONE)
async def on_consent(turn: Turn, tap: ConsentTap) -> None:
    """Note the consent and ask for the real name."""
    invited = await turn.run(_ask_name, tap.code, turn.key)
    await turn.show(views.ask_name(turn.voice, invited.team))


def _ask_name(session: Session, actor: Actor, at: Moment, code: str, key: str) -> joining.Invited:
    invited = joining.read_invitation(session, code)
    joining.demand_outsider(actor)
    conversations.put(session, at, actor.address, JOIN, "name", {"code": code}, key)
    return invited


async def _show_consent(turn: Turn, code: str) -> None:
    invited = await turn.run(lambda session, _actor, _at: joining.read_invitation(session, code))
    await turn.send(views.consent(turn.voice, turn.actor, invited))


async def _take_consent(turn: Turn, code: str, said: str) -> None:
    """Take a typed 同意 for the button; after anything else, show again what is asked."""
    if re.fullmatch(r"(我?同意|(i )?agree|yes)[。.!！]?", said, re.IGNORECASE) is None:
        await _show_consent(turn, code)
        return
    invited = await turn.run(_ask_name, code, turn.key)
    await turn.send(views.ask_name(turn.voice, invited.team))


async def show_name_question(turn: Turn, conversation: Conversation) -> None:
    """Ask for the consent or the name again."""
    if conversation.step == CONSENT:
        await _show_consent(turn, conversation.data["code"])
        return
    invited = await turn.run(lambda session, _actor, _at: joining.read_invitation(session, conversation.data["code"]))
    await turn.send(views.ask_name(turn.voice, invited.team))


@routes.conversation(JOIN, Access.ANYONE, show_name_question)
async def take_name(turn: Turn, conversation: Conversation) -> None:
    """Take the real name and pass the request on to the team's leaders."""
    name = " ".join(plain(turn.text).split())
    if conversation.step == CONSENT:
        await _take_consent(turn, conversation.data["code"], name)
        return
    if not joining.is_name(name):
        await turn.run(lambda _session, _actor, _at: None)
        await turn.send(views.name_unclear(turn.voice))
        return
    applied = await turn.run(_apply, conversation.data["code"], name)
    await turn.send(views.applied(turn.voice, name, applied))


def _apply(session: Session, actor: Actor, at: Moment, code: str, name: str) -> joining.Applied:
    conversations.drop(session, actor.address, JOIN)
    return joining.apply(session, actor, at, code, name)


@routes.tap(AdmitTap, Access.LEADER)
async def on_admit(turn: Turn, tap: AdmitTap) -> None:
    """通过 / 拒绝."""
    decided = await turn.run(joining.decide, tap.applicant, admit=tap.admit)
    await turn.show(views.decided(turn.voice, decided), turn.voice("toast.done"))
    await offer_menu(turn.bot, decided.person, turn.commands)


@routes.command("cancel", Access.ANYONE)
async def cancel(turn: Turn) -> None:
    """Leave the open conversation, whatever it was, and forget it."""
    dropped = await turn.run(_drop)
    await turn.send(views.cancelled(turn.voice, turn.actor, dropped))


def _drop(session: Session, actor: Actor, _at: Moment) -> str | None:
    return conversations.drop(session, actor.address)


@routes.tap(CancelTap, Access.ANYONE)
async def on_cancel(turn: Turn, _tap: CancelTap) -> None:
    """Do what /cancel does, under the finger."""
    dropped = await turn.run(_drop)
    await turn.show(views.cancelled(turn.voice, turn.actor, dropped))


@routes.command("help", Access.ANYONE, in_groups=True)
async def help_(turn: Turn) -> None:
    """Say what can be done here, by role."""
    await turn.run(lambda _session, _actor, _at: None)
    if turn.in_group:
        await turn.send(fallbacks.for_group(turn.room_voice, turn.room_voice("help.group"), turn.bot.username))
        return
    await turn.send(fallbacks.help_screen(turn.voice, turn.actor))


@routes.tap(NothingTap, Access.ANYONE)
async def on_nothing(turn: Turn, _tap: NothingTap) -> None:
    """A button that only shows something."""
    await turn.run(lambda _session, _actor, _at: None)
    await turn.toast()


MENU_TAP = MenuTap
"""Handled in `handlers/__init__`, where all commands are known."""
