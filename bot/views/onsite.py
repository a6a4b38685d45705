"""Running an activity: the code to scan, walk-ins, whom to ask, the link to share; acting for who telephoned."""

from bot.callbacks.on_behalf import SignUpForOneTap, SignUpForTap, TakeOffListTap, TakeOffSureTap, TakeOffTap
from bot.callbacks.onsite import FixedCodeTap, FreshCodeTap, InviteListTap, InviteTap, RollTap, WalkInTap
from bot.callbacks.signup import CardTap, ListedTap
from bot.documents.qr import qr_png
from bot.texts.voice import Voice
from bot.views.cards import activity_card, elsewhere_screen, name_of
from bot.views.menu import menu
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Button, LinkTo, Page, Row, Screen, lines, pager, rows_of
from corps.activities.cards import Card
from corps.activities.presence import check_in_opens
from corps.attendance.check_in import Arrival, CheckIns
from corps.attendance.codes import RotatingCode, WrongCode
from corps.parsing.lengths import cut
from corps.people import Actor
from corps.signups.inviting import Candidates
from corps.signups.on_behalf import Choice, OnIt, SignedUpFor, TakenOff, TakingOff

ROLE_SHOWN = 16


def code_screen(voice: Voice, code: RotatingCode, link_to: LinkTo) -> Screen:
    """Return the code of now as a picture, with the six digits to type for those who cannot scan."""
    link = link_to("in", code.link)
    text = voice(
        "code.rotating",
        title=code.title,
        digits=f"{code.digits[:3]} {code.digits[3:]}",
        link=link,
        time=f"{voice.zone.wall(code.made_at):%H:%M:%S}",
    )
    return Screen(text, _code_rows(voice, code.activity_id), photo=qr_png(link))


def code_over_screen(voice: Voice, activity_id: int, title: str, link_to: LinkTo) -> Screen:
    """Return what stands in the place of a code that is not kept fresh any more; scanned, it only leads to the chat."""
    return Screen(voice("code.over", title=title), _code_rows(voice, activity_id), photo=qr_png(link_to("", "")))


def _code_rows(voice: Voice, activity_id: int) -> tuple[Row, ...]:
    fresh = Button(voice("button.fresh_code"), FreshCodeTap(activity_id), style=PRIMARY)
    return ((fresh, Button(voice("button.roll"), RollTap(activity_id))),
            (Button(voice("button.fixed_code"), FixedCodeTap(activity_id)),))  # fmt: skip


def digits_screen(voice: Voice, found: Arrival | WrongCode) -> Screen:
    """Return what came of typed digits."""
    if isinstance(found, WrongCode):
        return Screen(voice("code.wrong", left=found.left) if found.left else voice("code.wait"))
    return arrival_screen(voice, found)


def qr_screen(voice: Voice, card: Card, link_to: LinkTo) -> Screen:
    """Return the printed code as a picture, with its link as text for those who cannot scan."""
    link = link_to("in", card.check_in_code)
    return Screen(voice("onsite.qr", title=card.title, link=link), photo=qr_png(link))


def share_screen(voice: Voice, card: Card, link_to: LinkTo) -> Screen:
    """Return the activity's link, as text to pass on and as a button that copies it."""
    link = link_to("act", str(card.id))
    text = voice("onsite.share", title=card.title, when=voice.span(card.starts_at, card.ends_at), link=link)
    return Screen(text, ((Button(voice("button.copy"), copy=link),),))


def arrival_screen(voice: Voice, arrival: Arrival) -> Screen:
    """Return that the person is checked in, or the free places on the spot, or whom to ask."""
    if arrival.elsewhere is not None:
        return elsewhere_screen(voice, arrival.elsewhere)
    if arrival.checked_in:
        return activity_card(voice, arrival.card, voice("toast.checked_in"))
    if not arrival.slots:
        return Screen(voice("onsite.no_place", title=arrival.card.title))
    rows: tuple[Row, ...] = tuple(
        (Button(voice("button.walk_in", role=cut(slot.role, ROLE_SHOWN)), WalkInTap(slot.id), style=SUCCESS),)
        for slot in arrival.slots
    )
    return Screen(voice("onsite.walk_in", title=arrival.card.title), rows)


def check_ins_screen(voice: Voice, actor: Actor, found: CheckIns) -> Screen:
    """Return the card of what is on now, several to choose from, or when there is something to check in at."""
    if len(found.cards) == 1:
        return activity_card(voice, found.cards[0])
    if found.cards:
        rows = tuple(
            (Button(f"{voice.moment(card.starts_at)} {card.title}", ListedTap(card.id)),) for card in found.cards
        )
        return Screen(voice("onsite.which"), rows)
    coming = found.next
    if coming is None:
        return Screen(voice("onsite.none_now"), menu(voice, actor))
    opens = voice.moment(check_in_opens(coming))
    row = (Button(coming.title, CardTap(coming.id)),)
    when = voice.span(coming.starts_at, coming.ends_at)
    return Screen(voice("onsite.next", title=coming.title, when=when, opens=opens), (row, *menu(voice, actor)))


def invite_screen(voice: Voice, found: Candidates) -> Screen:
    """Return those who could be asked, a button each. The order is a proposal, and no figure is shown."""
    card = found.card
    buttons = [Button(person.name, InviteTap(card.id, person.member_id, found.page)) for person in found.people]
    rows: list[Row] = [*rows_of(buttons, 2)]
    rows += pager(Page(found.page, found.pages), lambda number: InviteListTap(card.id, number))
    rows.append((Button(voice("button.back"), CardTap(card.id)),))
    text = lines(
        voice("invite.heading", title=card.title, when=voice.span(card.starts_at, card.ends_at)),
        "",
        voice("invite.who") if found.people else voice("invite.nobody"),
        voice("invite.asked", n=found.asked) if found.asked else None,
    )
    return Screen(text, tuple(rows))


def choice_screen(voice: Voice, choice: Choice) -> Screen:
    """Return who can be signed up, a button each; or the slots to choose from."""
    card, shown = choice.card, choice.card.terms
    heading = voice("for.heading", title=card.title, when=voice.span(card.starts_at, card.ends_at))
    if choice.chosen is not None:
        who = choice.chosen
        rows: list[Row] = [
            (
                Button(
                    _slot(voice, slot.role, full=not slot.free), SignUpForOneTap(card.id, who.member_id, slot.id, shown)
                ),
            )
            for slot in choice.slots
        ]
        rows.append((Button(voice("button.back"), SignUpForTap(card.id)),))
        return Screen(lines(heading, "", voice("for.slot", name=who.name)), tuple(rows))
    buttons = [Button(name_of(voice, one), SignUpForOneTap(card.id, one.member_id, 0, shown)) for one in choice.people]
    rows = [*rows_of(buttons, 2), *pager(Page(choice.page, choice.pages), lambda to: SignUpForTap(card.id, to))]
    back = SignUpForTap(card.id) if choice.typed else CardTap(card.id)
    rows.append((Button(voice("button.back"), back),))
    asks = voice("for.found", text=choice.typed) if choice.typed else voice("for.who")
    return Screen(lines(heading, "", asks if choice.people else voice("for.nobody")), tuple(rows))


def _slot(voice: Voice, role: str, *, full: bool) -> str:
    return voice("for.slot_wait", role=role) if full else role


def signed_up_screen(voice: Voice, done: SignedUpFor) -> Screen:
    """Return the card under what has been done, and whom to telephone."""
    said = voice("for.done_waiting", name=done.name, n=done.queue) if done.queue else voice("for.done", name=done.name)
    deaf = None if done.hears else voice("for.deaf", name=done.name)
    return activity_card(voice, done.card, lines(said, deaf, ""))


def on_it_screen(voice: Voice, found: OnIt) -> Screen:
    """Return who can be taken off, a button each."""
    buttons = [
        Button(f"{name_of(voice, one.person)} · {one.role}"[:60], TakeOffTap(one.sign_up)) for one in found.people
    ]
    rows = (*rows_of(buttons, 2), (Button(voice("button.back"), CardTap(found.card.id)),))
    return Screen(voice("off.heading" if buttons else "off.nobody", title=found.card.title), rows)


def taking_off_screen(voice: Voice, asked: TakingOff) -> Screen:
    """Return the question whether somebody is to be taken off, with the reason as it was typed."""
    text = lines(
        voice("off.asks", name=asked.held.person.name, role=asked.held.role, title=asked.card.title),
        voice("off.reason", reason=asked.reason) if asked.reason else None,
        "",
        voice("off.ask_reason"),
    )
    sure = Button(voice("button.take_off_sure"), TakeOffSureTap(asked.held.sign_up, asked.shown), style=DANGER)
    return Screen(text, ((sure, Button(voice("button.back"), TakeOffListTap(asked.card.id))),))


def taken_off_screen(voice: Voice, done: TakenOff) -> Screen:
    """Return the card under what has been done, and whom to telephone."""
    deaf = None if done.hears else voice("for.deaf", name=done.name)
    return activity_card(voice, done.card, lines(voice("off.done", name=done.name), deaf, ""))
