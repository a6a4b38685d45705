"""A member's card for those who may act for the team, and what people read whose place in the corps changes."""

from markupsafe import Markup

from bot.callbacks.pages import PageLinkTap
from bot.callbacks.teams import MemberTap, MoveTap, NicknameTap, RemoveTap, RoleTap, TeamTap
from bot.texts.voice import Voice
from bot.views.menu import menu, no_keyboard
from bot.views.screen import DANGER, SUCCESS, Button, Row, Screen, lines, rows_of, told, told_person
from bot.views.teams import back
from corps.delivery.notice_facts import Facts
from corps.membership.roles import Role
from corps.membership.team_cards import NO_TEAM, MemberCard
from corps.membership.transfers import Transferred
from corps.notices import Due
from corps.notices.declarations import Names
from corps.people import Office
from corps.teams import TeamName


def member_screen(voice: Voice, card: MemberCard, said: Markup | None = None) -> Screen:
    """Return a member's card with the buttons of this reader. `said` is a line about what was just done."""
    roles = [voice(f"role.{word}") for word, on in _roles(card) if on] or [voice("role.member")]
    text = lines(
        said,
        voice("member.title", name=card.name),
        voice("member.nickname", nickname=card.nickname) if card.nickname else None,
        voice("member.team", team=card.team or voice("member.no_team")),
        voice("member.roles", roles=voice("list.comma").join(roles)),
        voice("member.since", day=voice.day(voice.zone.wall(card.since).date(), year=True)),
        voice("member.going", n=card.going) if card.going else None,
        voice("member.unreachable") if card.unreachable else None,
    )
    rows: list[Row] = []
    if card.may.lead:
        rows.append((_role_button(voice, card, Role.LEADER, held=card.is_leader),))
    if card.may.coordinate:
        rows.append((_role_button(voice, card, Role.COORDINATOR, held=card.is_coordinator),))
    rows.append((Button(voice("member.give_nickname"), NicknameTap(card.id)),))
    if card.may.move:
        rows.append((Button(voice("member.move"), MoveTap(card.id, 0)),))
    if card.page_link:
        rows.append((Button(voice("member.page_link"), PageLinkTap(card.id)),))
    if card.may.remove:
        rows.append((Button(voice("member.remove"), RemoveTap(card.id, sure=False), style=DANGER),))
    return Screen(text, (*rows, back(voice, TeamTap(card.team_id, 0))))


def nickname_screen(voice: Voice, card: MemberCard) -> Screen:
    """Ask for a member's nickname."""
    return Screen(voice("member.ask_nickname", name=card.name), (back(voice, MemberTap(card.id)),))


def _roles(card: MemberCard) -> tuple[tuple[str, bool], ...]:
    return (("leader", card.is_leader), ("coordinator", card.is_coordinator))


def _role_button(voice: Voice, card: MemberCard, role: Role, *, held: bool, sure: bool = False) -> Button:
    word = "leader" if role is Role.LEADER else "coordinator"
    key = f"member.un{word}" if held else f"member.{word}"
    tap = RoleTap(card.id, role, on=not held, sure=sure, shown=card.sign)
    return Button(voice(key), tap, style="" if held else SUCCESS)


def role_screen(voice: Voice, card: MemberCard, role: Role, *, on: bool) -> Screen:
    """Ask for confirmation before a role is given or taken, and say what the role means."""
    word = "leader" if role is Role.LEADER else "coordinator"
    asks = voice(f"member.asks_{word}" if on else f"member.asks_un{word}", name=card.name, team=card.team)
    return Screen(asks, ((_role_button(voice, card, role, held=not on, sure=True),), back(voice, MemberTap(card.id))))


def role_said(voice: Voice, card: MemberCard, role: Role, *, on: bool, own: bool) -> Markup:
    """Return which role was given or taken, and whether the person is told; `own`: the reader did it to themselves."""
    word = "leader" if role is Role.LEADER else "coordinator"
    done = voice(f"member.now_{word}" if on else f"member.now_un{word}", name=card.name, team=card.team)
    hears = voice("told.person_later" if card.unreachable else "told.leaders", names=card.name)
    return done if own else lines(done, hears)


def move_screen(voice: Voice, card: MemberCard, teams: list[TeamName]) -> Screen:
    """Return the teams the member can be moved to."""
    buttons = [Button(team.name, MoveTap(card.id, team.id, card.sign)) for team in teams]
    text = lines(voice("member.move_asks", name=card.name), voice("member.move_leads") if card.is_leader else None)
    return Screen(text, (*rows_of(buttons, 2), back(voice, MemberTap(card.id))))


def moved_screen(voice: Voice, moved: Transferred, *, for_coordinator: bool) -> Screen:
    """Return the message that the member is in another team now, with the button back to the reader's list."""
    text = lines(
        voice("member.title", name=moved.person.name),
        voice("member.moved", team=moved.person.team_name),
        told_person(voice, moved.own) or None,
        _receivers(voice, moved.receivers) or None,
        voice("member.released", n=moved.released) if moved.released else None,
    )
    there = moved.person.team_id if for_coordinator else moved.left
    return Screen(text, (back(voice, TeamTap(there or NO_TEAM, 0)),))


def _receivers(voice: Voice, office: Office) -> Markup:
    """Return who is told in the new team: its leaders without their names, which are for their own team."""
    return voice("told.new_team") if office.hears and not office.stands_in else told(voice, office)


def remove_screen(voice: Voice, card: MemberCard) -> Screen:
    """Ask for confirmation before a member is removed, and say what it means."""
    sure = Button(voice("member.remove_sure"), RemoveTap(card.id, sure=True, shown=card.sign), style=DANGER)
    return Screen(voice("member.remove_asks", name=card.name), ((sure,), back(voice, MemberTap(card.id))))


def removed_screen(voice: Voice, removed: Transferred) -> Screen:
    """Return the message that the member was removed from the corps, and whether they are told."""
    freed = voice("member.released", n=removed.released) if removed.released else None
    text = lines(voice("member.removed", name=removed.person.name), freed, told_person(voice, removed.own))
    return Screen(text, (back(voice, TeamTap(removed.left or 0, 0)),))


def role_notice(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return the notice that the person got a role, or lost it."""
    word = "leader" if due.subject["role"] == "is_leader" else "coordinator"
    key = f"notice.role_{word}" if due.subject["on"] else f"notice.role_un{word}"
    return Screen(voice(key, name=facts.actor.name, team=facts.actor.team_name), menu(voice, facts.actor))


def moved_notice(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return the notice that the person was moved to another team."""
    released = due.subject["released"]
    text = lines(
        voice("notice.moved", team=facts.actor.team_name),
        voice("notice.places_ended", n=released) if released else None,
    )
    return Screen(text, menu(voice, facts.actor))


def moved_in_notice(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return a leader's notice that somebody has come from another team."""
    names = facts.the(Names)
    text = voice("notice.moved_in", name=names.person, team=names.team)
    return Screen(text, ((Button(voice.named(names.person), MemberTap(due.subject["member"])),),))


def dismissed_notice(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return the notice that the person was removed from the corps, and how to come back."""
    released = due.subject["released"]
    team = facts.the(Names).team
    text = lines(
        voice("notice.dismissed", team=team) if team else voice("notice.dismissed_corps"),
        voice("notice.places_ended", n=released) if released else None,
        voice("notice.way_back"),
    )
    return Screen(text, keyboard=no_keyboard(voice, facts.actor))
