"""电话清单: the people who must be telephoned, since no message reaches them, and what to tell them."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.callbacks.teams import CalledTap, CallsTap, TeamTap
from bot.texts.voice import Voice
from bot.views.screen import SUCCESS, Button, Row, Screen, lines, page_of, pager
from bot.views.teams import back
from corps.membership.call_list import Call
from corps.parsing.lengths import cut

A_PAGE = 8
SAID = 120
"""Characters of a broadcast that a line shows: enough to tell it by telephone."""


def calls_screen(voice: Voice, team: int, found: Sequence[Call], number: int = 0) -> Screen:
    """Return a page of the people to be telephoned, each with a button that marks the call as made."""
    page = page_of(len(found), number, A_PAGE)
    shown = found[page.start : page.stop]
    text = lines(
        voice("calls.heading", n=len(found)) if found else voice("calls.none"),
        *(voice("calls.line", name=one.name, what=_what(voice, one), when=voice.moment(one.due_at)) for one in shown),
    )
    rows: list[Row] = [
        (Button(voice("calls.done", name=one.name), CalledTap(one.notice, team, one.sign), style=SUCCESS),)
        for one in shown
    ]
    return Screen(text, (*rows, *pager(page, lambda to: CallsTap(team, to)), back(voice, TeamTap(team, 0))))


def _what(voice: Voice, call: Call) -> str:
    what = voice(f"kind.{call.kind.value}")
    about = call.title or cut(Markup(call.words).striptags(), SAID)  # noqa: S704 - our own markup, read as words
    return voice("outbox.about", what=what, title=about) if about else what
