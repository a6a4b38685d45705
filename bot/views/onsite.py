"""Running an activity: the code to scan, walk-ins, whom to ask, the link to share."""

from bot.callbacks.onsite import InviteListTap, InviteTap, WalkInTap
from bot.callbacks.signup import CardTap, ListedTap
from bot.documents.qr import qr_png
from bot.texts.voice import Voice
from bot.views.cards import activity_card
from bot.views.menu import menu
from bot.views.screen import SUCCESS, Button, LinkTo, Page, Row, Screen, lines, pager, rows_of
from corps.activities.cards import Card
from corps.activities.presence import check_in_opens
from corps.attendance.check_in import Arrival, CheckIns
from corps.people import Actor
from corps.signups.inviting import Candidates

ROLE_SHOWN = 16


def qr_screen(voice: Voice, card: Card, link_to: LinkTo) -> Screen:
    """Return the on-site code as a picture, with its link as text for those who cannot scan."""
    link = link_to("in", card.check_in_code)
    return Screen(voice("onsite.qr", title=card.title, link=link), photo=qr_png(link))


def share_screen(voice: Voice, card: Card, link_to: LinkTo) -> Screen:
    """Return the activity's link, as text to pass on and as a button that copies it."""
    link = link_to("act", str(card.id))
    text = voice("onsite.share", title=card.title, when=voice.span(card.starts_at, card.ends_at), link=link)
    return Screen(text, ((Button(voice("button.copy"), copy=link),),))


def arrival_screen(voice: Voice, arrival: Arrival) -> Screen:
    """Return that the person is checked in, or the free places on the spot, or whom to ask."""
    if arrival.checked_in:
        return activity_card(voice, arrival.card, voice("toast.checked_in"))
    if not arrival.slots:
        return Screen(voice("onsite.no_place", title=arrival.card.title))
    rows: tuple[Row, ...] = tuple(
        (Button(voice("button.walk_in", role=slot.role[:ROLE_SHOWN]), WalkInTap(slot.id), style=SUCCESS),)
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
