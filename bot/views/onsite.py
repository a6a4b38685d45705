"""Running an activity: check-in code, walk-ins, whom to invite, the link to share, acting for people who telephone."""

from markupsafe import Markup

from bot.callbacks.on_behalf import SignUpForOneTap, SignUpForTap, TakeOffListTap, TakeOffSureTap, TakeOffTap
from bot.callbacks.onsite import FixedCodeTap, FreshCodeTap, InviteListTap, InviteTap, RollTap, WalkInTap
from bot.callbacks.ratings import RateCodeTap
from bot.callbacks.reports import (
    AddPersonTap,
    AddTap,
    AllPresentTap,
    GuestDropTap,
    GuestEraseTap,
    GuestTap,
    LeftAtTap,
    LeftTap,
    MarkTap,
    ReviewTap,
    RollDoneTap,
    RollPageTap,
    StayedTap,
)
from bot.callbacks.signup import CardTap, ListedTap
from bot.documents.qr import qr_png
from bot.texts.voice import Voice
from bot.views.cards import activity_card, checked_out, elsewhere_screen, name_of
from bot.views.menu import menu
from bot.views.screen import (
    DANGER,
    PRIMARY,
    SUCCESS,
    Button,
    LinksTo,
    Page,
    Row,
    Screen,
    lines,
    page_of,
    pager,
    rows_of,
    to_pass_on,
)
from corps.activities.cards import Card
from corps.activities.presence import came, check_in_opens
from corps.attendance.check_in import Arrival, CheckIns
from corps.attendance.codes import RotatingCode, WrongCode
from corps.attendance.roll_call import AFTER, Person, RollCall
from corps.attendance.roll_form import Adding, Leaving
from corps.audit import fingerprint
from corps.parsing.lengths import cut
from corps.people import Actor
from corps.signups.inviting import Candidates
from corps.signups.on_behalf import Choice, OnIt, SignedUpFor, TakenOff, TakingOff
from models.enums import AttendanceState

ROLE_SHOWN = 16
ROLL_PAGE = 8
GUESTS_SHOWN = 10

MARKS = {
    AttendanceState.UNKNOWN: "❔",
    AttendanceState.PRESENT: "✅",
    AttendanceState.ABSENT: "❌",
    AttendanceState.EXCUSED: "🟡",
}


def code_screen(voice: Voice, code: RotatingCode, links_to: LinksTo) -> Screen:
    """Return the code of now as a picture, with the six digits to type for those who cannot scan.

    The picture leads to the page, where there is one: from there those who are at Telegram go on.
    """
    links = links_to("in", code.link)
    text = voice(
        "code.rotating",
        title=code.title,
        digits=f"{code.digits[:3]} {code.digits[3:]}",
        link=Markup("\n").join(links),
        time=f"{voice.zone.wall(code.made_at):%H:%M:%S}",
    )
    return Screen(text, _code_rows(voice, code.activity_id), photo=qr_png(links[-1]))


def code_over_screen(voice: Voice, activity_id: int, title: str, links_to: LinksTo) -> Screen:
    """Return what replaces a check-in code that is no longer renewed; scanning it only opens the chat."""
    return Screen(voice("code.over", title=title), _code_rows(voice, activity_id), photo=qr_png(links_to("", "")[-1]))


def _code_rows(voice: Voice, activity_id: int) -> tuple[Row, ...]:
    fresh = Button(voice("button.fresh_code"), FreshCodeTap(activity_id), style=PRIMARY)
    return ((fresh, Button(voice("button.roll"), RollTap(activity_id))),
            (Button(voice("button.fixed_code"), FixedCodeTap(activity_id)),
             Button(voice("button.rate_code"), RateCodeTap(activity_id))))  # fmt: skip


def digits_screen(voice: Voice, found: Arrival | WrongCode) -> Screen:
    """Return the result of typing a code's digits."""
    if isinstance(found, WrongCode):
        return Screen(voice("code.wrong", left=found.left) if found.left else voice("code.wait"))
    return arrival_screen(voice, found)


def qr_screen(voice: Voice, card: Card, links_to: LinksTo) -> Screen:
    """Return the printed code as a picture, with its link as text for those who cannot scan."""
    links = links_to("in", card.check_in_code)
    return Screen(voice("onsite.qr", title=card.title, link=Markup("\n").join(links)), photo=qr_png(links[-1]))


def share_screen(voice: Voice, card: Card, links_to: LinksTo) -> Screen:
    """Return the activity's link, as text to pass on and as a button that copies it."""
    links = links_to("act", str(card.id))
    when = voice.span(card.starts_at, card.ends_at)
    text = voice("onsite.share", title=card.title, when=when, link=Markup("\n").join(links))
    last_first = Markup("\n").join(reversed(links))
    words = voice("onsite.shared", title=card.title, when=when, place=card.place, link=last_first)
    return Screen(text, ((Button(voice("button.copy"), copy=to_pass_on(words, links)),),))


def arrival_screen(voice: Voice, arrival: Arrival) -> Screen:
    """Return that the person is checked in, or the free places that can be taken now, or whom to ask."""
    if arrival.elsewhere is not None:
        return elsewhere_screen(voice, arrival.elsewhere)
    if arrival.checked_in:
        return activity_card(voice, arrival.card, voice("toast.checked_in"))
    if arrival.checked_out:
        return activity_card(voice, arrival.card, checked_out(voice, arrival.card))
    if not arrival.slots:
        return Screen(voice("onsite.no_place", title=arrival.card.title))
    rows: tuple[Row, ...] = tuple(
        (Button(voice("button.walk_in", role=cut(slot.role, ROLE_SHOWN)), WalkInTap(slot.id), style=SUCCESS),)
        for slot in arrival.slots
    )
    return Screen(voice("onsite.walk_in", title=arrival.card.title), rows)


def check_ins_screen(voice: Voice, actor: Actor, found: CheckIns) -> Screen:
    """Return the card of the activity that is on now, several to choose from, or when the next check-in opens."""
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
    opens = voice.moment(check_in_opens(coming.my_hours[0]))
    row = (Button(coming.title, CardTap(coming.id)),)
    when = voice.span(*coming.my_hours)
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


def roll_screen(voice: Voice, seen: RollCall, number: int = 0) -> Screen:
    """Return the attendance list, a button for each person. After the end it leads on to the report."""
    card, people = seen.card, seen.people
    page = page_of(len(people), number, ROLL_PAGE)
    shown = people[page.start : page.stop]
    buttons = [
        Button(
            _person(voice, person, over=card.ended),
            MarkTap(card.id, person.member_id, page.number, AFTER[person.state]),
        )
        for person in shown
    ]
    rows = list(rows_of(buttons, 2))
    rows += pager(page, lambda to: RollPageTap(card.id, to))
    if any(person.state is AttendanceState.UNKNOWN and person.signed_up for person in people):
        rows.append((Button(voice("report.all_present"), AllPresentTap(card.id)),))
    rows += _roll_tools(voice, seen)
    back = Button(voice("button.back"), CardTap(card.id))
    onward = Button(voice("report.next"), RollDoneTap(card.id), style=PRIMARY)
    rows.append((onward, back) if card.ended else (back,))
    asked = voice("report.who") if people else voice("report.nobody" if card.ended else "onsite.nobody")
    heading = voice("report.heading" if card.ended else "onsite.roll", title=card.title)
    here = sum(came(person.state) for person in people)
    counted = voice("onsite.here", here=here, all=len(people)) if people else None
    guests = voice("roll.guests", names=voice.listed(filter(None, seen.guests))) if any(seen.guests) else None
    return Screen(lines(heading, counted, guests, "", asked), tuple(rows))


def _roll_tools(voice: Voice, seen: RollCall) -> list[Row]:
    """Return the buttons that correct the list: add a member, add a guest, note who left early."""
    number = seen.card.id
    guests = [
        Button(f"👤 {name} ✕", GuestDropTap(number, fingerprint(name))) for name in seen.guests[:GUESTS_SHOWN] if name
    ]
    over = seen.card.ended and any(person.not_out for person in seen.people)
    stayed: list[Row] = [(Button(voice("button.stayed"), StayedTap(number)),)] if over else []
    tools = [Button(voice("button.add_person"), AddPersonTap(number))]
    if any(came(person.state) for person in seen.people):
        tools.append(Button(voice("button.left_early"), LeftTap(number)))
        tools.append(Button(voice("button.came_late"), LeftTap(number, late=True)))
    return [*rows_of(guests, 2), *stayed, tuple(tools)]


def _person(voice: Voice, person: Person, *, over: bool) -> str:
    role = f" · {person.role}" if person.role else ""
    until = voice("roll.until", time=f"{voice.zone.wall(person.until):%H:%M}") if person.until else ""
    since = voice("roll.since", time=f"{voice.zone.wall(person.since):%H:%M}") if person.since else ""
    not_out = voice("roll.not_out") if over and person.not_out else ""
    return f"{MARKS[person.state]} {name_of(voice, person)}{role}{since}{until}{not_out}"


def adding_screen(voice: Voice, adding: Adding) -> Screen:
    """Return who can be added to the list, a button each; for a typed name also as a guest."""
    number = adding.activity_id
    buttons = [Button(name_of(voice, person), AddTap(number, person.member_id)) for person in adding.people]
    rows = list(rows_of(buttons, 2))
    if adding.typed:
        rows.append((Button(voice("button.guest_only", name=adding.typed), GuestTap(number)),))
    rows.append((Button(voice("report.back_to_roll"), RollPageTap(number, 0)),))
    key = "roll.add_found" if adding.typed else "roll.add_ask"
    return Screen(voice(key, text=adding.typed), tuple(rows))


def part_screen(voice: Voice, taken: Leaving | RollCall) -> Screen:
    """Return the next question about who left early, or the list as it is now."""
    return leaving_screen(voice, taken) if isinstance(taken, Leaving) else roll_screen(voice, taken)


def leaving_screen(voice: Voice, leaving: Leaving) -> Screen:
    """Ask who left early, or came late; then when."""
    number, chosen, late = leaving.activity_id, leaving.chosen, leaving.late
    unclear = voice("roll.part_unclear", what=leaving.unclear) if leaving.unclear else None
    back = (Button(voice("report.back_to_roll"), RollPageTap(number, 0)),)
    if chosen is None:
        who = [Button(name_of(voice, person), LeftTap(number, person.member_id, late)) for person in leaving.people]
        ask = lines(unclear, voice("roll.late_who" if late else "roll.left_who"))
        return Screen(ask, (*rows_of(who, 2), back))
    when = [
        Button(
            voice("button.since" if late else "button.until", time=f"{voice.zone.wall(moment):%H:%M}"),
            LeftAtTap(number, chosen.member_id, minutes, late),
        )
        for minutes, moment in leaving.moments
    ]
    whole = (
        Button(
            voice("button.from_beginning" if late else "button.whole_time"),
            LeftAtTap(number, chosen.member_id, 0, late),
        ),
    )
    ask = lines(unclear, voice("roll.late_when" if late else "roll.left_when", name=chosen.name))
    return Screen(ask, (*rows_of(when, 3), whole, back))


def guest_names_screen(voice: Voice, activity_id: int, title: str, named: tuple[str, ...]) -> Screen:
    """Return the guests whose names are kept, a button each that erases it."""
    buttons = [Button(f"👤 {name} ✕", GuestEraseTap(activity_id, fingerprint(name))) for name in named[:GUESTS_SHOWN]]
    back = (Button(voice("button.back"), ReviewTap(activity_id)),)
    return Screen(
        voice("review.guest_names" if named else "review.no_guest_names", title=title), (*rows_of(buttons, 2), back)
    )
