"""/start and the way in: a team's invitation, consent, the real name, and 通过 / 拒绝. Also /help and /cancel."""

from bot.access import Access
from bot.callbacks.common import CancelTap, NothingTap
from bot.callbacks.joining import AdmitTap, ConsentAgainTap, ConsentTap
from bot.routing.incoming import Event
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import fallbacks
from bot.views import joining as views
from bot.views.screen import Screen
from corps.membership import join_form, joining
from corps.membership.join_form import KIND

routes = Routes()


@routes.command("start", Access.ANYONE)
async def start(turn: Turn) -> None:
    """Welcome somebody: a named coordinator, a member, an applicant, a stranger."""
    welcome = await turn.run(join_form.welcome, turn.full_name)
    await turn.send(views.welcome(turn.voice, welcome.actor))
    if welcome.ask_consent:
        await turn.send(views.consent_again(turn.voice))
    await turn.offer_menu(welcome.actor)


@routes.tap(ConsentAgainTap, Access.MEMBER)
async def on_consent_again(turn: Turn, _tap: ConsentAgainTap) -> None:
    """同意 to the present version."""
    await turn.run(joining.consent_again)
    await turn.show(Screen(turn.voice("consent.thanks")), turn.voice("toast.done"))


@routes.event(Event.PRESENCE)
async def on_presence(turn: Turn) -> None:
    """Take note of somebody who blocks the bot, or is back."""
    await turn.run(joining.note_reach, reachable=turn.incoming.present)


@routes.link("join")
async def open_invitation(turn: Turn) -> None:
    """Show somebody with an invitation what is kept and why, and ask for consent."""
    stand = await turn.run(join_form.open_invitation, turn.full_name, turn.text, turn.key)
    await turn.send(views.screen(turn.voice, stand))


@routes.tap(ConsentTap, Access.ANYONE)
async def on_consent(turn: Turn, tap: ConsentTap) -> None:
    """Note the consent and ask for the real name."""
    stand = await turn.run(join_form.consent, tap.code, turn.key)
    await turn.show(views.screen(turn.voice, stand))


routes.form(KIND, Access.ANYONE, join_form.ask_again, join_form.take, views.screen)


@routes.tap(AdmitTap, Access.LEADER)
async def on_admit(turn: Turn, tap: AdmitTap) -> None:
    """通过 / 拒绝: admit or decline an applicant, who gets the menu of a member."""
    decided = await turn.run(joining.decide, tap.applicant, tap.shown, admit=tap.admit, listed=tap.listed)
    await turn.show(views.decided(turn.voice, decided), turn.voice("toast.done"))
    await turn.offer_menu(decided.person)


@routes.redraw(ConsentTap)
async def redraw_consent(turn: Turn, _tap: ConsentTap) -> None:
    """Show a member where they are; whoever is none keeps the words, without the buttons."""
    await turn.pass_gate()
    await turn.show(views.welcome(turn.voice, turn.actor))


@routes.redraw("applicant")
async def redraw_request(turn: Turn, tap: AdmitTap) -> None:
    """Show what has become of the request: a card with dead buttons is not left behind."""
    seen = await turn.run(joining.see_request, tap.applicant)
    await turn.show(views.request_again(turn.voice, seen))


@routes.command("cancel", Access.ANYONE)
async def cancel(turn: Turn) -> None:
    """Leave the open conversation, whatever it was, and forget it."""
    dropped = await turn.forget_conversation()
    await turn.send(views.cancelled(turn.voice, turn.actor, dropped))


@routes.tap(CancelTap, Access.ANYONE)
async def on_cancel(turn: Turn, _tap: CancelTap) -> None:
    """Do what /cancel does; the message that was tapped says so."""
    dropped = await turn.forget_conversation()
    await turn.show(views.cancelled(turn.voice, turn.actor, dropped))


@routes.command("help", Access.ANYONE, in_groups=True)
async def help_(turn: Turn) -> None:
    """Say what can be done here, by role."""
    await turn.pass_gate()
    if turn.in_group:
        await turn.send(fallbacks.for_group(turn.room_voice, turn.room_voice("help.group"), turn.link_to()))
        return
    await turn.send(fallbacks.help_screen(turn.voice, turn.actor))


@routes.tap(NothingTap, Access.ANYONE)
async def on_nothing(turn: Turn, _tap: NothingTap) -> None:
    """A button that only shows something."""
    await turn.pass_gate()
    await turn.toast()
