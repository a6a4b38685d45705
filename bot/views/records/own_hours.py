"""Service elsewhere (补报时长): the questions, a card, one's own list."""

import datetime as dt

from markupsafe import Markup

from bot.callbacks.common import CancelTap
from bot.callbacks.mine import MyHoursTap
from bot.callbacks.own_hours import (
    OwnAfreshTap,
    OwnAgreeTap,
    OwnCorrectTap,
    OwnKeepTap,
    OwnListTap,
    OwnNewTap,
    OwnPhotoTap,
    OwnReturnTap,
    OwnSkipTap,
    OwnSubmitTap,
    OwnTap,
    OwnWithdrawTap,
)
from bot.texts.voice import Voice
from bot.views.new_activity import time_trouble
from bot.views.screen import (
    DANGER,
    PRIMARY,
    SUCCESS,
    Button,
    Page,
    Row,
    Screen,
    asked,
    lines,
    pager,
    rows_of,
)
from corps.attachments import AttachmentKind
from corps.delivery.notice_facts import Facts
from corps.notices import Due
from corps.notices.kinds import Kind
from corps.own_hours.own_cards import OwnCard, OwnLine, OwnList
from corps.own_hours.own_entries import Overlap
from corps.own_hours.own_form import Problem, Stand, Step, Why
from corps.own_hours.own_services import Stage
from corps.parsing.lengths import cut
from models.enums import OwnState

TITLE_ON_BUTTON = 20
MARKS = {
    OwnState.HANDED_IN: "⏳",
    OwnState.CONFIRMED: "🔎",
    OwnState.VERIFIED: "✅",
    OwnState.RETURNED: "↩️",
    OwnState.WITHDRAWN: "⏹",
}


def question(voice: Voice, stand: Stand) -> Screen:
    """Return the open question below what was understood; 提交 when nothing is missing."""
    data, step = stand.data, stand.step
    day = dt.date.fromisoformat(data["day"]) if "day" in data else None
    said = [
        voice("own.day", day=_when(voice, day, data)) if day else None,
        voice("own.what", title=data["title"]) if "title" in data else None,
        voice("own.where", place=data["place"]) if "place" in data else None,
        voice("own.hours", hours=voice.hours(stand.minutes)) if stand.minutes else None,
        voice("own.photo") if data.get("file") else None,
    ]
    text = lines(
        voice("own.heading"),
        *said,
        "",
        _trouble(voice, stand.problem) if stand.problem else None,
        voice(f"own.ask_{step.value}") if step else voice("own.ask_submit"),
        voice("own.at_once") if step is Step.DAY and len(data) <= 1 else None,
    )
    rows: list[Row] = []
    if step is Step.FILE:
        rows.append((Button(voice("button.own_skip"), OwnSkipTap()),))
    if step is None:
        rows.append((Button(voice("button.submit"), OwnSubmitTap(stand.sign), style=SUCCESS),))
    cancel = Button(voice("button.cancel"), CancelTap())
    rows.append((Button(voice("button.own_afresh"), OwnAfreshTap()), cancel) if day else (cancel,))
    return Screen(text, tuple(rows))


def _when(voice: Voice, day: dt.date, data: dict[str, str]) -> str:
    if not (data.get("starts") and data.get("ends")):
        return voice.day(day, year=True)
    starts, ends = (dt.datetime.fromisoformat(data[name]) for name in ("starts", "ends"))
    return f"{voice.day(day, year=True)} {starts:%H:%M}–{ends:%H:%M}"


def _trouble(voice: Voice, problem: Problem) -> Markup:
    if problem.of_time:
        return time_trouble(voice, problem.code, problem.what)
    return voice(f"own.problem_{problem.code}", what=problem.what)


def own_card(voice: Voice, card: OwnCard, heading: Markup | None = None) -> Screen:
    """Return a service's card with the buttons of this person."""
    when = voice.day(card.day, year=True)
    if card.starts_at is not None and card.ends_at is not None:
        when = voice.span(card.starts_at, card.ends_at, year=True)
    text = lines(
        heading,
        voice("own.title"),
        voice("own.is", mark=MARKS[card.state], state=voice(f"own.state_{card.state.value}")),
        voice("own.person", name=card.name, team=card.team),
        voice("own.day", day=when),
        voice("own.what", title=card.title),
        voice("own.where", place=card.place) if card.place else None,
        voice("own.hours", hours=voice.hours(card.minutes)),
        *_credit(voice, card),
        voice("own.confirmer", name=card.confirmer) if card.confirmer else None,
        voice("own.verifier", name=card.verifier) if card.verifier else None,
        voice("own.reason", reason=card.reason) if card.reason else None,
        voice("own.asks_back", name=card.asker, reason=card.withdraw_reason) if card.asker else None,
        "",
        voice.rule(card.rounding),
        voice("own.not_counted"),
    )
    return Screen(text, tuple(_rows(voice, card)))


def _credit(voice: Voice, card: OwnCard) -> list[Markup]:
    """Return how much is credited, and the person's other service at that time."""
    if card.stage is None and card.state is not OwnState.VERIFIED:
        return []
    key = "own.credited" if card.state is OwnState.VERIFIED else "own.would_be"
    said = [_overlap(voice, one) for one in card.overlaps]
    return [voice(key, hours=voice.hours(card.credited)), *said]


def _overlap(voice: Voice, one: Overlap) -> Markup:
    key = "own.overlap" if one.credited else "own.overlap_open"
    return voice(key, title=one.title, hours=voice.hours(one.minutes))


def _rows(voice: Voice, card: OwnCard) -> list[Row]:
    rows: list[Row] = []
    if card.file is not None:
        rows.append((Button(voice("button.own_photo"), OwnPhotoTap(card.id)),))
    if card.may_decide and card.stage is not None:
        agree = Button(voice(f"button.own_{card.stage.value}"), OwnAgreeTap(card.id, card.sign), style=SUCCESS)
        no = Button(voice("button.return"), OwnReturnTap(card.id), style=DANGER)
        if card.stage is Stage.WITHDRAW:
            no = Button(voice("button.own_keep"), OwnKeepTap(card.id, card.sign))
        rows.append((agree, no))
    if card.mine and card.state is OwnState.RETURNED:
        rows.append((Button(voice("button.own_correct"), OwnCorrectTap(card.id), style=PRIMARY),))
    if card.may_withdraw:
        rows.append((Button(voice("button.own_take_back"), OwnWithdrawTap(card.id), style=DANGER),))
    if card.mine:
        rows.append((Button(voice("button.back"), OwnListTap(0)),))
    return rows


def handed_in(voice: Voice, card: OwnCard) -> Screen:
    """Return a service that was handed in or confirmed, and who has to decide next."""
    if card.office is None or card.stage is None:
        return own_card(voice, card)
    keys = ("own.asked", "own.asked_unheard", "own.asked_alone")
    return own_card(voice, card, asked(voice, card.office, keys))


def told(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return a notice: a service that the reader has to decide, or the decision about the reader's own."""
    card = facts.the(OwnCard)
    asks = due.kind is Kind.OWN_HOURS_REQUEST
    word = card.stage.value if asks and card.stage is not None else card.state.value
    return own_card(voice, card, voice(f"notice.own_{word}"))


def photo(voice: Voice, card: OwnCard) -> Screen | None:
    """Return the photo or file that was handed in with it, or None."""
    caption = voice("own.what", title=card.title)
    if card.file is None:
        return None
    if card.file.kind is AttachmentKind.DOCUMENT:
        return Screen(caption, document=card.file, filename=card.file.name or "1")
    return Screen(caption, photo=card.file)


def list_screen(voice: Voice, found: OwnList) -> Screen:
    """Return a page of what the person has handed in, with 补报时长."""
    said = [_line(voice, line) for line in found.lines]
    text = lines(voice("own.list"), "", *(said or [voice("own.none")]), "", voice("own.about"))
    buttons = [
        Button(f"{MARKS[one.state]} {voice.short_date(one.day)} {cut(one.title, TITLE_ON_BUTTON)}", OwnTap(one.id))
        for one in found.lines
    ]
    rows: list[Row] = [*rows_of(buttons, 1), *pager(Page(found.page, found.pages), OwnListTap)]
    rows.append((Button(voice("button.own_new"), OwnNewTap(), style=PRIMARY),))
    return Screen(text, (*rows, (Button(voice("button.back"), MyHoursTap()),)))


def _line(voice: Voice, line: OwnLine) -> Markup:
    state = voice(f"own.state_{line.state.value}")
    return voice(
        "own.line",
        mark=MARKS[line.state],
        day=voice.date(line.day, year=True),
        title=line.title,
        hours=voice.hours(line.minutes),
        state=state,
    )


def why(voice: Voice, stand: Why) -> Screen:
    """Return the question for a reason, or the service's card after the answer."""
    if stand.card is not None:
        return handed_in(voice, stand.card)
    return Screen(
        voice(f"own.ask_why_{stand.what}", title=stand.title), ((Button(voice("button.cancel"), CancelTap()),),)
    )


def no_photo(voice: Voice) -> Screen:
    """Say that the photo can't be shown (any more)."""
    return Screen(voice("own.no_photo"))
