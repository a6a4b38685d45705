"""Cancelling an activity: asking for the reason, and what was done."""

from bot.callbacks.cancelling import CallOffConfirmTap, CallOffTap
from bot.texts.voice import Voice
from bot.views.cards import activity_card
from bot.views.editing import to_card
from bot.views.screen import DANGER, Button, Screen, hearing, lines, not_hearing
from corps.activities.cards import Card
from corps.changes.cancel_form import Stand
from corps.changes.cancelling import Cancelled, Outlook


def screen(voice: Voice, stand: Stand) -> Screen:
    """Return the present step of cancelling: what it would do, or that it is done."""
    if stand.done is not None:
        return called_off(voice, stand.done, stand.card)
    assert stand.outlook is not None  # noqa: S101 - what is not done has an outlook
    return ask_reason(voice, stand.outlook, stand.terms, stand.reason)


def ask_reason(voice: Voice, outlook: Outlook, terms: str, reason: str = "") -> Screen:
    """Return what cancelling does, and 确认取消: with the reason, or plainly. A draft needs none."""
    activity = outlook.activity_id
    plainly = CallOffConfirmTap(activity, plainly=True, shown=terms)
    if outlook.draft:
        text = voice("call_off.draft", title=outlook.title)
        row = (Button(voice("button.delete_draft"), plainly, style=DANGER),)
        return Screen(text, (row, (to_card(voice, activity),)))
    over = outlook.over
    heard = hearing(voice, outlook.reach, yet=True)
    what = voice("not_held.what" if over else "call_off.what", title=outlook.title, heard=heard)
    what = lines(what, *not_hearing(voice, outlook.reach))
    if reason:
        row = (
            Button(
                voice("button.confirm_not_held" if over else "button.confirm_call_off"),
                CallOffConfirmTap(activity, plainly=False, shown=terms),
                style=DANGER,
            ),
        )
        again = (Button(voice("call_off.other_reason"), CallOffTap(activity)),)
        return Screen(lines(what, voice("call_off.reason", reason=reason)), (row, again, (to_card(voice, activity),)))
    if over:
        return Screen(lines(what, "", voice("not_held.ask")), ((to_card(voice, activity),),))
    row = (Button(voice("button.call_off_plainly"), plainly, style=DANGER),)
    return Screen(lines(what, "", voice("call_off.ask")), (row, (to_card(voice, activity),)))


def called_off(voice: Voice, done: Cancelled, card: Card | None) -> Screen:
    """Return the message that it is cancelled, and who is told."""
    if card is None:
        return Screen(voice("call_off.deleted", title=done.title))
    said = lines(voice("call_off.done", heard=hearing(voice, done.reach)), *not_hearing(voice, done.reach))
    return activity_card(voice, card, said)
