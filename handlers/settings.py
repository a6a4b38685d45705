"""/settings: language, reminders, pause, name; what is held, taking it along, leaving, erasing."""

from dataclasses import replace

from bot.access import Access
from bot.callbacks.settings import (
    EraseTap,
    ExportTap,
    KeyboardTap,
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
from bot.views import fallbacks
from bot.views import settings as views
from bot.views.menu import keyboard, no_keyboard
from bot.views.screen import Screen
from corps.conversations import Conversation
from corps.membership import settings_form
from corps.membership.preferences import Pause
from corps.membership.settings_form import KIND
from corps.records import personal_data

routes = Routes()


@routes.command("settings", Access.ANYONE)
async def settings(turn: Turn) -> None:
    """Show what can be set; a stranger, of whom nothing is held, gets the way in."""
    chosen = await turn.run(settings_form.begin)
    if chosen is None:
        await turn.send(fallbacks.outside(turn.voice, turn.actor))
        return
    await turn.send(views.settings_screen(turn.voice, turn.actor, chosen))


@routes.tap(PaneTap, Access.ANYONE)
async def on_pane(turn: Turn, tap: PaneTap) -> None:
    """Show a screen of the settings."""
    await turn.show(await _pane(turn, tap.pane))


async def _pane(turn: Turn, pane: Pane) -> Screen:
    if pane is Pane.DATA:
        everything = await turn.run(personal_data.everything)
        return views.data_screen(turn.voice, everything)
    chosen = await turn.run(settings_form.look, members_only=pane in (Pane.REMINDERS, Pane.PAUSE, Pane.LEAVE))
    match pane:
        case Pane.REMINDERS:
            return views.reminders_screen(turn.voice, chosen)
        case Pane.PAUSE:
            return views.pause_screen(turn.voice)
        case Pane.LEAVE:
            return views.leave_screen(turn.voice, turn.actor)
        case Pane.ERASE | Pane.ERASE_SURE:
            return views.erase_screen(turn.voice, sure=pane is Pane.ERASE_SURE)
        case _:
            return views.settings_screen(turn.voice, turn.actor, chosen)


@routes.tap(LanguageTap, Access.ANYONE)
async def on_language(turn: Turn, tap: LanguageTap) -> None:
    """Speak the other language, from this answer on."""
    actor, chosen = await turn.run(settings_form.set_language, tap.language)
    turn.known_as(actor)
    screen = views.settings_screen(turn.voice, actor, chosen)
    await turn.show(replace(screen, keyboard=keyboard(turn.voice, actor)))
    await turn.offer_menu(actor)


@routes.tap(KeyboardTap, Access.MEMBER)
async def on_keyboard(turn: Turn, tap: KeyboardTap) -> None:
    """Have the keyboard, or not."""
    actor, chosen = await turn.run(settings_form.set_keyboard, on=tap.on)
    screen = views.settings_screen(turn.voice, actor, chosen)
    laid = keyboard(turn.voice, actor) if tap.on else no_keyboard(turn.voice, replace(actor, keyboard=True))
    await turn.show(replace(screen, keyboard=laid), turn.voice("toast.done"))


@routes.tap(RemindersTap, Access.MEMBER)
async def on_reminders(turn: Turn, tap: RemindersTap) -> None:
    """Reminders on or off."""
    chosen = await turn.run(settings_form.set_reminders, on=tap.on)
    await turn.show(views.reminders_screen(turn.voice, chosen), turn.voice("toast.done"))


@routes.tap(LeadTap, Access.MEMBER)
async def on_lead(turn: Turn, tap: LeadTap) -> None:
    """Want or not want one of the reminders."""
    chosen = await turn.run(settings_form.set_lead, tap.minutes, on=tap.on)
    await turn.show(views.reminders_screen(turn.voice, chosen), turn.voice("toast.done"))


@routes.redraw(LeadTap)
async def redraw_leads(turn: Turn, _tap: LeadTap) -> None:
    """Show the reminders that there are now."""
    chosen = await turn.run(settings_form.look, members_only=True)
    await turn.show(views.reminders_screen(turn.voice, chosen))


@routes.tap(PauseTap, Access.MEMBER)
async def on_pause(turn: Turn, tap: PauseTap) -> None:
    """Pause, or no longer."""
    chosen = await turn.run(settings_form.set_pause, tap.pause)
    said = turn.voice("pause.over" if tap.pause is Pause.OVER else "pause.done")
    await turn.show(views.settings_screen(turn.voice, turn.actor, chosen, said))


@routes.tap(RenameTap, Access.MEMBER)
async def on_rename(turn: Turn, _tap: RenameTap) -> None:
    """Ask for the right name."""
    named = await turn.run(settings_form.ask_name, turn.key)
    await turn.show(views.named_screen(turn.voice, named))


async def show_name_question(turn: Turn, _conversation: Conversation) -> None:
    """Ask for the right name again."""
    named = await turn.run(settings_form.ask_name_again)
    await turn.send(views.named_screen(turn.voice, named))


@routes.conversation(KIND, Access.MEMBER, show_name_question)
async def take_name(turn: Turn, _conversation: Conversation) -> None:
    """Take the right name."""
    named = await turn.run(settings_form.take_name, turn.text)
    await turn.send(views.named_screen(turn.voice, named))


@routes.tap(ExportTap, Access.ANYONE)
async def on_export(turn: Turn, _tap: ExportTap) -> None:
    """Send everything held, as a file."""
    everything = await turn.run(personal_data.everything)
    await turn.toast()
    await turn.send(views.export_screen(turn.voice, everything, turn.database.clock.now()))


@routes.tap(LeaveTap, Access.MEMBER)
async def on_leave(turn: Turn, _tap: LeaveTap) -> None:
    """Leave the corps."""
    actor, released = await turn.run(settings_form.leave)
    await turn.show(views.left_screen(turn.voice, released, turn.actor))
    await turn.offer_menu(actor)


@routes.tap(EraseTap, Access.ANYONE)
async def on_erase(turn: Turn, _tap: EraseTap) -> None:
    """Erase what is held: confirmed twice."""
    stranger = await turn.run(settings_form.erase)
    await turn.show(views.erased_screen(turn.voice, turn.database.last_copy_goes(), turn.actor))
    await turn.offer_menu(stranger)
