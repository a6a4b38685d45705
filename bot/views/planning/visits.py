"""Visits of pairings: when, who went; and what is agreed with a partner."""

import datetime as dt

from markupsafe import Markup

from bot.callbacks.common import CancelTap
from bot.callbacks.pairings import TermsTap, VisitDoneTap, VisitorTap, VisitPageTap, VisitTap
from bot.callbacks.signup import CardTap
from bot.texts.voice import Voice
from bot.views.new_activity import time_trouble
from bot.views.screen import PRIMARY, Button, Row, Screen, lines, named, page_of, pager, rows_of
from corps.pairings.pairing_cards import PairingCard
from corps.visits.visit_form import FIELDS, TermsStand, VisitStand

A_PAGE = 16
_TICK = "☑️ "


def question(voice: Voice, stand: VisitStand, number: int = 0) -> Screen:
    """Return the next question about a visit: when it was, or who went."""
    cancel = (Button(voice("button.cancel"), CancelTap()),)
    heading = voice("visit.heading", partner=stand.partner)
    if stand.starts is None or stand.ends is None:
        trouble = time_trouble(voice, stand.problem.value, stand.what) if stand.problem else None
        ahead = voice("visit.ahead") if stand.ahead else voice("visit.endless") if stand.endless else None
        return Screen(lines(heading, trouble, ahead, voice("visit.ask_when")), (cancel,))
    page = page_of(len(stand.team_people), number, A_PAGE)
    buttons = [
        Button(
            f"{_TICK if one.member_id in stand.chosen else ''}{one.name}",
            VisitorTap(one.member_id, one.member_id not in stand.chosen, page.number),
        )
        for one in stand.team_people[page.start : page.stop]
    ]
    done = (Button(voice.plain("visit.done", n=len(stand.chosen)), VisitDoneTap(), style=PRIMARY),)
    zone = voice.zone
    when = voice.span(zone.instant(stand.starts), zone.instant(stand.ends))
    unread = voice("visit.unread_names", names=named(voice, stand.unread)) if stand.unread else None
    text = lines(heading, voice("visit.when", when=when), unread, voice("visit.ask_people"))
    rows = (*rows_of(buttons, 2), *pager(page, VisitPageTap), *((done,) if stand.chosen else ()), cancel)
    return Screen(text, rows)


def terms_question(voice: Voice, stand: TermsStand) -> Screen:
    """Return the question for one field of the agreement, below an answer that was not understood."""
    unread = voice("visit.unread", what=stand.unread) if stand.unread else None
    text = lines(unread, voice(f"visit.ask_{stand.field}", partner=stand.partner))
    return Screen(text, ((Button(voice("button.cancel"), CancelTap()),),))


def kept(voice: Voice, card: PairingCard) -> list[Markup]:
    """Return the agreement with a partner and its visits, a line each."""
    said = {"contact": card.contact, "agreed": card.agreed, "until": _day(voice, card.until)}
    visits = voice("list.comma").join(
        voice("visit.on" if one.verified else "visit.on_unverified", day=voice.date(one.day)) for one in card.visits
    )
    return [
        *(voice(f"visit.{name}", value=value) for name, value in said.items() if value),
        *([voice("visit.last", days=visits)] if card.visits else []),
        *([voice("visit.idle", n=card.idle_days)] if card.idle_days else []),
    ]


def _day(voice: Voice, day: dt.date | None) -> str:
    return voice.day(day, year=True) if day is not None else ""


def ways(voice: Voice, card: PairingCard) -> list[Row]:
    """Return the buttons of a confirmed pairing: visit, last report, agreement."""
    if not card.may_keep:
        return []
    rows: list[Row] = [(Button(voice("button.visit"), VisitTap(card.id), style=PRIMARY),)]
    if card.visits:
        rows.append((Button(voice("visit.see_last"), CardTap(card.visits[0].activity_id)),))
    rows.append(tuple(Button(voice(f"button.visit_{name}"), TermsTap(card.id, name)) for name in FIELDS))
    return rows
