"""What somebody reads at a closed door: a stranger, a member at a coordinator's command, an old button."""

import datetime as dt

from markupsafe import Markup

from bot.access import Denied, level
from bot.texts.voice import Voice
from bot.views.menu import menu
from bot.views.screen import Button, Screen, lines
from corps.people import Actor
from corps.refusals import Refused
from models.enums import MemberStatus


def denied(voice: Voice, door: Denied, private: str = "", *, tapped: bool = False) -> Screen:
    """Return what somebody reads who may not do this: an alert on a tap, else with what they may do instead.

    `private`: in a group, the link to the private chat.
    """
    actor = door.actor
    if not actor.is_member:
        screen = outside(voice, actor)
    else:
        needs = voice(f"door.needs_{door.needs.name.lower()}")
        alone = bool(private) or tapped
        screen = Screen(needs if alone else lines(needs, voice("door.instead")), menu(voice, actor))
    return for_group(voice, screen.text, private) if private else screen


def outside(voice: Voice, actor: Actor) -> Screen:
    """Return what somebody reads who is not in the corps, and how to get in: each by where they stand."""
    match actor.status:
        case MemberStatus.APPLICANT:
            return Screen(voice("door.applicant", team=actor.team_name))
        case MemberStatus.DECLINED:
            return Screen(voice("door.declined"))
        case MemberStatus.LEFT:
            return Screen(voice("door.left"))
        case _:
            return Screen(voice("door.stranger"))


def refused(voice: Voice, no: Refused) -> Screen:
    """Return the sentence for what the corps said no to."""
    facts = {name: voice.moment(value) if isinstance(value, dt.datetime) else value for name, value in no.facts.items()}
    said = voice(f"refused.{no.reason.value}", **facts)
    return Screen(lines(said, voice("refusal.by", by=facts["by"], when=facts["when"]) if "by" in facts else None))


def unknown_command(voice: Voice, actor: Actor) -> Screen:
    """Return the answer to a command that does not exist."""
    return Screen(voice("door.unknown_command"), menu(voice, actor))


def nothing_asked(voice: Voice, actor: Actor) -> Screen:
    """Return the answer to words, a photo or a sticker when nothing was asked."""
    if not actor.is_member:
        return outside(voice, actor)
    return Screen(voice("door.nothing_asked", name=actor.name), menu(voice, actor))


def edited(voice: Voice) -> Screen:
    """Return how to change an answer: editing the message does not."""
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
