"""An activity's card, as the person in front of it sees it."""

import datetime as dt
from dataclasses import replace
from typing import Protocol

from markupsafe import Markup

from bot.callbacks import Payload
from bot.callbacks.calendars import CalendarTap
from bot.callbacks.cancelling import CallOffTap
from bot.callbacks.editing import CheckOutRuleTap, EditTap
from bot.callbacks.new_activity import AgainTap, DraftReturnTap, ProposeTap, PublishTap
from bot.callbacks.on_behalf import SignUpForTap, TakeOffListTap
from bot.callbacks.onsite import InviteListTap, QrTap, ReleaseTap, RollTap, ShareTap, SheetTap
from bot.callbacks.publicity import PublicTap
from bot.callbacks.reports import NudgeReportTap, PhotosTap, ReportTap, ReviewTap
from bot.callbacks.signup import (
    AcceptTap,
    CardTap,
    CheckInHereTap,
    CheckInTap,
    CheckOutTap,
    ClaimTap,
    SignUpTap,
    UndoTap,
    WaitTap,
    WhyTap,
    WithdrawForTap,
    WithdrawTap,
)
from bot.texts.voice import Voice
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Button, Row, Screen, hearing, lines, told
from corps.activities.cards import Card, SlotCard
from corps.activities.presence import came
from corps.activities.report_owed import ReportOwed
from corps.activities.stages import COMING, Stage
from corps.attendance.card_actions import Left
from corps.attendance.two_places import Elsewhere, Instead
from corps.parsing.lengths import cut
from corps.signups.claims import Claimed
from corps.signups.withdrawals import Doubt, Why, Withdrawn
from corps.teams import VenueName
from models.enums import ActivityState, SignUpState

ROLE_ON_BUTTON = 16


def activity_card(
    voice: Voice, card: Card, heading: Markup | None = None, back: Payload | None = None, *, places: bool = True
) -> Screen:
    """Return the card: what, when, where, who is needed, who comes, and the buttons this person may press.

    `back` is where 返回 leads, when the card was opened from a list; without `places` the heading has said where.
    """
    text = lines(impersonal(voice, card, heading, places=places), *_mine(voice, card))
    way_back: list[Row] = [(Button(voice("button.back"), back),)] if back is not None else []
    shows = card.id if card.stage in _FOLLOWED else 0
    return Screen(text, (*_buttons(voice, card), *way_back), shows=shows, heading=str(heading or ""))


def impersonal(voice: Voice, card: Card, heading: Markup | None = None, *, places: bool = True) -> Markup:
    """Return a card's text without what this person has to do with it: who is needed, and who comes."""
    notes = voice("card.notes", notes=card.notes) if card.notes else None
    slots = (_slot(voice, card, slot) for slot in card.slots)
    return lines(heading, *head(voice, card, places=places), notes, "", *slots)


_FOLLOWED = (*COMING, Stage.OVER)
"""The stages in which a card in a chat is updated by edits; later stages show only when somebody opens the card."""


def claimed(voice: Voice, done: Claimed) -> Markup:
    """Return the message after 认领: what was done, and who in the team is told."""
    return voice("toast.claimed", role=done.role, heard=hearing(voice, done.reach))


def checked_out(voice: Voice, card: Card) -> Markup:
    """Return the message after 签退: until which time the person is counted as present."""
    return voice("toast.checked_out", time=_clock(voice, card.left_at))


def _clock(voice: Voice, at: dt.datetime | None) -> str:
    return f"{voice.zone.wall(at):%H:%M}" if at is not None else ""


def withdrawn(voice: Voice, done: Withdrawn) -> Markup:
    """Return the message after 我来不了: what was done, and who is told."""
    if done.told is not None and done.told.people:
        return voice("toast.withdrawn_late" if done.late else "toast.withdrawn_told", told=told(voice, done.told))
    return voice("toast.left_queue" if done.queued else "toast.withdrawn")


def doubt_screen(voice: Voice, card: Card, doubt: Doubt) -> Screen:
    """Ask for confirmation before somebody gives a place back, with reasons as buttons; giving a reason is optional."""
    text = lines(
        voice("withdraw.sure", title=card.title, when=voice.near(card.starts_at, doubt.now)),
        voice("withdraw.late", told=told(voice, doubt.told, will=True)) if doubt.told is not None else None,
        voice("withdraw.waiting", n=doubt.waiting) if doubt.waiting else None,
        voice("withdraw.why"),
    )
    reasons = tuple(
        Button(voice(f"why.{why.value}"), WithdrawForTap(card.id, why)) for why in Why if why is not Why.UNSAID
    )
    unsaid = Button(voice("button.withdraw_unsaid"), WithdrawForTap(card.id, Why.UNSAID))
    return Screen(text, (reasons, (unsaid,), (Button(voice("button.back"), CardTap(card.id)),)))


def undoable(voice: Voice, screen: Screen, left: Left, said: Markup | None = None, *, asks: bool = True) -> Screen:
    """Return a card from which somebody has just withdrawn, with 撤销 while the place is still free.

    `said` stands above it where no toast says what was done. Who was not asked before is asked why now (`asks`), in one
    tap that can be left out. It is not kept true: that would take 撤销 away.
    """
    rows: list[Row] = [] if left.undo is None else [(Button(voice("button.undo"), UndoTap(left.undo)),)]
    why: Markup | None = None
    if asks and left.done.left is not None and left.done.told is None:
        why = voice("withdraw.why_after")
        sign_up = left.done.left
        rows.append(
            tuple(Button(voice(f"why.{why.value}"), WhyTap(sign_up, why)) for why in Why if why is not Why.UNSAID)
        )
    heading = lines(said, why, "", "") if said or why else ""
    return replace(screen, text=heading + screen.text, rows=(*rows, *screen.rows), shows=0 if rows else screen.shows)


def gone_to(voice: Voice, venue: VenueName) -> str:
    """Return a kind of place as people say it: `进社区`, or for a kind that one does not go to, its name: `线上`."""
    name = venue.spoken(voice.language)
    return voice("venue.in_plan", venue=name).unescape() if venue.in_plan else name


def where(voice: Voice, card: Card) -> Markup:
    """Return the line that says where it is."""
    return voice("card.where", place=card.place, venue=card.venue.spoken(voice.language))


def head(voice: Voice, card: Card, *, places: bool = True) -> list[Markup]:
    """Return the lines that say what, when, where (`places`) and who."""
    categories = voice.listed(category.spoken(voice.language) for category in card.categories)
    teams = voice.listed(card.teams) or voice("card.open_teams")
    said = [
        voice("card.title", title=card.title),
        voice(f"card.state_{card.state.value}", reason=card.cancel_reason) if card.state in _TOLD else None,
        voice("card.when", when=voice.span(card.starts_at, card.ends_at)),
        where(voice, card) if places else None,
        voice("card.joint" if card.joint else "card.regular", teams=teams, categories=categories),
        voice("card.check_out") if card.check_out and card.stage in (Stage.DRAFT, *COMING) else None,
    ]
    return [line for line in said if line is not None]


_TOLD = (ActivityState.CANCELLED, ActivityState.REPORTED, ActivityState.VERIFIED, ActivityState.DRAFT)


def _slot(voice: Voice, card: Card, slot: SlotCard) -> Markup:
    if slot.open:
        return voice("card.slot_open", role=role_of(voice, slot), places=slot.places)
    line = voice("card.slot", role=role_of(voice, slot), taken=slot.going, places=slot.places) + held(voice, card, slot)
    if slot.waiting:
        line += voice("card.slot_waiting", waiting=slot.waiting)
    if slot.names:
        more = slot.going - len(slot.names)
        line += Markup("\n") + voice(
            "card.names" if more <= 0 else "card.names_more",
            names=voice.listed(slot.names),
            more=more,
        )
    return line


def role_of(voice: Voice, slot: SlotCard) -> str:
    """Return what a slot is called, with its own hours if it has any: `主讲人（14:00–15:00）`."""
    if slot.starts_at is None or slot.ends_at is None:
        return slot.role
    return voice("card.role_at", role=slot.role, hours=voice.clocks(slot.starts_at, slot.ends_at)).unescape()


def held(voice: Voice, card: Card, slot: SlotCard) -> Markup:
    """Return how many of a slot's places are offered to people on the waitlist, and until when; empty if none."""
    if slot.held_until is None or not slot.ahead:
        return Markup("")
    return voice("card.slot_held", held=slot.held, until=voice.soon(slot.held_until, card.today))


def _mine(voice: Voice, card: Card) -> list[Markup]:
    said: list[Markup] = []
    if card.state is ActivityState.CANCELLED:
        return said
    for slot in card.slots:
        if slot.mine is SignUpState.GOING:
            said.append(voice("card.mine_going", role=role_of(voice, slot)))
        elif slot.mine is SignUpState.WAITLISTED:
            said.append(voice("card.mine_waiting", role=role_of(voice, slot)))
        elif slot.mine is SignUpState.OFFERED and slot.offered_until is not None:
            said.append(voice("card.mine_offered", role=role_of(voice, slot), until=voice.moment(slot.offered_until)))
    if came(card.my_attendance):
        said.append(voice("card.mine_present"))
        if card.left_at is not None:
            said.append(voice("card.mine_left", time=_clock(voice, card.left_at)))
    others = dict.fromkeys(team for slot in card.slots for team in slot.others)
    if others and not any(slot.may_join or slot.may_claim or slot.mine for slot in card.slots):
        said.append(voice("card.by_others", teams=voice.listed(others)))
    said += _public(voice, card)
    if card.report_owed is not None:
        said += _owed(voice, card, card.report_owed)
    return [Markup(""), *said] if said else []


def _public(voice: Voice, card: Card) -> list[Markup]:
    """Return the line that says until when the team may object to its hours (公示)."""
    if card.public is None:
        return []
    if card.public.until is None:
        return [voice("card.public_stopped")]
    return [voice("card.public", until=voice.date(voice.zone.wall(card.public.until).date()))]


def _owed(voice: Voice, card: Card, owed: ReportOwed) -> list[Markup]:
    """Return the line that names who has to hand in the report, and when a coordinator last asked for it."""
    names = voice("list.comma").join(owed.names)
    said = [voice("card.owed_by" if owed.hears else "card.owed_by_lost", names=names)] if names else []
    if owed.nudged_at is not None:
        said.append(voice("card.nudged", when=voice.soon(owed.nudged_at, card.today)))
    return said


def _buttons(voice: Voice, card: Card) -> list[Row]:
    rows = [row for slot in sorted(card.slots, key=_only_waits) for row in _slot_buttons(voice, slot, card.terms)]
    if card.may_check_in:
        rows.insert(0, (Button(voice("button.check_in"), CheckInTap(card.id), style=SUCCESS),))
    if card.may_check_out:
        label = voice("button.check_out_again" if card.left_at is not None else "button.check_out")
        rows.insert(0, (Button(label, CheckOutTap(card.id), style="" if card.left_at is not None else SUCCESS),))
    ahead = [slot for slot in card.slots if slot.ahead]
    if card.for_group and any(slot.taken or slot.waiting for slot in ahead):
        rows.append((Button(voice("button.withdraw"), WithdrawTap(card.id)),))
    if any(slot.mine is not None for slot in ahead) and not came(card.my_attendance):
        rows.append(
            (Button(voice("button.leave_queue" if _only_queued(card) else "button.withdraw"), WithdrawTap(card.id)),)
        )
    if card.may_report:
        rows.append((Button(voice("button.report"), ReportTap(card.id), style=PRIMARY),))
    if card.report_owed is not None and card.report_owed.may_nudge:
        rows.append((Button(voice("button.nudge_leader"), NudgeReportTap(card.id)),))
    if card.may_manage and card.state in (ActivityState.REPORTED, ActivityState.VERIFIED):
        seen = [Button(voice("button.see_photos", n=card.photos), PhotosTap(card.id))] if card.photos else []
        rows.append((Button(voice("button.review"), ReviewTap(card.id)), *seen))
    if card.public is not None and not card.for_group:
        rows.append((Button(voice("button.public"), PublicTap(f"a{card.id}")),))
    return rows + _tools(voice, card)


def _only_queued(card: Card) -> bool:
    """Tell whether the person is only on a waitlist here, and holds no place."""
    held = [slot.mine for slot in card.slots if slot.mine is not None and slot.ahead]
    return all(state is SignUpState.WAITLISTED for state in held)


def _tools(voice: Voice, card: Card) -> list[Row]:
    """Return the buttons of those who run the activity."""
    rows: list[Row] = []
    if card.state is ActivityState.DRAFT:
        rows += _decisions(voice, card)
        rows += check_out_rule(voice, card)
    if card.may_roll:
        rows.append(
            (Button(voice("button.roll"), RollTap(card.id)),)
            if card.ended
            else (Button(voice("button.roll"), RollTap(card.id)), Button(voice("button.qr"), QrTap(card.id)))
        )
    if card.may_print:
        printing = (Button(voice("button.sheet"), SheetTap(card.id)),)
        rows[-1:] = [rows[-1] + printing] if card.may_roll else [*rows[-1:], printing]
    passing_on = [
        Button(voice("button.invite"), InviteListTap(card.id, 0)) if card.may_invite else None,
        Button(voice("button.share"), ShareTap(card.id)) if card.may_share else None,
        Button(voice("button.calendar"), CalendarTap(card.id)) if card.for_calendar else None,
    ]
    changing = [
        Button(voice("button.edit"), EditTap(card.id)) if card.may_edit else None,
        Button(voice(_call_off(card)), CallOffTap(card.id), style=DANGER) if card.may_cancel else None,
    ]
    if card.may_repeat:
        rows.append((Button(voice("button.again"), AgainTap(card.id)),))
    if card.may_arrange and not all(slot.open for slot in card.slots):
        rows.append((Button(voice("button.sign_up_for"), SignUpForTap(card.id)),))
        if any(slot.taken or slot.waiting for slot in card.slots):
            rows[-1] += (Button(voice("button.take_off"), TakeOffListTap(card.id)),)
    pairs = (tuple(button for button in pair if button is not None) for pair in (passing_on, changing))
    return [*rows, *(pair for pair in pairs if pair)]


def _decisions(voice: Voice, card: Card) -> list[Row]:
    """Return the buttons that move a draft on: 确认发布, a leader's 提交, then 批准 or 退回."""
    if card.may_propose:
        return [(Button(voice("button.propose"), ProposeTap(card.id, card.plan), style=SUCCESS),)]
    if not card.may_publish:
        return []
    if not card.author:
        return [(Button(voice("button.publish"), PublishTap(card.id, card.plan), style=SUCCESS),)]
    approve = Button(voice("button.approve"), PublishTap(card.id, card.plan), style=SUCCESS)
    return [(approve, Button(voice("button.return"), DraftReturnTap(card.id, card.plan)))]


def check_out_rule(voice: Voice, card: Card) -> list[Row]:
    """Return the buttons 仅签到 and 签到签退 for those who may choose, with a tick on the present one."""
    if not card.may_ask_check_out:
        return []
    ways = ((False, "button.check_in_only"), (True, "button.check_in_and_out"))
    return [
        tuple(
            Button(("✅ " if card.check_out is on else "") + voice(key), CheckOutRuleTap(card.id, on))
            for on, key in ways
        )
    ]


def _call_off(card: Card) -> str:
    """Return the key of the label for ending it: other words for a draft, and for what is over but not reported."""
    if card.state is ActivityState.DRAFT:
        return "button.drop_draft"
    return "button.not_held" if card.stage is Stage.OVER else "button.call_off"


def _only_waits(slot: SlotCard) -> bool:
    """Tell whether the slot is full, so that one can only wait: such buttons come after those with free places."""
    return slot.may_join and not (slot.free and not slot.waiting)


def _slot_buttons(voice: Voice, slot: SlotCard, terms: str) -> list[Row]:
    role = cut(slot.role, ROLE_ON_BUTTON)
    if slot.may_accept and slot.my_sign_up is not None:
        return [(Button(voice("button.accept", role=role), AcceptTap(slot.my_sign_up, terms), style=SUCCESS),)]
    if slot.may_claim:
        return [(Button(voice("button.claim", role=role), ClaimTap(slot.id, terms), style=PRIMARY),)]
    if slot.may_release:
        giving_back = (Button(voice("button.release", role=role), ReleaseTap(slot.id)),)
        return [*_join(voice, slot, role, terms), giving_back]
    return _join(voice, slot, role, terms)


def _join(voice: Voice, slot: SlotCard, role: str, terms: str) -> list[Row]:
    if not slot.may_join:
        return []
    if slot.free and not slot.waiting:
        return [(Button(voice("button.sign_up", role=role), SignUpTap(slot.id, terms), style=PRIMARY),)]
    return [(Button(voice("button.wait", role=role), WaitTap(slot.id, terms)),)]


def elsewhere_screen(voice: Voice, asked: Elsewhere) -> Screen:
    """Ask somebody who is already marked as present at another activity at that time which of the two is right."""
    said = [(Instead.LEFT, "button.left_there"), *([(Instead.MISTAKEN, "button.not_there")] if asked.may_undo else [])]
    rows: list[Row] = [
        (
            Button(
                voice(key, other=asked.other[:ROLE_ON_BUTTON]), CheckInHereTap(asked.activity_id, asked.other_id, how)
            ),
        )
        for how, key in said
    ]
    rows.append((Button(voice("button.still_there", other=asked.other[:ROLE_ON_BUTTON]), CardTap(asked.other_id)),))
    return Screen(voice("onsite.elsewhere", title=asked.title, other=asked.other), tuple(rows))


class Listed(Protocol):
    """A person in a list; `joined` is needed where another person there has the same name."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def team(self) -> str:
        """The team's short name, if it distinguishes people of one name."""

    @property
    def joined(self) -> dt.datetime | None:
        """Since when in the corps."""

    @property
    def nickname(self) -> str:
        """The nickname that a leader has given, if any."""


def name_of(voice: Voice, person: Listed) -> str:
    """Return a name; if another person in the list has it too, add the nickname, or the team and the joining date."""
    if person.joined is None:
        return person.name
    if person.nickname:
        return f"{person.name}（{person.nickname}）"
    joined = voice.zone.wall(person.joined)
    month = voice.month_of(joined.year, joined.month)
    apart = voice("roll.member_of", team=person.team, month=month) if person.team else month
    return f"{person.name}（{apart}）"
