"""Ratings of an activity: the question, the code to put up on site, and the result."""

from markupsafe import Markup

from bot.callbacks.ratings import RateSkipTap, RateTap
from bot.documents.qr import qr_png
from bot.texts.voice import Voice
from bot.views.screen import Button, LinkTo, Screen
from corps.delivery.notice_facts import Facts
from corps.notices import Due
from corps.ratings import LEAST, STARS, RatingAsk, RatingSummary


def screen(voice: Voice, asked: RatingAsk) -> Screen:
    """Return the question how it was; after the answer, the question for a sentence."""
    if asked.said:
        return Screen(voice("rating.thanks"))
    if asked.stars:
        text = voice("rating.ask_words", title=asked.title, stars=asked.stars)
        return Screen(text, (_stars(voice, asked), (Button(voice("button.rate_skip"), RateSkipTap()),)))
    when = voice.moment(asked.starts_at)
    return Screen(voice("rating.ask", title=asked.title, when=when), (_stars(voice, asked),))


def _stars(voice: Voice, asked: RatingAsk) -> tuple[Button, ...]:
    return tuple(
        Button(("✅ " if n == asked.stars else "") + voice("rating.stars", n=n), RateTap(asked.code, n)) for n in STARS
    )


def notice(voice: Voice, _due: Due, facts: Facts) -> Screen:
    """Return the question, the day after."""
    return screen(voice, facts.the(RatingAsk))


def thanks(voice: Voice) -> Screen:
    """Return the thanks."""
    return Screen(voice("rating.thanks"))


def code_screen(voice: Voice, asked: RatingAsk, link_to: LinkTo) -> Screen:
    """Return the QR code to put up on site, as a picture, with its link."""
    link = link_to("rate", asked.code)
    return Screen(voice("rating.code", title=asked.title, link=link), photo=qr_png(link))


def summary_lines(voice: Voice, found: RatingSummary) -> list[Markup]:
    """Return the result; with too few answers only that there are some, so that nobody can be recognised."""
    if not found.given:
        return []
    if not found.readable:
        return [voice("rating.few", given=found.given, least=LEAST)]
    said = [voice("rating.words", words=words) for words in found.words]
    return [voice("rating.mean", mean=f"{found.mean:.1f}", given=found.given, guests=found.guests), *said]
