"""Reporting: the attendance list, the questions, the summary; and the report as its verifier reads it."""

from markupsafe import Markup

from bot.callbacks import Payload
from bot.callbacks.briefs import BriefTap
from bot.callbacks.common import MenuTap
from bot.callbacks.reports import (
    CategoryTap,
    CountedTap,
    DropPhotoTap,
    FixTap,
    GuestNamesTap,
    PhotosTap,
    ReopenDecideTap,
    ReopenTap,
    ReportTap,
    ReturnTap,
    ReviewTap,
    RollPageTap,
    SheetPhotoTap,
    SubmitTap,
    VerifyTap,
)
from bot.texts.voice import Voice
from bot.views.cards import head
from bot.views.personal_data import channel_name
from bot.views.records.ratings import summary_lines
from bot.views.screen import (
    DANGER,
    PRIMARY,
    SUCCESS,
    Button,
    Row,
    Screen,
    asked,
    lines,
    named,
    page_of,
    pager,
    rows_of,
    told,
)
from corps.activities.cards import Card
from corps.attendance.photos import PhotoLine
from corps.attendance.reopening import Asking
from corps.attendance.report_form import Return, Stand, Step
from corps.attendance.reports import ReportCard, Submitted, Waiting
from corps.people import Office
from models.enums import AttachmentKind, CountedBy, PhotoState, ReportState

PHOTOS_A_PAGE = 8
WAITING_SHOWN = 20
OVERLAPS_SHOWN = 10
MIN_HISTORY = 2


def taken(voice: Voice, stand: Stand | None) -> Screen:
    """Return the next question; after an answer that was not understood, say which answers are possible."""
    return Screen(voice("report.only_words")) if stand is None else question_screen(voice, stand)


def question_screen(voice: Voice, stand: Stand) -> Screen:
    """Return the next question below the answers so far; 提交 when nothing is missing."""
    unclear, card = stand.unclear, stand.card
    so_far = [
        voice("report.number", n=stand.beneficiaries) if stand.beneficiaries is not None else None,
        voice("report.how", how=voice(f"counted.{stand.counted_by.value}")) if stand.counted_by else None,
        voice("report.words", words=stand.words) if stand.words else None,
        voice("report.photos", n=len(stand.photos)) if stand.photos else None,
        voice("report.sheets", n=len(stand.sheets)) if stand.sheets else None,
        *_counts(voice, stand),
    ]
    text = lines(
        *([voice(f"report.count_{unclear.code.value}", what=unclear.what, near=unclear.near), ""] if unclear else []),
        voice("report.heading", title=card.title),
        voice("report.returned_for", reason=stand.returned_for) if stand.returned_for else None,
        *so_far,
        voice("report.words_kept") if stand.words and stand.step is Step.NUMBER and not stand.can_go_back else None,
        _not_out(voice, stand.not_out) if stand.step is Step.READY else None,
        voice("report.nobody_marked") if stand.step is Step.READY and not stand.present else None,
        "",
        voice(f"report.ask_{stand.step.value}"),
    )
    return Screen(text, (*_question_rows(voice, stand), *_step_back(voice, stand)))


def _step_back(voice: Voice, stand: Stand) -> tuple[Row, ...]:
    """Return the button 上一步, and the button back to the attendance list where that is another step."""
    roll = RollPageTap(stand.card.id, 0)
    before = {
        Step.NUMBER: roll,
        Step.HOW: FixTap(stand.card.id, Step.NUMBER),
        Step.READY: FixTap(stand.card.id, Step.HOW),
    }
    to_roll = Button(voice("report.back_to_roll"), roll)
    if stand.can_go_back or stand.step not in before:
        return ((to_roll,),)
    back = Button(voice("posting.back"), before[stand.step])
    return ((back,),) if stand.step is Step.NUMBER else ((back, to_roll),)


def _counts(voice: Voice, stand: Stand) -> list[Markup]:
    """Return which planned categories will count and which will not; empty while other questions are open."""
    if stand.step is not Step.READY:
        return []
    comma = voice("list.comma")
    counting = [c.spoken(voice.language) for c in stand.card.categories if c.code in stand.served]
    left_out = [c.spoken(voice.language) for c in stand.card.categories if c.code not in stand.served]
    said = [voice("report.counts", names=comma.join(counting)) if counting else voice("report.counts_nothing")]
    return [*said, voice("report.counts_not", names=comma.join(left_out))] if left_out else said


def _question_rows(voice: Voice, stand: Stand) -> list[Row]:
    """Return the buttons that answer the question; after the last one, 提交 and the buttons that change an answer."""
    number = stand.card.id
    rows: list[Row] = []
    if stand.step is Step.HOW:
        rows.append(tuple(Button(voice(f"counted.{how.value}"), CountedTap(number, how)) for how in CountedBy))
    if stand.step is Step.PHOTOS:
        one_each = [
            Button(voice("button.photo_n", n=place), DropPhotoTap(number, sign))
            for place, sign in enumerate(stand.photos, 1)
        ]
        rows += [*rows_of(one_each, 3), (Button(voice("button.photo_all"), DropPhotoTap(number), style=DANGER),)]
    if stand.step is Step.SHEET:
        rows += rows_of([_sheet(voice, stand, place, sign) for place, sign in enumerate(stand.photos, 1)], 3)
    if stand.step is Step.READY:
        rows.append((Button(voice("button.submit"), SubmitTap(number, stand.shown), style=SUCCESS),))
        rows += _fixes(voice, stand)
    if stand.can_go_back:
        rows.append((Button(voice("button.as_it_was"), FixTap(number, Step.READY)),))
    return rows


def _sheet(voice: Voice, stand: Stand, place: int, sign: str) -> Button:
    """Return the button that says of a photo whether it shows the signed sheet."""
    is_one = sign in stand.sheets
    label = voice("button.sheet_n", n=place)
    return Button(f"✅ {label}" if is_one else label, SheetPhotoTap(stand.card.id, sign, not is_one))


def _fixes(voice: Voice, stand: Stand) -> list[Row]:
    """Return the buttons that change an answer before 提交, one for each, and for what counts if that was asked."""
    number, categories = stand.card.id, stand.card.categories
    there = [
        Step.NUMBER,
        Step.HOW,
        *([Step.WORDS] if stand.words else []),
        *([Step.PHOTOS, Step.SHEET] if stand.photos else []),
    ]
    rows = list(rows_of([Button(voice(f"button.fix_{what.value}"), FixTap(number, what)) for what in there], 2))
    if len(categories) > len(stand.served) or len(categories) > 1:
        for category in categories:
            counts = category.code in stand.served
            label = voice("button.leave_category" if counts else "button.count_category",
                          name=category.spoken(voice.language))  # fmt: skip
            rows.append((Button(label, CategoryTap(number, category.code, not counts)),))
    return rows


def _missing(voice: Voice, photo: PhotoLine) -> Markup | None:
    """Return the line about a photo that can't be shown, and why; None if it can be shown."""
    if photo.state in (PhotoState.WAITING, PhotoState.KEPT):
        return None
    return voice(f"report.photo_{photo.state.value}", n=photo.number, channel=channel_name(voice, photo.channel))


def photo_screens(voice: Voice, report: ReportCard, number: int) -> tuple[list[PhotoLine], list[Screen]]:
    """Return the photos of a page that can be shown, each with its screen."""
    page = page_of(len(report.photos), number, PHOTOS_A_PAGE)
    shown = [photo for photo in report.photos[page.start : page.stop] if photo.file is not None]
    return shown, [_photo(voice, photo, len(report.photos)) for photo in shown]


def _photo(voice: Voice, photo: PhotoLine, of: int) -> Screen:
    caption = voice("review.sheet_n" if photo.sheet else "review.photo_n", n=photo.number, of=of)
    if photo.file is not None and photo.file.kind is AttachmentKind.DOCUMENT:
        name = photo.file.name or f"{photo.number}.{photo.file.type.partition('/')[2] or 'file'}"
        return Screen(caption, document=photo.file, filename=name)
    return Screen(caption, photo=photo.file)


def photos_end(voice: Voice, report: ReportCard, number: int, lost: list[int]) -> Screen:
    """Return the message after the photos of a page: those that can't be shown, other pages, the button back."""
    page = page_of(len(report.photos), number, PHOTOS_A_PAGE)
    named = [_missing(voice, photo) for photo in report.photos[page.start : page.stop]]
    away = [voice("review.photo_away", n=photo) for photo in lost]
    rest = pager(page, lambda to: PhotosTap(report.activity_id, to))
    back = (Button(voice("button.review"), ReviewTap(report.activity_id)),)
    said = [line for line in (*named, *away) if line is not None]
    return Screen(lines(voice("report.photos", n=len(report.photos)), *said), (*rest, back))


def report_card(
    voice: Voice, card: Card, report: ReportCard, heading: Markup | None = None, back: Payload | None = None
) -> Screen:
    """Return a report with 核实 / 退回 for whoever may decide it, 下一份 while others wait, and the way `back`."""
    counts = voice.listed(
        voice("review.one_of", name=c.spoken(voice.language)) for c in card.categories if c.code in report.served
    )
    not_served = [c.spoken(voice.language) for c in card.categories if c.code in report.unserved]
    body = [
        voice("review.present", n=report.present) if report.present else voice("review.nobody"),
        _checked_by(voice, report),
        _not_out(voice, report.not_out),
        voice("review.unknown", n=report.unknown) if report.unknown else None,
        voice("review.guests", n=report.guests) if report.guests else None,
        voice("report.number", n=report.beneficiaries),
        voice("report.how", how=voice(f"counted.{report.counted_by.value}")),
        voice("report.words", words=report.words) if report.words else None,
        voice("report.photos", n=len(report.photos)) if report.photos else None,
        voice("report.sheets", n=sheets) if (sheets := sum(photo.sheet for photo in report.photos)) else None,
        *(line for photo in report.photos if (line := _missing(voice, photo))),
        *summary_lines(voice, report.ratings),
        voice("review.by", name=report.reporter),
        voice("review.reason", reason=report.return_reason) if report.state is ReportState.RETURNED else None,
        voice("review.will_count" if counts else "review.counts_nothing", counts=counts) if report.may_return else None,
        voice("review.counted", counts=counts) if counts and report.state is ReportState.VERIFIED else None,
        voice("review.not_served", names=voice("list.comma").join(not_served)) if not_served else None,
        *(
            voice("review.overlap", name=both.name, what=both.title, time=voice.hours(both.minutes))
            for both in report.overlaps[:OVERLAPS_SHOWN]
        ),
        *(voice("caution.twice", what=title) for title in report.twins),
        voice("review.corrected" if report.corrected else "review.yours")
        if report.may_return and not report.may_decide
        else None,
        voice("reopen.pending", name=report.reopening.name, reason=report.reopening.reason)
        if report.reopening
        else None,
        *_history(voice, report),
    ]
    return Screen(lines(heading, *head(voice, card), "", *body), tuple(_report_rows(voice, card, report, back)))


def _report_rows(voice: Voice, card: Card, report: ReportCard, back: Payload | None) -> list[Row]:
    """Return the buttons of a report: what can be done with it, and where they lead next."""
    rows: list[Row] = []
    if report.may_return:
        verify = (
            (Button(voice("button.verify"), VerifyTap(card.id, report.sign), style=SUCCESS),)
            if report.may_decide
            else ()
        )
        rows.append((*verify, Button(voice("button.return"), ReturnTap(card.id, report.sign), style=DANGER)))
    if report.state is ReportState.RETURNED and card.may_report:
        rows.append((Button(voice("button.report"), ReportTap(card.id), style=PRIMARY),))
    if report.photos:
        rows.append((Button(voice("button.see_photos", n=len(report.photos)), PhotosTap(card.id)),))
    if report.guests_named:
        rows.append((Button(voice("button.guest_names"), GuestNamesTap(card.id)),))
    if report.state is ReportState.VERIFIED:
        rows.append((Button(voice("button.brief"), BriefTap(card.id)),))
    return [*rows, *_reopening(voice, report), *_onward(voice, report.following, back)]


def _history(voice: Voice, report: ReportCard) -> list[Markup]:
    """Return who handed it in, returned, verified and took it back, and why, once more than one thing was done."""
    if len(report.history) < MIN_HISTORY:
        return []
    said = [
        voice(f"history.{event.what}", when=voice.moment(event.at), who=event.who, reason=event.reason)
        for event in report.history
    ]
    return [voice("history.heading"), *said]


def _checked_by(voice: Voice, report: ReportCard) -> Markup | None:
    """Return in which ways the presence of people was confirmed, with the number for each."""
    if not report.checked_by:
        return None
    ways = [voice("review.one_way", way=voice(f"checked_by.{by.value}"), n=n) for by, n in report.checked_by]
    return voice("review.checked_by", ways=voice("list.comma").join(ways))


def _not_out(voice: Voice, names: tuple[str, ...]) -> Markup | None:
    """Return the names of those who have not checked out, so that the time of leaving is not known."""
    return voice("review.not_out", names=named(voice, names)) if names else None


def _reopening(voice: Voice, report: ReportCard) -> list[Row]:
    """Return the button 撤回核实, or the buttons by which the second coordinator answers it."""
    number, pending = report.activity_id, report.reopening
    if pending is None:
        return [(Button(voice("button.reopen"), ReopenTap(number)),)] if report.may_reopen else []
    if not pending.may_confirm:
        return [(Button(voice("button.reopen_drop"), ReopenDecideTap(number, agrees=False, shown=pending.sign)),)]
    yes = Button(voice("button.reopen_yes"), ReopenDecideTap(number, agrees=True, shown=pending.sign), style=DANGER)
    return [(yes, Button(voice("button.reopen_no"), ReopenDecideTap(number, agrees=False, shown=pending.sign)))]


def reopen_screen(voice: Voice, asking: Asking) -> Screen:
    """Return the question why a verification is to be taken back, or that others are asked."""
    if asking.office is None:
        back = _onward(voice, None, ReviewTap(asking.activity_id))
        return Screen(voice("reopen.ask_reason", title=asking.title), back)
    keys = ("reopen.asked", "reopen.asked_unheard", "reopen.asked_alone")
    return Screen(asked(voice, asking.office, keys, title=asking.title))


def submitted_screen(voice: Voice, done: Submitted) -> Screen:
    """Return that the report is handed in, and who is asked to verify it."""
    return Screen(asked(voice, done.office, ("report.submitted", "report.submitted_unheard", "report.submitted_alone")))


def reopened_screen(voice: Voice, card: Card, report: ReportCard, correctors: Office | None) -> Screen:
    """Return the result of 撤回核实, and who corrects the report now."""
    if correctors is None:
        return report_card(voice, card, report, voice("reopen.declined"))
    return report_card(voice, card, report, voice("reopen.done", told=told(voice, correctors)))


def return_screen(voice: Voice, stand: Return) -> Screen:
    """Return the question why a report is returned, or the message to whom it was returned."""
    if stand.office is None:
        return Screen(voice("review.ask_reason", title=stand.title), _onward(voice, None, ReviewTap(stand.activity_id)))
    said = voice("review.returned", title=stand.title, told=told(voice, stand.office))
    return Screen(said, _onward(voice, stand.following, MenuTap("verify")))


def _onward(voice: Voice, following: int | None, back: Payload | None) -> tuple[Row, ...]:
    """Return the buttons to the next report that waits, and back."""
    ahead = Button(voice("button.next_report"), ReviewTap(following)) if following is not None else None
    row = (Button(voice("button.back"), back) if back is not None else None, ahead)
    found = tuple(button for button in row if button is not None)
    return (found,) if found else ()


def waiting_screen(voice: Voice, waiting: list[Waiting]) -> Screen:
    """Return the reports that wait, a button each, oldest first."""
    if not waiting:
        return Screen(voice("review.none"))
    rows = [(Button(f"{voice.day(voice.zone.wall(w.starts_at).date())} {w.title}", ReviewTap(w.activity_id)),)
            for w in waiting[:WAITING_SHOWN]]  # fmt: skip
    return Screen(voice("review.waiting", n=len(waiting)), tuple(rows))
