"""Joining: welcome, consent, the real name, and the request that leaders read."""

from bot.callbacks.common import CancelTap
from bot.callbacks.joining import AdmitTap, ConsentAgainTap, ConsentTap
from bot.texts.voice import Voice
from bot.views import fallbacks
from bot.views.menu import keyboard, menu
from bot.views.screen import DANGER, SUCCESS, Button, Row, Screen, lines, named
from corps.membership.join_form import CONSENT, Stand
from corps.membership.join_requests import Applicant
from corps.membership.joining import Applied, Decided, Invited, Request
from corps.people import Actor


def welcome(voice: Voice, actor: Actor) -> Screen:
    """Return the greeting for /start, by who it is."""
    if actor.is_member:
        role = "coordinator" if actor.is_coordinator else "leader" if actor.is_leader else "member"
        text = voice(f"start.{role}", name=actor.name, team=actor.team_name)
        return Screen(text, menu(voice, actor), keyboard=keyboard(voice, actor))
    return fallbacks.outside(voice, actor)


def screen(voice: Voice, stand: Stand) -> Screen:
    """Return the present step of joining: the question for consent or for the name, or that the request was made."""
    if stand.applied is not None:
        return applied(voice, stand.name, stand.applied)
    if stand.unclear or stand.invited is None:
        return name_unclear(voice)
    return consent(voice, stand.actor, stand.invited) if stand.step == CONSENT else ask_name(voice, stand.invited.team)


def consent(voice: Voice, actor: Actor, invited: Invited) -> Screen:
    """Return which data are kept and why, with 同意; or that the person is a member already."""
    if actor.is_member and (actor.team_name or not actor.is_coordinator):
        return Screen(voice("refused.already_member", team=actor.team_name), menu(voice, actor))
    row = (Button(voice("button.consent"), ConsentTap(invited.code), style=SUCCESS),)
    return Screen(voice("consent.text", team=invited.team), (row,))


def consent_again(voice: Voice) -> Screen:
    """Return what is kept now, with 同意, for a member who has agreed to an earlier version."""
    return Screen(voice("consent.again"), ((Button(voice("button.consent"), ConsentAgainTap(), style=SUCCESS),),))


def ask_name(voice: Voice, team: str) -> Screen:
    """Return the question for the real name."""
    return Screen(voice("join.ask_name", team=team), _way_out(voice))


def _way_out(voice: Voice) -> tuple[Row, ...]:
    return ((Button(voice("button.cancel"), CancelTap()),),)


def name_unclear(voice: Voice) -> Screen:
    """Return the question again, saying what a name looks like."""
    return Screen(voice("join.name_unclear"), _way_out(voice))


def applied(voice: Voice, name: str, done: Applied) -> Screen:
    """Return the message that the request was made, and who decides it."""
    if done.office is None:
        return Screen(voice("join.applied_in", name=name, team=done.team))
    if not done.office.hears:
        return Screen(voice("join.applied_unheard", name=name, team=done.team))
    who = "coordinators" if done.office.stands_in else "leaders"
    names = named(voice, done.office.names)
    return Screen(voice("join.applied", name=name, who=voice(f"join.who_{who}", team=done.team, names=names)))


def decided(voice: Voice, done: Decided) -> Screen:
    """Return the notice of what was decided."""
    return Screen(voice("join.admitted" if done.admitted else "join.declined", name=done.name))


def cancelled(voice: Voice, actor: Actor, dropped: str | None) -> Screen:
    """Return the message that the conversation was ended."""
    return Screen(voice("cancel.done" if dropped else "cancel.nothing"), menu(voice, actor))


def request(voice: Voice, applicant: Applicant) -> Screen:
    """Return somebody's request to join, with 通过 / 拒绝."""
    own, sign = applicant.id, applicant.sign
    admit = AdmitTap(own, admit=True, shown=sign, listed=applicant.listed)
    label = "button.admit_former" if applicant.former else "button.admit_listed" if applicant.listed else "button.admit"
    row = (
        Button(voice(label), admit, style=SUCCESS),
        Button(voice("button.decline"), AdmitTap(own, admit=False, shown=sign), style=DANGER),
    )
    text = voice("notice.join_request", name=applicant.name, team=applicant.team)
    if not applicant.listed:
        return Screen(text, (row,))
    other = (Button(voice("button.admit_other"), AdmitTap(own, admit=True, shown=sign)),)
    who = "former_elsewhere" if applicant.elsewhere else "former" if applicant.former else "listed"
    why = voice(f"join.{who}", name=applicant.name)
    return Screen(lines(text, "", why), (row, other))


def request_again(voice: Voice, seen: Request) -> Screen:
    """Return a request as it is now: open, or decided, by whom and when."""
    if seen.open is not None:
        return request(voice, seen.open)
    by = voice("refusal.by", by=seen.by, when=voice.moment(seen.when)) if seen.when is not None else None
    return Screen(lines(voice("refused.already_decided", name=seen.name), by))
