"""The answers to words that nobody asked for: a notice, a question, or what is not understood."""

from markupsafe import Markup

from bot.callbacks.common import MenuTap
from bot.callbacks.said import BroadcastSaidTap, PassOnTap, PublishSaidTap
from bot.texts.voice import Voice
from bot.views import fallbacks
from bot.views.menu import menu
from bot.views.screen import PRIMARY, Button, Screen, lines
from corps.membership.said import Meaning, PassedOn, Said
from corps.people import Actor, Office


def answer(voice: Voice, actor: Actor, said: Said) -> Screen:
    """Return what can be done with the words, and the menu."""
    if said.meaning is Meaning.NOTICE:
        row = (
            Button(voice("button.publish_said"), PublishSaidTap(said.sign), style=PRIMARY),
            Button(voice("button.broadcast_said"), BroadcastSaidTap(said.sign)),
        )
        return Screen(voice("said.notice"), (row, (Button(voice("menu.help"), MenuTap("help")),)))
    if not said.office.people:
        return fallbacks.nothing_asked(voice, actor)
    names = voice("list.comma").join(member.name for member in said.office.people)
    button = Button(voice("button.pass_on", names=names[:_NAMES]), PassOnTap(said.sign))
    text = lines(voice(f"said.{said.meaning.value}"), _who(voice, "will_see", said.office), "", voice("said.or_menu"))
    return Screen(text, ((button,), *menu(voice, actor)))


_NAMES = 20
"""Characters of names on a button."""


def passed_on(voice: Voice, office: Office) -> Screen:
    """Return who sees the words now."""
    return Screen(_who(voice, "passed_on", office))


def _who(voice: Voice, what: str, office: Office) -> Markup:
    who = "coordinators" if office.stands_in else "leaders"
    names = voice("list.comma").join(member.name for member in office.people)
    said = what if office.hears else f"{what}_later"
    return voice(f"said.{said}", who=voice(f"said.{who}", names=names))


def question(voice: Voice, words: PassedOn) -> Screen:
    """Return somebody's words, for those who answer for the team."""
    more = voice("said.cut") if words.cut else None
    team = words.team or voice("said.no_team")
    return Screen(lines(voice("notice.question", name=words.name, team=team, text=words.text), more))
