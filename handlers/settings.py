"""/settings: language, reminders, pause, name; what is held, taking it along, leaving, erasing."""

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.settings import (
    EraseTap,
    ExportTap,
    LanguageTap,
    LeadTap,
    LeaveTap,
    Pane,
    PaneTap,
    PauseTap,
    RemindersTap,
    RenameTap,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.telegram.menu import offer_menu
from bot.views import fallbacks
from bot.views import settings as views
from bot.views.screen import Screen
from corps import conversations
from corps.conversations import Conversation
from corps.membership import erasure, leaving, preferences
from corps.membership.preferences import Pause, Preferences
from corps.moment import Moment
from corps.people import Actor, recognise
from corps.records import personal_data
from corps.refusals import Reason, Refused

routes = Routes()
KIND = "rename"


@routes.command("settings", Access.ANYONE)
async def settings(turn: Turn) -> None:
    """Show what can be set; a stranger, of whom nothing is held, gets the way in."""
    chosen = await turn.run(_choices_if_known)
    if chosen is None:
        await turn.send(fallbacks.outside(turn.voice, turn.actor))
        return
    await turn.send(views.settings_screen(turn.voice, turn.actor, chosen))


def _choices_if_known(session: Session, actor: Actor, at: Moment) -> Preferences | None:
    return preferences.read(session, actor, at) if actor.member_id is not None else None


@routes.tap(PaneTap, Access.ANYONE)
async def on_pane(turn: Turn, tap: PaneTap) -> None:
    """Show a screen of the settings."""
    await turn.show(await _pane(turn, tap.pane))


async def _pane(turn: Turn, pane: Pane) -> Screen:
    if pane is Pane.DATA:
        everything = await turn.run(personal_data.everything)
        return views.data_screen(turn.voice, everything)
    chosen = await turn.run(_look, members_only=pane in (Pane.REMINDERS, Pane.PAUSE, Pane.LEAVE))
    match pane:
        case Pane.REMINDERS:
            return views.reminders_screen(turn.voice, chosen)
        case Pane.PAUSE:
            return views.pause_screen(turn.voice)
        case Pane.LEAVE:
            return views.leave_screen(turn.voice)
        case Pane.ERASE | Pane.ERASE_SURE:
            return views.erase_screen(turn.voice, sure=pane is Pane.ERASE_SURE)
        case _:
            return views.settings_screen(turn.voice, turn.actor, chosen)


def _look(session: Session, actor: Actor, at: Moment, *, members_only: bool) -> Preferences:
    """Return the choices, and leave the question for the name if it was open."""
    if members_only and not actor.is_member:
        raise Refused(Reason.NOT_MEMBER)
    conversations.drop(session, actor.address, KIND)
    return preferences.read(session, actor, at)


@routes.tap(LanguageTap, Access.ANYONE)
async def on_language(turn: Turn, tap: LanguageTap) -> None:
    """Speak the other language, from this answer on."""
    actor, chosen = await turn.run(_set_language, tap)
    turn.known_as(actor)
    await turn.show(views.settings_screen(turn.voice, actor, chosen))
    await offer_menu(turn.bot, actor, turn.commands)


def _set_language(session: Session, actor: Actor, at: Moment, tap: LanguageTap) -> tuple[Actor, Preferences]:
    preferences.set_language(session, actor, at, tap.language)
    return recognise(session, at, actor.address), preferences.read(session, actor, at)


@routes.tap(RemindersTap, Access.MEMBER)
async def on_reminders(turn: Turn, tap: RemindersTap) -> None:
    """Reminders on or off."""
    chosen = await turn.run(_set_reminders, tap)
    await turn.show(views.reminders_screen(turn.voice, chosen), turn.voice("toast.done"))


def _set_reminders(session: Session, actor: Actor, at: Moment, tap: RemindersTap) -> Preferences:
    preferences.set_reminders(session, actor, at, on=tap.on)
    return preferences.read(session, actor, at)


@routes.tap(LeadTap, Access.MEMBER)
async def on_lead(turn: Turn, tap: LeadTap) -> None:
    """Want or not want one of the reminders."""
    chosen = await turn.run(_set_lead, tap)
    await turn.show(views.reminders_screen(turn.voice, chosen), turn.voice("toast.done"))


def _set_lead(session: Session, actor: Actor, at: Moment, tap: LeadTap) -> Preferences:
    preferences.set_lead(session, actor, at, tap.minutes, on=tap.on)
    return preferences.read(session, actor, at)


@routes.tap(PauseTap, Access.MEMBER)
async def on_pause(turn: Turn, tap: PauseTap) -> None:
    """Pause, or no longer."""
    chosen = await turn.run(_set_pause, tap)
    said = turn.voice("pause.over" if tap.pause is Pause.OVER else "pause.done")
    await turn.show(views.settings_screen(turn.voice, turn.actor, chosen, said))


def _set_pause(session: Session, actor: Actor, at: Moment, tap: PauseTap) -> Preferences:
    preferences.set_pause(session, actor, at, tap.pause)
    return preferences.read(session, actor, at)


@routes.tap(RenameTap, Access.MEMBER)
async def on_rename(turn: Turn, _tap: RenameTap) -> None:
    """Ask for the right name."""
    await turn.run(_ask_name, turn.key)
    await turn.show(views.ask_name(turn.voice, turn.actor))


def _ask_name(session: Session, actor: Actor, at: Moment, key: str) -> None:
    conversations.put(session, at, actor.address, KIND, "name", {}, key)


async def show_name_question(turn: Turn, _conversation: Conversation) -> None:
    """Ask for the right name again."""
    await turn.run(preferences.read)
    await turn.send(views.ask_name(turn.voice, turn.actor))


@routes.conversation(KIND, Access.MEMBER, show_name_question)
async def take_name(turn: Turn, _conversation: Conversation) -> None:
    """Take the right name."""
    try:
        actor, chosen = await turn.run(_rename, turn.text)
    except Refused as no:
        if no.reason is not Reason.NOT_A_NAME:
            raise
        await turn.send(views.ask_name(turn.voice, turn.actor, unclear=True))
        return
    await turn.send(views.settings_screen(turn.voice, actor, chosen, turn.voice("settings.renamed", name=actor.name)))


def _rename(session: Session, actor: Actor, at: Moment, typed: str) -> tuple[Actor, Preferences]:
    preferences.rename(session, actor, at, typed)
    conversations.drop(session, actor.address, KIND)
    return recognise(session, at, actor.address), preferences.read(session, actor, at)


@routes.tap(ExportTap, Access.ANYONE)
async def on_export(turn: Turn, _tap: ExportTap) -> None:
    """Send everything held, as a file."""
    everything = await turn.run(personal_data.everything)
    await turn.toast()
    await turn.send(views.export_screen(turn.voice, everything, turn.database.clock.now()))


@routes.tap(LeaveTap, Access.MEMBER)
async def on_leave(turn: Turn, _tap: LeaveTap) -> None:
    """Leave the corps."""
    actor, released = await turn.run(_leave)
    await turn.show(views.left_screen(turn.voice, released))
    await offer_menu(turn.bot, actor, turn.commands)


def _leave(session: Session, actor: Actor, at: Moment) -> tuple[Actor, int]:
    released = leaving.leave(session, actor, at)
    return recognise(session, at, actor.address), released


@routes.tap(EraseTap, Access.ANYONE)
async def on_erase(turn: Turn, _tap: EraseTap) -> None:
    """Erase what is held: confirmed twice."""
    stranger = await turn.run(_erase)
    await turn.show(views.erased_screen(turn.voice))
    await offer_menu(turn.bot, stranger, turn.commands)


def _erase(session: Session, actor: Actor, at: Moment) -> Actor:
    erasure.erase(session, actor, at)
    return recognise(session, at, actor.address)
