"""What somebody reads who is not allowed to do something, taps an old button, or writes without being asked."""

import datetime as dt

from markupsafe import Markup

from bot.access import Denied, level
from bot.callbacks.common import MenuTap
from bot.callbacks.said import BroadcastSaidTap, PassOnTap, PublishSaidTap
from bot.texts.voice import Voice
from bot.views.broadcast_copy import receipt_rows
from bot.views.menu import menu, words_row
from bot.views.screen import PRIMARY, Button, Screen, lines
from corps.activities.card_queries import Outline
from corps.membership.said import Meaning, PassedOn, Said
from corps.pages.devices import WEB
from corps.people import Actor, Office
from corps.refusals import Reason, Refused
from models.enums import MemberStatus


def denied(voice: Voice, door: Denied, private: str = "", *, tapped: bool = False) -> Screen:
    """Return the refusal for somebody who may not do this: an alert after a tap, else a message with what they may do.

    `private`: in a group, the link to the private chat.
    """
    actor = door.actor
    if not actor.is_member:
        screen = outside(voice, actor)
    else:
        needs = lines(voice(f"door.needs_{door.needs.name.lower()}"), _ask(voice, door, private))
        alone = bool(private) or tapped
        screen = Screen(needs if alone else lines(needs, voice("door.instead")), menu(voice, actor))
    return for_group(voice, screen.text, private) if private else screen


def _ask(voice: Voice, door: Denied, private: str) -> Markup:
    """Return whom the person can ask; with names only in a private chat."""
    if not door.ask or private:
        return voice("door.ask_anybody")
    key = "door.ask_leader" if door.leaders else "door.ask_coordinator"
    return voice(key, names=voice("list.comma").join(door.ask))


def outside(voice: Voice, actor: Actor) -> Screen:
    """Return the message for somebody who is not a member, by their state: how to join, or what they wait for."""
    match actor.status:
        case MemberStatus.APPLICANT:
            return Screen(voice("door.applicant", team=actor.team_name))
        case MemberStatus.DECLINED:
            return Screen(voice("door.declined"))
        case MemberStatus.LEFT:
            return Screen(voice("door.left"))
        case _:
            before = ("", voice("door.known_before")) if actor.address.channel == WEB else ()
            return Screen(lines(voice("door.stranger"), *before))


def from_link(voice: Voice, actor: Actor, outline: Outline | None, *, joining: bool = False) -> Screen:
    """Return what a non-member reads behind an activity's link: what it is, or that it leads nowhere; and how to join.

    Who is in the middle of `joining` is asked on instead.
    """
    on = lines("", outside(voice, actor).text) if not joining else None
    if outline is None:
        return Screen(lines(voice("door.wrong_link"), on))
    when = voice.span(outline.starts_at, outline.ends_at)
    gone = (
        voice("card.outline_cancelled") if outline.cancelled else voice("card.outline_over") if outline.over else None
    )
    said = voice("card.outline", title=outline.title, when=when, place=outline.place)
    teams = voice("card.outline_teams", teams=voice("list.comma").join(outline.teams)) if outline.teams else None
    return Screen(lines(said, teams, gone, on))


def refused(voice: Voice, no: Refused) -> Screen:
    """Return the sentence for a refusal of `corps`."""
    facts = {name: voice.moment(value) if isinstance(value, dt.datetime) else value for name, value in no.facts.items()}
    said = voice(f"refused.{no.reason.value}", **facts)
    by = voice("refusal.by", by=facts["by"], when=facts["when"]) if "by" in facts else None
    return Screen(lines(said, by), (words_row(voice, _AGAIN[no.reason]),) if no.reason in _AGAIN else ())


_AGAIN = {Reason.NUMBER_UNKNOWN: "cert"}
"""The commands whose words are asked for once more after a refusal."""


def unknown_command(voice: Voice, actor: Actor) -> Screen:
    """Return the answer to a command that does not exist."""
    return Screen(voice("door.unknown_command"), menu(voice, actor))


def nothing_asked(voice: Voice, actor: Actor) -> Screen:
    """Return the answer to words, a photo or a sticker when nothing was asked."""
    if not actor.is_member:
        return outside(voice, actor)
    return Screen(voice("door.nothing_asked", name=actor.name), menu(voice, actor))


def edited(voice: Voice) -> Screen:
    """Return the message that editing a message changes no answer, and how to change one."""
    return Screen(voice("door.edited"))


def only_private(voice: Voice, private: str) -> Screen:
    """Return the way from a group to the private chat."""
    return for_group(voice, voice("door.only_private"), private)


def for_group(voice: Voice, text: Markup, private: str) -> Screen:
    """Return a text for a group, where the menu's buttons do nothing: under it, the way to the private chat."""
    return Screen(text, ((Button(voice("door.open_private"), url=private),),))


def help_screen(voice: Voice, actor: Actor) -> Screen:
    """Return what can be done here, by role."""
    return Screen(voice(f"help.{level(actor).name.lower()}"), menu(voice, actor))


def heard(voice: Voice, actor: Actor, said: Said) -> Screen:
    """Return what can be done with the words, and the menu."""
    if said.meaning is Meaning.NOTICE:
        row = (
            Button(voice("button.publish_said"), PublishSaidTap(said.sign), style=PRIMARY),
            Button(voice("button.broadcast_said"), BroadcastSaidTap(said.sign)),
        )
        whose = "said.notice" if actor.is_coordinator else "said.notice_of_leader"
        return Screen(voice(whose), (row, (Button(voice("menu.help"), MenuTap("help")),)))
    if said.meaning in (Meaning.RECEIPT, Meaning.THANKS, Meaning.OKAY):
        answer = voice(f"said.{said.meaning.value}")
        if said.waiting is not None and said.waiting.waiting:
            return Screen(lines(answer, voice("said.waiting")), receipt_rows(voice, said.waiting))
        return Screen(answer, menu(voice, actor))
    if not said.office.people:
        return nothing_asked(voice, actor)
    names = voice("list.comma").join(member.name for member in said.office.people)
    button = Button(voice("button.pass_on", names=names[:_NAMES]), PassOnTap(said.sign))
    text = lines(voice(f"said.{said.meaning.value}"), _who(voice, "will_see", said.office), "", voice("said.or_menu"))
    return Screen(text, ((button,), *menu(voice, actor)))


_NAMES = 20
"""Characters of names on a button."""


def passed_on(voice: Voice, office: Office) -> Screen:
    """Return the message that the words were passed on, and to whom."""
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
