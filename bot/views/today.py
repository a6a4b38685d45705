"""今天要办 (to do today): each kind of task with its number, and a button that leads to where each is done."""

from collections.abc import Callable

from markupsafe import Markup

from bot.callbacks import Payload
from bot.callbacks.broadcast import OpenTap
from bot.callbacks.certificates import CertificateTap
from bot.callbacks.common import MenuBelowTap
from bot.callbacks.new_activity import DraftTap
from bot.callbacks.notice_status import TroubleTap, UnreachableTap
from bot.callbacks.own_hours import ListedOwnTap
from bot.callbacks.pairings import ListedPairingTap
from bot.callbacks.publicity import ListedObjectionTap
from bot.callbacks.reports import ListedReviewTap, ReportTap
from bot.callbacks.signup import ListedTap
from bot.callbacks.teams import RequestsTap, TeamTap
from bot.callbacks.today import TodayTap
from bot.texts.voice import Voice
from bot.views.broadcast import excerpt
from bot.views.menu import menu
from bot.views.quota import outlook
from bot.views.screen import Button, Row, Screen, lines, page_of, pager
from corps.people import Actor
from corps.quotas.tally import QuotaLine
from corps.today import Group, Item, Matter, Today

SHORT = 3
"""How many tasks of a kind the overview shows; the others are on the kind's own page."""

A_PAGE = 8
_LABEL = 60
_TITLE = 20

_LEADS_TO: dict[Matter, Callable[[Item, bool], Payload]] = {
    Matter.ADMIT: lambda item, _: RequestsTap(item.id),
    Matter.GAPS: lambda item, _: ListedTap(item.id),
    Matter.RETURNED: lambda item, _: ReportTap(item.id),
    Matter.REPORT: lambda item, _: ReportTap(item.id),
    Matter.VERIFY: lambda item, _: ListedReviewTap(item.id),
    Matter.APPROVE: lambda item, _: DraftTap(item.id),
    Matter.REOPEN: lambda item, _: ListedReviewTap(item.id),
    Matter.PAIRING: lambda item, _: ListedPairingTap(item.id),
    Matter.PAIRING_RETURNED: lambda item, _: ListedPairingTap(item.id),
    Matter.OWN_HOURS: lambda item, _: ListedOwnTap(item.id),
    Matter.OBJECTION: lambda item, _: ListedObjectionTap(item.id),
    Matter.CERTIFICATE: lambda item, _: CertificateTap(item.id, below=True),
    Matter.VISIT: lambda item, _: ListedPairingTap(item.id),
    Matter.CLAIM: lambda item, _: ListedTap(item.id),
    Matter.FAILED: lambda _item, _: TroubleTap(0),
    Matter.MISSED: lambda item, _: OpenTap(item.id),
    Matter.UNREACHABLE: lambda item, coordinates: UnreachableTap(0) if coordinates else TeamTap(item.id, 0),
    Matter.PACE: lambda _item, _: MenuBelowTap("plan"),
    Matter.DRAFT: lambda item, _: DraftTap(item.id),
    Matter.UNFINISHED: lambda item, _: MenuBelowTap(item.title),
}
"""What the button of each kind of task does; the second argument tells whether the reader is a coordinator."""


def screen(voice: Voice, actor: Actor, today: Today) -> Screen:
    """Return an overview of all tasks; a friendly sentence and the menu if there are none."""
    if not today.groups:
        return Screen(voice("today.nothing", name=today.name), menu(voice, actor))
    parts: list[Markup | str | None] = [voice("today.heading", name=today.name)]
    rows: list[Row] = []
    for group in today.groups:
        shown = group.items[:SHORT]
        parts += ["", heading(voice, group), *(_line(voice, group.matter, item) for item in shown)]
        rows += [_button(voice, group.matter, item, coordinates=today.coordinates) for item in shown]
        if len(group.items) > SHORT:
            label = voice("today.all", what=voice(f"today.do_{group.matter.value}"), n=len(group.items))
            rows.append((Button(label.unescape(), TodayTap(group.matter.value, 0)),))
    return Screen(lines(*parts), (*rows, (Button(voice("today.refresh"), TodayTap("", 0)),)))


def page(voice: Voice, actor: Actor, today: Today, matter: str, number: int) -> Screen:
    """Return a page of one kind of task; the overview if none of that kind is left."""
    group = next((group for group in today.groups if group.matter.value == matter), None)
    if group is None:
        return screen(voice, actor, today)
    at = page_of(len(group.items), number, A_PAGE)
    shown = group.items[at.start : at.stop]
    text = lines(heading(voice, group), *(_line(voice, group.matter, item) for item in shown))
    buttons = [_button(voice, group.matter, item, coordinates=today.coordinates) for item in shown]
    back = (Button(voice("button.back"), TodayTap("", 0)),)
    return Screen(text, (*buttons, *pager(at, lambda to: TodayTap(matter, to)), back))


def for_member(voice: Voice, own: Screen) -> Screen:
    """Return the places of a member without an office, below a line that says whom this list is for."""
    return Screen(lines(voice("today.for_member"), "", own.text), own.rows)


def heading(voice: Voice, group: Group) -> Markup:
    """Return a kind of task with its number."""
    number = sum(item.number or len(item.risks) for item in group.items) or len(group.items)
    number = len(group.items) if group.matter is Matter.VISIT else number
    return voice(f"today.of_{group.matter.value}", n=number)


def name_of(voice: Voice, matter: Matter, item: Item) -> str:
    """Return the name of a task, such as an activity's title; "" if it has none."""
    match matter:
        case Matter.UNFINISHED:
            return voice.plain(f"menu.{item.title}")
        case Matter.FAILED | Matter.PACE:
            return ""
        case Matter.MISSED:
            return excerpt(item.title, _TITLE)
        case _:
            return item.title or voice.plain("today.no_team")


def _line(voice: Voice, matter: Matter, item: Item) -> Markup | None:
    name = name_of(voice, matter, item)
    if item.risks:
        return lines(*(_risk(voice, line) for line in item.risks))
    if not name:
        return None
    day = voice.day(item.day) if item.day else ""
    key = "today.line_number" if item.number else "today.line"
    if matter is Matter.VISIT:
        return voice("today.line_visit", what=name, n=item.number)
    return voice(key, what=" ".join(filter(None, (day, name))), n=item.number)


def _risk(voice: Voice, line: QuotaLine) -> Markup:
    return lines(voice("today.line", what=line.category.spoken(voice.language)), outlook(voice, line))


def leads_to(matter: Matter, item: Item, *, coordinates: bool) -> Payload:
    """Return the payload of the button that opens a task."""
    return _LEADS_TO[matter](item, coordinates)


def _button(voice: Voice, matter: Matter, item: Item, *, coordinates: bool) -> Row:
    name = name_of(voice, matter, item)
    day = voice.short_date(item.day) if item.day else ""
    label = " ".join(filter(None, (voice.plain(f"today.do_{matter.value}"), day, name)))
    return (Button(label[:_LABEL], leads_to(matter, item, coordinates=coordinates)),)
