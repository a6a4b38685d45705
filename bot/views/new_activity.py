"""Publishing an activity: one question at a time, a calendar, and a summary to confirm before it is public."""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from bot.callbacks import Payload
from bot.callbacks.common import CancelTap, NothingTap
from bot.callbacks.new_activity import BackTap, ChooseTap, MonthTap, ResumeTap, TeamsDoneTap, TeamToggleTap, Ticked
from bot.texts.voice import Voice
from bot.views.cards import activity_card
from bot.views.screen import PRIMARY, Button, Row, Screen, hearing, lines, not_hearing, rows_of, told
from corps.activities.cards import Card
from corps.activities.cautions import Caution
from corps.activities.entry_answers import SKIP, Problem, Step, fits_time, known_time
from corps.activities.entry_form import DraftCard, Stand, without_last
from corps.activities.proposals import Proposed, Returning
from corps.attendance.report_form import PublishedEntry
from corps.parsing.times import Half, RefusalCode, in_english
from corps.people import Named
from corps.teams import CategoryName, TeamName, VenueName
from models.enums import ActivityState

COMMON_HOURS = ("09:00-11:00", "09:30-11:30", "14:00-16:00", "14:30-17:00", "15:00-17:00", "19:00-21:00")
COMMON_LENGTHS = ("1小时", "90分钟", "2小时", "3小时")
COMMON_SLOTS = 4
"""How many lists of slots are offered to be tapped; their words are in the texts."""


def screen(voice: Voice, stand: Stand) -> Screen:
    """Return the present step of /new: the finished draft, the next question, or whether to continue an earlier one."""
    if stand.card is not None:
        return preview(voice, stand.card, stand.cautions, stand.problems)
    return question(voice, stand, stand.step) if stand.step is not None else resume(voice, stand)


def question(voice: Voice, stand: Stand, step: Step) -> Screen:
    """Return the next question below the answers so far, with buttons where the answers are a fixed set."""
    said = [problem_line(voice, problem) for problem in stand.problems]
    known = understood(voice, stand)
    text = lines(*known, *([""] if known else []), *said, _ask(voice, stand.data, step))
    back = (Button(voice("posting.back"), BackTap(step.value)),) if without_last(stand.data, step) is not None else ()
    return Screen(text, (*_choices(voice, stand, step), (*back, Button(voice("button.cancel"), CancelTap()))))


def _ask(voice: Voice, data: dict[str, Any], step: Step) -> Markup:
    half = known_time(data)
    if step is Step.TIME and half.day:
        return voice("posting.ask_hours", day=voice.day(half.day, year=True) + half.hours)
    if step is Step.TIME and half.hours:
        return voice("posting.ask_day", hours=half.hours)
    return voice(f"posting.ask_{step.value}")


def known_half(voice: Voice, half: Half) -> Markup | None:
    """Return the known half of a time that is not complete (only a day, or only hours); None if nothing is known."""
    day = voice.day(half.day, year=True) if half.day else half.day_words
    return None if half.is_empty else voice("posting.time_part", value=as_said(voice, f"{day} {half.hours}".strip()))


def as_said(voice: Voice, words: str) -> str:
    """Return typed words about a time for display; dates in them are put into the reader's language."""
    if voice.language == "en":
        return in_english(words)
    return words.replace(" ", "")


def unclear_hour(voice: Voice, refusal: Half) -> Markup:
    """Return why a typed hour is not enough."""
    if refusal.code is RefusalCode.NEEDS_TIME and refusal.day:
        return voice("broadcast.hour_needs_time")
    if refusal.code is RefusalCode.NOT_UNDERSTOOD:
        return voice("broadcast.hour_unclear", what=refusal.what)
    return time_trouble(voice, refusal.code.value, refusal.what)


def time_trouble(voice: Voice, code: str, what: str) -> Markup:
    """Return why words about a time are not enough (a `RefusalCode`), echoed as people say them."""
    return voice(f"posting.time_{code}", what=as_said(voice, what))


def understood(voice: Voice, stand: Stand) -> list[Markup]:
    """Return the answers so far, in words."""
    said, data = [], stand.data
    if "title" in data:
        said.append(voice("posting.title", value=data["title"]))
    if "category" in data:
        said.append(voice("posting.category", value=_named(voice, stand.categories, data["category"])))
    if "starts" in data:
        said.append(voice("posting.time", value=_time(voice, data)))
        said += [voice(f"posting.assumed_{assumed}") for assumed in data.get("assumed", ())]
    elif known := known_half(voice, known_time(data)):
        said.append(known)
    if "place" in data:
        said.append(voice("posting.place", value=data["place"]))
    if "venue" in data:
        said.append(voice("posting.venue", value=_named(voice, stand.venues, data["venue"])))
    if "slots" in data:
        slots = voice.listed(_slot(slot) for slot in data["slots"])
        said.append(voice("posting.slots", value=slots))
    if data.get("teams"):
        names = voice.listed(team.short_name for team in stand.teams if team.id in data["teams"])
        said.append(voice("posting.teams", value=names))
    return said


def _named(voice: Voice, names: Iterable[CategoryName | VenueName], code: str) -> str:
    return next((name.spoken(voice.language) for name in names if name.code == code), code)


def _slot(slot: dict[str, Any]) -> str:
    hours = f"（{slot['hours']}）" if "hours" in slot else ""
    return f"{slot['role']} {slot['places']}{hours}"


def _time(voice: Voice, data: dict[str, Any]) -> str:
    starts = voice.zone.instant(dt.datetime.fromisoformat(data["starts"]))
    if "ends" not in data:
        return voice.moment(starts, year=True)
    return voice.span(starts, voice.zone.instant(dt.datetime.fromisoformat(data["ends"])), year=True)


def problem_line(voice: Voice, problem: Problem) -> Markup:
    """Return the sentence for an answer that was not taken."""
    key = problem.code if problem.code.startswith("assumed_") else f"{problem.step.value}_{problem.code}"
    of_time = problem.step in (Step.TIME, Step.END) and problem.code != RefusalCode.NOT_UNDERSTOOD
    return voice(f"posting.{key}", what=as_said(voice, problem.what) if of_time else problem.what)


def _choices(voice: Voice, stand: Stand, step: Step) -> tuple[Row, ...]:
    match step:
        case Step.CATEGORY:
            buttons = [Button(c.spoken(voice.language), ChooseTap(step.value, c.code)) for c in stand.categories]
            return rows_of(buttons, 2)
        case Step.TIME if stand.month or "day" not in stand.data:
            return month_rows(voice, *(stand.month or (stand.today.year, stand.today.month)), stand.today)
        case Step.TIME:
            fitting = [h for h in COMMON_HOURS if fits_time(stand.data, h)]
            hours = [Button(h.replace("-", "–"), ChooseTap(step.value, h.replace(":", "."))) for h in fitting]
            return rows_of(hours, 2)
        case Step.END:
            return rows_of([Button(voice(f"posting.length_{n}"), ChooseTap(step.value, n)) for n in COMMON_LENGTHS], 2)
        case Step.VENUE:
            return rows_of([Button(v.spoken(voice.language), ChooseTap(step.value, v.code)) for v in stand.venues], 4)
        case Step.SLOTS:
            said = [voice(f"posting.slots_common_{number}").unescape() for number in range(1, COMMON_SLOTS + 1)]
            return rows_of([Button(words, ChooseTap(step.value, words)) for words in said], 1)
        case Step.NOTES:
            return ((Button(voice("posting.skip"), ChooseTap(step.value, SKIP[0])),),)
        case Step.TEAMS:
            return team_rows(voice, stand.teams, set(stand.data.get("ticked", ())))
        case _:
            return ()


def _choose_day(day: str) -> Payload:
    return ChooseTap(Step.TIME.value, day)


def month_rows(
    voice: Voice,
    year: int,
    month: int,
    today: dt.date,
    turn: Callable[[int, int], Payload] = MonthTap,
    choose: Callable[[str], Payload] = _choose_day,
) -> tuple[Row, ...]:
    """Return a month as a calendar of buttons, weeks from Monday, with the way to the months beside it.

    `turn` makes the payload that turns to a month, `choose` the one for a day such as `2026-12-5`.
    """
    first = dt.date(year, month, 1)
    before, after = first - dt.timedelta(days=1), first + dt.timedelta(days=31)
    head = (
        Button("◀", turn(before.year, before.month)),
        Button(voice("posting.month", year=year, month=month), NothingTap()),
        Button("▶", turn(after.year, after.month)),
    )
    weekdays = tuple(Button(name, NothingTap()) for name in voice("posting.weekdays").split())
    weeks = [
        tuple(
            Button(f"[{day}]" if dt.date(year, month, day) == today else str(day),
                   choose(f"{year}-{month}-{day}")) if day else Button("·", NothingTap())
            for day in week
        )
        for week in calendar.Calendar().monthdayscalendar(year, month)
    ]  # fmt: skip
    return (head, weekdays, *weeks)


def team_rows(voice: Voice, teams: Sequence[TeamName], ticked: set[int]) -> tuple[Row, ...]:
    """Return the teams as buttons with a tick, and the buttons that go on."""
    buttons = [
        Button(
            ("✅ " if t.id in ticked else "") + t.short_name,
            TeamToggleTap(t.id, Ticked.NO if t.id in ticked else Ticked.YES),
        )
        for t in teams
    ]
    rows = list(rows_of(buttons, 3))
    rows.append((Button(voice("posting.open_to_claim"), ChooseTap(Step.TEAMS.value, "待认领")),))
    if ticked:
        rows.append((Button(voice("posting.teams_done", n=len(ticked)), TeamsDoneTap(), style=PRIMARY),))
    return tuple(rows)


def preview(
    voice: Voice,
    card: Card,
    cautions: tuple[Caution, ...],
    notes: tuple[Problem, ...] = (),
    back: Payload | None = None,
    heading: Markup | None = None,
) -> Screen:
    """Return a summary of the activity, the warnings, and 确认发布 (or, for a leader, how it can become public)."""
    body = activity_card(voice, card, heading or voice("posting.preview"), back)
    warned = [line for caution in cautions for line in caution_lines(voice, caution)]
    said = [problem_line(voice, problem) for problem in notes]
    when = voice("posting.when_full", when=voice.span(card.starts_at, card.ends_at, year=True))
    late = voice("posting.back_entry") if card.back_entry else None
    return Screen(lines(body.text, "", when, late, *warned, *said, _way_on(voice, card)), body.rows)


def _way_on(voice: Voice, card: Card) -> Markup | None:
    """Return how a leader's draft becomes public."""
    if card.may_propose:
        return voice("draft.to_propose")
    return voice("draft.waits", name=card.author) if card.author else None


def proposed(voice: Voice, done: Proposed) -> Screen:
    """Return a draft that was handed in, below the names of those who decide it."""
    return preview(voice, done.card, (), heading=voice("draft.proposed", told=told(voice, done.office)))


def request(voice: Voice, draft: DraftCard) -> Screen:
    """Return a leader's draft as it is put before a coordinator."""
    return preview(voice, draft.card, draft.cautions, heading=voice("notice.draft_request", name=draft.card.author))


def decided(voice: Voice, draft: DraftCard | None, name: Named, subject: Mapping[str, object]) -> Screen:
    """Return the decision about the reader's draft: published, returned with a reason, or deleted."""
    if draft is None:
        return Screen(voice("notice.draft_deleted", name=name, title=subject.get("title", "")))
    if draft.card.state is not ActivityState.DRAFT:
        return activity_card(voice, draft.card, voice("notice.draft_approved", name=name))
    heading = voice("notice.draft_returned", name=name, reason=subject.get("reason", ""))
    return preview(voice, draft.card, draft.cautions, heading=heading)


def return_screen(voice: Voice, asked: Returning) -> Screen:
    """Return the question why a draft is returned, or the message that it was returned."""
    return Screen(voice("draft.returned" if asked.done else "draft.ask_reason", title=asked.title))


def caution_lines(voice: Voice, caution: Caution) -> list[Markup]:
    """Return the lines of one caution."""
    if caution.reach is None:
        return [voice(f"caution.{caution.kind.value}", what=caution.what)]
    heard = voice("caution.reach", heard=hearing(voice, caution.reach, yet=True))
    return [heard, *not_hearing(voice, caution.reach)]


def preview_or_card(voice: Voice, card: Card, cautions: tuple[Caution, ...], back: Payload | None = None) -> Screen:
    """Return a draft as it is shown before 确认发布, or the card of what is public."""
    if card.state is ActivityState.DRAFT:
        return preview(voice, card, cautions, back=back)
    return activity_card(voice, card, back=back)


def published(voice: Voice, entry: PublishedEntry) -> Screen:
    """Return the card of the activity that was just published, below a line that says who is told."""
    if entry.done.back_entry:
        return activity_card(voice, entry.card, voice("posting.entered"))
    if entry.done.under_way:
        return activity_card(voice, entry.card, voice("posting.under_way"))
    again = voice("posting.asked_again", n=entry.asked_again) if entry.asked_again else None
    heard = entry.done.reach
    said = lines(voice("posting.published", heard=hearing(voice, heard)), *not_hearing(voice, heard), again)
    return activity_card(voice, entry.card, said)


def published_toast(voice: Voice, entry: PublishedEntry) -> Markup:
    """Return the short note that goes with it."""
    if entry.done.back_entry or entry.done.under_way:
        return voice("toast.done")
    return voice("toast.published", heard=hearing(voice, entry.done.reach))


def resume(voice: Voice, stand: Stand) -> Screen:
    """Return the choice between going on with what was being filled in and starting afresh."""
    text = lines(voice("posting.found_draft"), *understood(voice, stand), voice("posting.found_how"))
    row = (
        Button(voice("posting.resume"), ResumeTap(resume=True), style=PRIMARY),
        Button(voice("posting.afresh"), ResumeTap(resume=False)),
    )
    return Screen(text, (row, (Button(voice("button.cancel"), CancelTap()),)))
