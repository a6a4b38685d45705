"""The longest that may be typed, in every field at once, is shown whole: on every screen, in every language.

Every button that there is is pressed by all kinds of people, strangers and coordinators, in a corps in which every
field is as long as its form takes it; the sandbox refuses what Telegram would refuse. The same screens go through a
channel of 500 characters.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from markupsafe import Markup, escape
from sqlmodel import Session, SQLModel, select

from bot import texts
from bot.callbacks import Payload
from bot.callbacks.reports import ReviewTap, RollPageTap
from bot.callbacks.signup import CardTap
from bot.telegram import messages
from bot.telegram.formatting import TEXT_LIMITS
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from bot.views.screen import Screen, fitted
from corps.activities import entry_answers as entry
from corps.attendance import reopening, report_form, reports, roll_form
from corps.broadcasts.content import TextLimits
from corps.changes import cancelling
from corps.delivery import leasing, notice_facts
from corps.delivery.notice_facts import Letter
from corps.membership import joining
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.pairings import pairings
from corps.parsing.lengths import clusters, units
from models import Activity, Audit, Broadcast, Member, Notice, Pairing, Report, Slot
from models.enums import ActivityState
from tests.channels.plain import LIMITS
from tests.flows.crowded import Crowded, Watch, Who
from tests.flows.test_forged import RULES, real
from tests.seam import Seam

pytestmark = pytest.mark.long

READERS = ("stranger", "applicant", "former", "member", "leader", "coordinator")
"""Who reads different screens: those of another team read the same, of other things."""

LETTERS = "😀字<é&👍🏽🇨🇳a龘>"
NAME = "𠮷" * (joining.NAME_MAX // 2)


def longest(most: int) -> str:
    """Return a text that is as long as may be, of all that is hard to count."""
    held = ""
    for cluster in itertools.cycle(clusters(LETTERS)):
        if units(held + cluster) > most:
            return held
        held += cluster
    raise AssertionError


def fill(session: Session, at: Moment, language: str) -> None:
    """Make every typed field as long as its form takes it, and a report's history as well."""
    lengths: dict[type[SQLModel], dict[str, int]] = {
        Activity: {"title": entry.TITLE_MAX, "place": entry.PLACE_MAX, "notes": entry.NOTES_MAX},
        Slot: {"role": entry.ROLE_MAX},
        Report: {"words": report_form.WORDS_MAX, "return_reason": reports.REASON_MAX},
        Pairing: {"partner": pairings.NAME_MAX, "place": pairings.NAME_MAX, "return_reason": pairings.REASON_MAX},
        Notice: {"error": 300},
    }
    for table, fields in lengths.items():
        for row in session.exec(select(table)).all():
            for name, most in fields.items():
                setattr(row, name, longest(most))
    for activity in session.exec(select(Activity)).all():
        activity.guests = [longest(roll_form.NAME_MAX)] * roll_form.GUESTS_MAX
        if activity.cancelled_at or activity.state.value == "cancelled":
            activity.cancel_reason = longest(cancelling.REASON_MAX)
        for _ in range(reports.HISTORY_MAX):
            said = {"reason": longest(reports.REASON_MAX)}
            subject = f"activity:{activity.id}"
            session.add(Audit(at=at.now, actor_id=1, action="report.return", subject=subject, after=said))
    for report in session.exec(select(Report)).all():
        report.reopen_by, report.reopen_reason = 1, longest(reopening.REASON_MAX)
    for member in session.exec(select(Member)).all():
        member.name, member.language = NAME, language
    for broadcast in session.exec(select(Broadcast)).all():
        broadcast.html = str(escape(longest(4096)))


def bare(markup: str) -> str:
    """Return what a text says, without its formatting and white space."""
    return re.sub(r"\s", "", Markup(markup).striptags())  # noqa: S704 - only compared


def wrong_with(screen: Screen) -> Iterator[str]:
    """Yield what would be lost of a screen in a channel of 500 characters, and which button has no end."""
    pieces = fitted(screen, LIMITS)
    if any(LIMITS.length(str(piece.text)) > LIMITS.text for piece in pieces):
        yield "too long for the plain channel"
    if bare("".join(str(piece.text) for piece in pieces)) != bare(str(screen.text)):
        yield "not whole in the plain channel"
    if any(units(button.label) > 2 * TEXT_LIMITS.label for row in screen.rows for button in row):
        yield "a button that says a whole text"


async def pressed(
    seam: Seam, watch: Watch, who: Who, card: int, payload: Payload, shown: list[Screen]
) -> list[dict[str, Any]]:
    """Press a button, and put everything back to how it was."""
    shown.clear()
    seam.sandbox.world.tap(who.telegram_id, who.telegram_id, card, payload.pack(), forged=True)
    calls = await seam.handle()
    watch.restore()
    return calls


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("role", READERS)
async def test_whatever_may_be_stored_is_shown(
    role: str, language: str, seam: Seam, world: Crowded, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.corps.run(fill, language)
    watch.restore_to_now()
    who, shown, wrong = world.people[role], list[Screen](), []

    def noted(screen: Screen, limits: TextLimits) -> tuple[Screen, ...]:
        shown.append(screen)
        return fitted(screen, limits)

    monkeypatch.setattr(messages, "fitted", noted)
    card = await seam.enter(who.telegram_id)
    for kind in RULES:
        for payload in real(world, kind):
            calls = await pressed(seam, watch, who, card, payload, shown)
            bad = [call["error"] for call in calls if not call["ok"] and "not modified" not in call["error"]]
            wrong += [
                f"{payload}: {what}" for what in (*bad, *(what for screen in shown for what in wrong_with(screen)))
            ]
    assert "\n".join(wrong) == ""
    reported = next(row for row in world.ids["activity"] if world.row(Activity, row).state is ActivityState.REPORTED)
    whole: dict[Payload, tuple[int, ...]] = {}
    if who.active:
        whole[CardTap(reported)] = (entry.TITLE_MAX, entry.PLACE_MAX, entry.NOTES_MAX)
    if who.leads or who.coordinates:
        whole[ReviewTap(reported)] = (entry.TITLE_MAX, report_form.WORDS_MAX, reports.REASON_MAX)
        whole[RollPageTap(reported, 0)] = (entry.TITLE_MAX, roll_form.NAME_MAX)
    for payload, sizes in whole.items():
        calls = await pressed(seam, watch, who, card, payload, shown)
        said = bare("".join(str(call["params"].get("text", "")) for call in calls))
        assert all(bare(str(escape(longest(size)))) in said for size in sizes), payload


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("limits", [TEXT_LIMITS, LIMITS])
def test_whatever_goes_out_by_itself_is_whole(language: str, limits: TextLimits, world: Crowded) -> None:
    world.corps.run(fill, language)
    said, wrong = set[Kind](), []

    def letters(session: Session, at: Moment) -> list[Letter]:
        return notice_facts.open_all(session, at, leasing.take_due(session, at, 100))

    while opened := world.corps.run(letters):
        for letter in opened:
            if letter.facts is not None:
                voice = Voice(language, world.corps.clock)
                screen = notice_screen(voice, letter.due, letter.facts, letter.more, limits)
                said |= {letter.due.kind, *(due.kind for due, _ in letter.more)}
                wrong += [(letter.due.kind, what) for what in wrong_with(screen)]
    assert wrong == []
    assert said >= {Kind.CARD, Kind.PAIRING_REQUEST}
