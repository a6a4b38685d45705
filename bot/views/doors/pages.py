"""Personal links, the browsers that are signed in, and the channels by which messages come."""

from bot.callbacks.pages import MailboxTap, PageLinkTap, PreferTap, PutOutTap, TieTap, UntieTap, WaysTap
from bot.callbacks.settings import Pane, PaneTap
from bot.callbacks.teams import MemberTap
from bot.texts.voice import Voice
from bot.views.menu import menu
from bot.views.personal_data import channel_name
from bot.views.screen import SUCCESS, Button, Row, Screen, lines
from bot.views.teams import back
from corps.addresses import TELEGRAM
from corps.delivery.notice_facts import Facts
from corps.member_addresses import KnownAddress
from corps.notices import Due
from corps.pages.devices import WEB, Device
from corps.pages.links import Made, Ways
from corps.people import Actor


def link_screen(voice: Voice, actor: Actor, made: Made, ways: tuple[str, ...]) -> Screen:
    """Return a personal link as text. `ways` are its addresses, one for each channel; the page's is the last.

    Who is at the own page already may want the others as well.
    """
    links = ways if made.own and actor.address.channel == WEB else ways[-1:]
    key = "pages.own_link" if made.own else "pages.link_for"
    rows: list[Row] = [(Button(voice("pages.copy"), copy="\n".join(links)),)]
    if made.own and made.app and actor.address.channel == TELEGRAM:
        rows.insert(0, (Button(voice("pages.open_here"), url=made.app, style=SUCCESS, app=True),))
    rows.append(back(voice, WaysTap() if made.own else MemberTap(made.member)))
    return Screen(lines(voice(key, name=made.name), *links), tuple(rows))


def ask_tie(voice: Voice, name: str, secret: str) -> Screen:
    """Ask whether to connect this chat with the member that the link is for."""
    return Screen(
        voice("pages.ask_who", name=name), ((Button(voice("pages.that_is_me"), TieTap(secret), style=SUCCESS),),)
    )


def tied(voice: Voice, actor: Actor) -> Screen:
    """Return the message that this chat now belongs to the same member."""
    return Screen(voice("pages.tied", name=actor.name), menu(voice, actor))


def ways_screen(voice: Voice, ways: Ways, waiting: str = "", here: int = 0) -> Screen:
    """Return the channels by which messages come, the one in use first, and the browsers that are signed in.

    `waiting` is a mail address whose code is not typed yet; `here` is the browser in front of the person, if any.
    """
    first = ways.addresses[0].id if ways.addresses else 0
    text = lines(
        voice("pages.ways" if ways.pages else "pages.ways_only"),
        *(way_line(voice, one, used=one.id == first) for one in ways.addresses),
        voice("pages.way_waiting", address=waiting) if waiting else None,
        *(
            ["", voice("pages.devices"), *(device_line(voice, one, here=one.id == here) for one in ways.devices)]
            if ways.devices
            else []
        ),
    )
    rows: list[Row] = [
        (Button(voice("pages.prefer", channel=channel_name(voice, one.address.channel)), PreferTap(one.id)),)
        for one in ways.addresses[1:]
    ]
    if waiting:
        rows.append((Button(voice("mail.box"), MailboxTap()),))
    rows += [(_put_out(voice, one, here=one.id == here),) for one in ways.devices]
    rows += [(_untie(voice, one),) for one in ways.addresses if one.id in ways.chats]
    if ways.pages:
        rows.append((Button(voice("pages.open"), PageLinkTap(0)),))
    return Screen(text, (*rows, back(voice, PaneTap(Pane.MAIN))))


def _put_out(voice: Voice, device: Device, *, here: bool) -> Button:
    key = "pages.put_out_here" if here else "pages.put_out"
    return Button(voice(key, device=kind(voice, device.kind), day=_day(voice, device)), PutOutTap(device.id))


def _untie(voice: Voice, known: KnownAddress) -> Button:
    day = voice.date(voice.zone.wall(known.since).date())
    return Button(voice("pages.untie", channel=channel_name(voice, known.address.channel), day=day), UntieTap(known.id))


def way_line(voice: Voice, known: KnownAddress, *, used: bool) -> str:
    """Return the line about one channel: the address, and whether messages go there now, or cannot."""
    key = "pages.way_lost" if not known.reachable else "pages.way_used" if used else "pages.way"
    return voice(key, channel=channel_name(voice, known.address.channel))


def device_line(voice: Voice, device: Device, *, here: bool) -> str:
    """Return the line about one browser: its kind, since when it is signed in, when it was last used.

    The one in front of the person (`here`) is in use now.
    """
    seen, key = voice.moment(device.seen_at), "pages.device_here" if here else "pages.device"
    return voice(key, device=kind(voice, device.kind), since=_day(voice, device), seen=seen)


def _day(voice: Voice, device: Device) -> str:
    return voice.date(voice.zone.wall(device.since).date())


def kind(voice: Voice, word: str) -> str:
    """Return what people call a kind of browser."""
    name, _, inside = word.partition(".")
    key = f"pages.kind_{name}"
    said = voice(key) if voice.knows(key) else voice("pages.kind_computer")
    return voice(f"pages.in_{inside}", device=said) if inside else said


def entered_notice(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return the notice that a browser was signed in by a personal link, and how to sign it out."""
    word = str(due.subject["kind"])
    if channel := str(due.subject.get("channel", "")):
        tied_there = voice("notice.page_tied", name=facts.actor.name, channel=channel_name(voice, channel))
        return Screen(tied_there, ((Button(voice("settings.ways"), WaysTap()),),))
    key = "notice.page_entered_telegram" if word.endswith(".telegram") else "notice.page_entered"
    text = voice(key, name=facts.actor.name, device=kind(voice, word))
    return Screen(text, ((Button(voice("settings.ways"), WaysTap()),),))
