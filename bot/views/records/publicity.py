"""公示: the hours that a team can object to before they are final, and the objections."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.callbacks.common import CancelTap
from bot.callbacks.mine import MineTap
from bot.callbacks.publicity import (
    ObjectionRejectTap,
    ObjectionUpholdTap,
    ObjectTap,
    PublicityTap,
    PublicTap,
)
from bot.texts.voice import Voice
from bot.views.screen import DANGER, SUCCESS, Button, Page, Row, Screen, asked, lines, pager, rows_of
from corps.delivery.notice_facts import Facts
from corps.notices import Due
from corps.notices.kinds import Kind
from corps.parsing.lengths import cut
from corps.publicity.boards import A_PAGE, PublicCard, PublicLine, PublicList
from corps.publicity.objections import Asking, ObjectionCard
from corps.publicity.openings import Opened
from models.enums import ObjectionState

TITLE_ON_BUTTON = 24
PEOPLE_SHOWN = 60


def list_screen(voice: Voice, found: PublicList) -> Screen:
    """Return a page of the activities and services that can be objected to now."""
    said = [_line(voice, line) for line in found.lines]
    text = lines(voice("publicity.title", n=found.days), "", *(said or [voice("publicity.none")]))
    rows: list[Row] = [*rows_of(_openers(voice, found.lines), 1), *pager(Page(found.page, found.pages), PublicityTap)]
    return Screen(text, (*rows, (Button(voice("button.back"), MineTap(past=False, page=0)),)))


def _openers(voice: Voice, found: Sequence[PublicLine]) -> list[Button]:
    return [
        Button(f"{voice.short_date(one.day)} {cut(one.title, TITLE_ON_BUTTON)}", PublicTap(one.about)) for one in found
    ]


def _line(voice: Voice, line: PublicLine) -> Markup:
    title = voice("publicity.own", title=line.title) if line.own else line.title
    return voice("publicity.line", day=voice.date(line.day, year=True), title=title, until=_until(voice, line))


def _until(voice: Voice, line: PublicLine) -> Markup:
    return voice("publicity.until", until=voice.moment(line.until)) if line.until else voice("publicity.stopped")


def card_screen(voice: Voice, card: PublicCard) -> Screen:
    """Return one activity or service with the people and hours credited, and 有异议."""
    people = [
        voice("publicity.person", name=person.name, hours=voice.hours(person.minutes))
        for person in card.people[:PEOPLE_SHOWN]
    ]
    others = card.others + max(0, len(card.people) - PEOPLE_SHOWN)
    text = lines(
        voice("publicity.heading"),
        _line(voice, card.line),
        "",
        *people,
        voice("publicity.others", n=others) if others else None,
        "",
        voice.rule(card.rounding),
        voice("publicity.about") if card.may_object else voice("publicity.objected"),
    )
    rows: list[Row] = []
    if card.may_object:
        rows.append((Button(voice("button.object"), ObjectTap(card.line.about), style=DANGER),))
    return Screen(text, (*rows, (Button(voice("button.back"), PublicityTap(0)),)))


def asking_screen(voice: Voice, stand: Asking) -> Screen:
    """Ask for the sentence of an objection, or of its rejection."""
    key = "objection.ask_answer" if stand.answer else "objection.ask"
    return Screen(voice(key, title=stand.title), ((Button(voice("button.cancel"), CancelTap()),),))


def objection_card(voice: Voice, card: ObjectionCard, heading: Markup | None = None) -> Screen:
    """Return an objection's card with the buttons of this person."""
    text = lines(
        heading,
        voice("objection.title"),
        voice("objection.about", day=voice.date(card.day, year=True), title=card.title),
        voice("objection.by", name=card.name, when=voice.moment(card.at)),
        voice("objection.reason", reason=card.reason),
        voice(f"objection.state_{card.state.value}"),
        voice("objection.settler", name=card.settler) if card.settler else None,
        voice("objection.answer", answer=card.answer) if card.answer else None,
    )
    if not card.may_settle:
        return Screen(text)
    agree = Button(voice("button.objection_uphold"), ObjectionUpholdTap(card.id, card.sign), style=SUCCESS)
    return Screen(
        text, ((agree, Button(voice("button.objection_reject"), ObjectionRejectTap(card.id, card.sign), style=DANGER)),)
    )


def taken(voice: Voice, stand: Asking | ObjectionCard) -> Screen:
    """Return the question again, or the objection and who has to settle it."""
    if isinstance(stand, Asking):
        return asking_screen(voice, stand)
    if stand.office is None or not stand.mine:
        return objection_card(voice, stand)
    keys = ("objection.asked", "objection.asked_unheard", "objection.asked_alone")
    return objection_card(voice, stand, asked(voice, stand.office, keys))


def opened(voice: Voice, _due: Due, facts: Facts) -> Screen:
    """Return a notice to the reader's team: these hours can be objected to from now on."""
    found = facts.the(Opened).lines
    more = len(found) - A_PAGE
    said = [_line(voice, line) for line in found[:A_PAGE]]
    text = lines(
        voice("notice.publicity"), "", *said, voice("publicity.more", n=more) if more > 0 else None, "",
        voice("publicity.about"),
    )  # fmt: skip
    buttons = _openers(voice, found[:A_PAGE])
    if more > 0:
        buttons.append(Button(voice("button.publicity", n=len(found)), PublicityTap(0)))
    return Screen(text, tuple(rows_of(buttons, 1)))


def told(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return a notice: an objection to settle, or the decision about the reader's own."""
    card = facts.the(ObjectionCard)
    if due.kind is Kind.OBJECTION:
        return objection_card(voice, card, voice("notice.objection"))
    key = "notice.objection_upheld" if card.state is ObjectionState.UPHELD else "notice.objection_rejected"
    return objection_card(voice, card, voice(key))
