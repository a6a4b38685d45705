"""Reporting: the list of who was there, the questions, the summary; and the report as its verifier reads it."""

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from bot.callbacks.reports import (
    AllPresentTap,
    CountedTap,
    MarkTap,
    ReportTap,
    ReturnTap,
    ReviewTap,
    RollDoneTap,
    RollPageTap,
    SubmitTap,
    VerifyTap,
)
from bot.callbacks.signup import CardTap
from bot.texts.voice import Voice
from bot.views.cards import head
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Button, Row, Screen, lines, page_of, pager, rows_of
from corps.activities.cards import Card
from corps.activities.presence import came
from corps.attendance.reports import ReportCard
from corps.attendance.roll_call import Person
from corps.parsing.counts import CountRefusal
from models.enums import AttendanceState, CountedBy, ReportState

ROLL_PAGE = 8
WAITING_SHOWN = 20

MARKS = {
    AttendanceState.UNKNOWN: "❔",
    AttendanceState.PRESENT: "✅",
    AttendanceState.ABSENT: "❌",
    AttendanceState.EXCUSED: "🟡",
}


@dataclass(frozen=True)
class ReportDraft:
    """What has been said so far. `step` is the open question: roll, number, how or ready."""

    step: str
    beneficiaries: int | None
    counted_by: CountedBy | None
    words: str
    photos: int
    present: int


def roll_screen(voice: Voice, card: Card, people: list[Person], number: int = 0) -> Screen:
    """Return the list of who is or was there, a button a person. After the end it leads on to the report."""
    page = page_of(len(people), number, ROLL_PAGE)
    shown = people[page.start : page.stop]
    buttons = [Button(_person(person), MarkTap(card.id, person.member_id, page.number)) for person in shown]
    rows = list(rows_of(buttons, 2))
    rows += pager(page, lambda to: RollPageTap(card.id, to))
    if any(person.state is AttendanceState.UNKNOWN and person.signed_up for person in people):
        rows.append((Button(voice("report.all_present"), AllPresentTap(card.id)),))
    rows.append(
        (Button(voice("report.next"), RollDoneTap(card.id), style=PRIMARY),)
        if card.ended
        else (Button(voice("button.back"), CardTap(card.id)),)
    )
    asked = voice("report.who") if people else voice("report.nobody" if card.ended else "onsite.nobody")
    heading = voice("report.heading" if card.ended else "onsite.roll", title=card.title)
    here = sum(came(person.state) for person in people)
    counted = voice("onsite.here", here=here, all=len(people)) if people else None
    return Screen(lines(heading, counted, "", asked), tuple(rows))


def _person(person: Person) -> str:
    role = f" · {person.role}" if person.role else ""
    return f"{MARKS[person.state]} {person.name}{role}"


def question_screen(voice: Voice, card: Card, draft: ReportDraft) -> Screen:
    """Return the open question with what has been said so far; 提交 once nothing is missing."""
    so_far = [
        voice("report.number", n=draft.beneficiaries) if draft.beneficiaries is not None else None,
        voice("report.how", how=voice(f"counted.{draft.counted_by.value}")) if draft.counted_by else None,
        voice("report.words", words=draft.words) if draft.words else None,
        voice("report.photos", n=draft.photos) if draft.photos else None,
    ]
    kept = voice("report.words_kept") if draft.words and draft.step == "number" else None
    nobody = voice("report.nobody_marked") if draft.step == "ready" and not draft.present else None
    ask = voice(f"report.ask_{draft.step}")
    text = lines(voice("report.heading", title=card.title), *so_far, kept, nobody, "", ask)
    rows: list[Row] = []
    if draft.step == "how":
        rows.append(tuple(Button(voice(f"counted.{how.value}"), CountedTap(card.id, how)) for how in CountedBy))
    if draft.step == "ready":
        rows.append((Button(voice("button.submit"), SubmitTap(card.id), style=SUCCESS),))
    rows.append((Button(voice("report.back_to_roll"), RollPageTap(card.id, 0)),))
    return Screen(text, tuple(rows))


def asked_again(voice: Voice, question: Screen, unclear: CountRefusal | None) -> Screen:
    """Return the open question below why the number was not taken, if one was not."""
    if unclear is None:
        return question
    why = voice(f"report.count_{unclear.code.value}", what=unclear.what, near=unclear.near)
    return Screen(lines(why, "", question.text), question.rows)


def report_card(voice: Voice, card: Card, report: ReportCard, heading: Markup | None = None) -> Screen:
    """Return a report with 核实 / 退回 for whoever may decide it."""
    counts = "、".join(
        voice("review.one_of", name=c.spoken(voice.language)) for c in card.categories if c.code in report.served
    )
    not_served = [c.spoken(voice.language) for c in card.categories if c.code in report.unserved]
    body = [
        voice("review.present", n=report.present) if report.present else voice("review.nobody"),
        voice("review.unknown", n=report.unknown) if report.unknown else None,
        voice("report.number", n=report.beneficiaries),
        voice("report.how", how=voice(f"counted.{report.counted_by.value}")),
        voice("report.words", words=report.words) if report.words else None,
        voice("report.photos", n=len(report.photos)) if report.photos else None,
        voice("review.by", name=report.reporter),
        voice("review.reason", reason=report.return_reason) if report.state is ReportState.RETURNED else None,
        voice("review.will_count" if counts else "review.counts_nothing", counts=counts) if report.may_return else None,
        voice("review.not_served", names=voice("list.comma").join(not_served)) if not_served else None,
        *(voice("caution.twice", what=title) for title in report.twins),
        voice("review.yours") if report.may_return and not report.may_decide else None,
    ]
    rows: list[Row] = []
    if report.may_return:
        verify = (Button(voice("button.verify"), VerifyTap(card.id), style=SUCCESS),) if report.may_decide else ()
        rows.append((*verify, Button(voice("button.return"), ReturnTap(card.id), style=DANGER)))
    if report.state is ReportState.RETURNED and card.may_report:
        rows.append((Button(voice("button.report"), ReportTap(card.id), style=PRIMARY),))
    return Screen(lines(heading, *head(voice, card), "", *body), tuple(rows))


@dataclass(frozen=True)
class Waiting:
    """One line of the list of reports that wait for 核实."""

    activity: int
    title: str
    starts_at: dt.datetime


def waiting_screen(voice: Voice, waiting: list[Waiting]) -> Screen:
    """Return the reports that wait, a button each, oldest first."""
    if not waiting:
        return Screen(voice("review.none"))
    rows = [(Button(f"{voice.day(voice.zone.wall(w.starts_at).date())} {w.title}"[:60], ReviewTap(w.activity)),)
            for w in waiting[:WAITING_SHOWN]]  # fmt: skip
    return Screen(voice("review.waiting", n=len(waiting)), tuple(rows))
