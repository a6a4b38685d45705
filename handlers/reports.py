"""反馈 → 提交 → 核实 / 退回. One card asks one thing at a time; answers are welcome in any order."""

import re
from typing import Any

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.reports import (
    AllPresentTap,
    CountedTap,
    ListedReviewTap,
    MarkTap,
    ReportTap,
    ReturnTap,
    ReviewTap,
    RollDoneTap,
    RollPageTap,
    SubmitTap,
    VerifyTap,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import reports as views
from bot.views.screen import Screen
from corps import conversations
from corps.activities import cards
from corps.activities.cards import Card
from corps.attendance import reports, roll_call
from corps.attendance.roll_call import Person
from corps.conversations import Conversation
from corps.moment import Moment
from corps.parsing.report_line import Account, read_account
from corps.people import Actor
from corps.refusals import Reason, Refused
from models.enums import AttendanceState, CountedBy

routes = Routes()
KIND = "report"
RETURN = "return"


async def begin_report(turn: Turn, activity_id: int) -> None:
    """Open the report with its first question, as a message of its own."""
    await turn.send(await _opened(turn, activity_id))


async def _opened(turn: Turn, activity_id: int) -> Screen:
    card, people = await turn.run(_begin, activity_id)
    return views.roll_screen(turn.voice, card, people)


def _begin(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, list[Person]]:
    reports.demand_reportable(session, actor, at, activity_id)
    found = conversations.find(session, actor.address, KIND)
    same = found is not None and found.data.get("activity") == activity_id
    data = dict(found.data) if found and same else reports.former(session, activity_id)
    conversations.put(session, at, actor.address, KIND, "roll", {**data, "activity": activity_id})
    return _roll(session, actor, at, activity_id)


def _roll(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, list[Person]]:
    return cards.see(session, actor, at, activity_id), roll_call.roll(session, actor, at, activity_id)


@routes.tap(ReportTap, Access.LEADER)
async def on_report(turn: Turn, tap: ReportTap) -> None:
    """反馈: begin, or go on."""
    screen = await _opened(turn, tap.activity)
    await turn.toast()
    await turn.send(screen)


_NEXT = {
    AttendanceState.UNKNOWN: AttendanceState.PRESENT,
    AttendanceState.PRESENT: AttendanceState.ABSENT,
    AttendanceState.ABSENT: AttendanceState.EXCUSED,
    AttendanceState.EXCUSED: AttendanceState.PRESENT,
}


@routes.tap(MarkTap, Access.LEADER)
async def on_mark(turn: Turn, tap: MarkTap) -> None:
    """Move one person's mark on."""
    card, people = await turn.run(_mark, tap.activity, tap.member)
    await turn.show(views.roll_screen(turn.voice, card, people, tap.page))


def _mark(session: Session, actor: Actor, at: Moment, activity_id: int, member_id: int) -> tuple[Card, list[Person]]:
    listed = roll_call.roll(session, actor, at, activity_id)
    person = next((person for person in listed if person.member_id == member_id), None)
    if person is None:
        raise Refused(Reason.GONE)
    roll_call.mark(session, actor, at, activity_id, [member_id], _NEXT[person.state])
    return _roll(session, actor, at, activity_id)


@routes.tap(AllPresentTap, Access.LEADER)
async def on_all_present(turn: Turn, tap: AllPresentTap) -> None:
    """全部到场."""
    card, people = await turn.run(_all_present, tap.activity)
    await turn.show(views.roll_screen(turn.voice, card, people))


def _all_present(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, list[Person]]:
    listed = roll_call.roll(session, actor, at, activity_id)
    unknown = [p.member_id for p in listed if p.signed_up and p.state is AttendanceState.UNKNOWN]
    roll_call.mark(session, actor, at, activity_id, unknown, AttendanceState.PRESENT)
    return _roll(session, actor, at, activity_id)


@routes.tap(RollPageTap, Access.LEADER)
async def on_roll_page(turn: Turn, tap: RollPageTap) -> None:
    """Turn to a page of the list."""
    card, people = await turn.run(_roll, tap.activity)
    await turn.show(views.roll_screen(turn.voice, card, people, tap.page))


@routes.tap(RollDoneTap, Access.LEADER)
async def on_roll_done(turn: Turn, tap: RollDoneTap) -> None:
    """下一步: on to the questions."""
    await turn.show(await _asked(turn, tap.activity, {}))


async def _asked(turn: Turn, activity_id: int, said: dict[str, Any]) -> Screen:
    card, draft = await turn.run(_take, activity_id, said, turn.key)
    return views.question_screen(turn.voice, card, draft)


def _take(
    session: Session, actor: Actor, at: Moment, activity_id: int, said: dict[str, Any], key: str
) -> tuple[Card, views.ReportDraft]:
    """Take in what was said, and open the next question."""
    reports.demand_reportable(session, actor, at, activity_id)
    conversation = conversations.find(session, actor.address, KIND)
    fresh: dict[str, Any] = {"activity": activity_id}
    data = dict(conversation.data) if conversation and conversation.data.get("activity") == activity_id else fresh
    data |= {key: value for key, value in said.items() if key != "photo"}
    if photo := said.get("photo"):
        had = data.get("photos", [])
        data["photos"] = had if photo in had else [*had, photo]
    step = "number" if "beneficiaries" not in data else "how" if "counted_by" not in data else "ready"
    conversations.put(session, at, actor.address, KIND, step, data, key)
    counted = CountedBy(data["counted_by"]) if "counted_by" in data else None
    photos, came = len(data.get("photos", [])), roll_call.turnout(session, activity_id)
    draft = views.ReportDraft(step, data.get("beneficiaries"), counted, data.get("words", ""), photos, came.present)
    return cards.see(session, actor, at, activity_id), draft


@routes.tap(CountedTap, Access.LEADER)
async def on_counted(turn: Turn, tap: CountedTap) -> None:
    """How 受益人次 was counted."""
    await turn.show(await _asked(turn, tap.activity, {"counted_by": tap.how.value}))


async def show_report(turn: Turn, conversation: Conversation) -> None:
    """Ask the open question again."""
    await turn.send(await _asked(turn, conversation.data["activity"], {}))


@routes.conversation(KIND, Access.LEADER, show_report)
async def take_report(turn: Turn, conversation: Conversation) -> None:
    """Take a number, a way of counting, words or a photo, in whatever order they come."""
    message = turn.message
    said: dict[str, Any] = {}
    if message is not None and message.photo:
        best = message.photo[-1]
        said["photo"] = [best.file_id, best.file_unique_id]
    account = read_account(turn.text, conversation.data) if turn.text else Account({})
    said |= account.said
    if not said and account.unclear is None:
        await turn.run(lambda _session, _actor, _at: None)
        await turn.send(Screen(turn.voice("report.only_words")))
        return
    screen = await _asked(turn, conversation.data["activity"], said)
    await turn.send(views.asked_again(turn.voice, screen, account.unclear))


@routes.tap(SubmitTap, Access.LEADER)
async def on_submit(turn: Turn, tap: SubmitTap) -> None:
    """提交: hand it in; another coordinator is asked to verify."""
    done = await turn.run(_submit, tap.activity)
    key = "report.submitted" if done.asked else "report.submitted_alone"
    await turn.show(Screen(turn.voice(key)), turn.voice("toast.done"))


def _submit(session: Session, actor: Actor, at: Moment, activity_id: int) -> reports.Submitted:
    conversation = conversations.find(session, actor.address, KIND)
    data = conversation.data if conversation and conversation.data.get("activity") == activity_id else {}
    reports.demand_reportable(session, actor, at, activity_id)
    if "beneficiaries" not in data or "counted_by" not in data:
        raise Refused(Reason.INCOMPLETE)
    account = reports.Account(
        beneficiaries=data["beneficiaries"],
        counted_by=CountedBy(data["counted_by"]),
        words=data.get("words", ""),
        photos=tuple((file, unique) for file, unique in data.get("photos", [])),
    )
    conversations.drop(session, actor.address, KIND)
    return reports.submit(session, actor, at, activity_id, account)


@routes.command("verify", Access.COORDINATOR)
async def verify_list(turn: Turn) -> None:
    """List the reports that wait for 核实."""
    waiting = await turn.run(_waiting)
    await turn.send(views.waiting_screen(turn.voice, waiting))


def _waiting(session: Session, actor: Actor, at: Moment) -> list[views.Waiting]:
    found = reports.waiting(session, actor, at)
    return [views.Waiting(activity.id or 0, activity.title, activity.starts_at) for activity in found]


@routes.tap(ReviewTap, Access.LEADER)
async def on_review(turn: Turn, tap: ReviewTap) -> None:
    """Read a report."""
    card, report = await turn.run(_review, tap.activity)
    await turn.show(views.report_card(turn.voice, card, report))


@routes.tap(ListedReviewTap, Access.LEADER)
async def on_listed_review(turn: Turn, tap: ListedReviewTap) -> None:
    """Read one of several reports; the list stays for the others."""
    card, report = await turn.run(_review, tap.activity)
    await turn.toast()
    await turn.send(views.report_card(turn.voice, card, report))


def _review(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, reports.ReportCard]:
    report = reports.read(session, actor, at, activity_id)
    if report is None:
        raise Refused(Reason.NOT_REPORTED)
    return cards.see(session, actor, at, activity_id), report


@routes.tap(VerifyTap, Access.COORDINATOR)
async def on_verify(turn: Turn, tap: VerifyTap) -> None:
    """核实: it counts."""
    card, report = await turn.run(_verify, tap.activity)
    await turn.show(
        views.report_card(turn.voice, card, report, turn.voice("review.verified")), turn.voice("toast.verified")
    )


def _verify(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, reports.ReportCard]:
    reports.verify(session, actor, at, activity_id)
    return _review(session, actor, at, activity_id)


@routes.tap(ReturnTap, Access.COORDINATOR)
async def on_return(turn: Turn, tap: ReturnTap) -> None:
    """退回: ask for the reason."""
    title = await turn.run(_ask_reason, tap.activity)
    await turn.toast()
    await turn.send(Screen(turn.voice("review.ask_reason", title=title)))


def _ask_reason(session: Session, actor: Actor, at: Moment, activity_id: int) -> str:
    title = reports.demand_decidable(session, actor, activity_id)
    conversations.put(session, at, actor.address, RETURN, "reason", {"activity": activity_id, "title": title})
    return title


async def show_reason_question(turn: Turn, conversation: Conversation) -> None:
    """Ask for the reason again."""
    await turn.run(lambda _session, _actor, _at: None)
    await turn.send(Screen(turn.voice("review.ask_reason", title=conversation.data["title"])))


@routes.conversation(RETURN, Access.COORDINATOR, show_reason_question)
async def take_reason(turn: Turn, conversation: Conversation) -> None:
    """Take the reason, and return the report with it."""
    if not re.search(r"\w", turn.text):
        await show_reason_question(turn, conversation)
        return
    await turn.run(_send_back, conversation.data["activity"], turn.text)
    await turn.send(Screen(turn.voice("review.returned", title=conversation.data["title"])))


def _send_back(session: Session, actor: Actor, at: Moment, activity_id: int, reason: str) -> None:
    conversations.drop(session, actor.address, RETURN)
    reports.send_back(session, actor, at, activity_id, reason)
