"""/new: a pasted notice or one question at a time, everything back in words, then 确认发布."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.new_activity import ChooseTap, MonthTap, PublishTap, ResumeTap, TeamsDoneTap, TeamToggleTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import new_activity as views
from bot.views.cards import activity_card
from bot.views.screen import Screen
from corps import conversations
from corps.activities import cards, cautions, entry_form, planning
from corps.activities.cautions import Caution
from corps.activities.entry_form import Data, Problem, Step
from corps.conversations import Conversation
from corps.moment import Moment
from corps.people import Actor
from corps.teams import CategoryName, TeamName, list_categories, list_teams
from handlers.reports import begin_report

routes = Routes()
KIND = "new"
DONE = "done"
"""The step of a conversation that has become a draft activity; kept so that a repeated update shows it again."""


@dataclass(frozen=True)
class Stand:
    """Where /new stands: the open step, or the finished draft activity."""

    data: Data
    step: Step | None
    problems: list[Problem]
    categories: list[CategoryName]
    teams: list[TeamName]
    card: cards.Card | None = None
    cautions: tuple[Caution, ...] = ()


def _stand(session: Session, actor: Actor, at: Moment, data: Data, problems: list[Problem], key: str | None) -> Stand:
    """Store what has been said; ask on, or, when nothing is missing, make the draft activity."""
    wall = at.wall()
    unclear = next((p.step for p in problems if p.step.value not in data and p.step is not Step.NOTES), None)
    step = entry_form.next_step(data, wall)
    if step is not None and unclear is not None:
        step = unclear
    names = [CategoryName.of(c) for c in list_categories(session) if c.counts != "pairing"]
    teams = list_teams(session)
    if step is not None:
        conversations.put(session, at, actor.address, KIND, step.value, data, key)
        return Stand(data, step, problems, names, teams)
    activity_id = planning.draft(session, actor, at, entry_form.to_plan(data, at))
    problems = [*problems, *(Problem(Step.TIME, f"assumed_{assumed}") for assumed in data.get("assumed", ()))]
    conversations.put(session, at, actor.address, KIND, DONE, {"activity": activity_id}, key)
    conversations.set_aside(session, actor.address)
    return _finished(session, actor, at, activity_id, problems)


def _finished(session: Session, actor: Actor, at: Moment, activity_id: int, problems: list[Problem]) -> Stand:
    card = cards.see(session, actor, at, activity_id)
    return Stand({}, None, problems, [], [], card, cautions.cautions(session, at, activity_id))


def _screen(turn: Turn, stand: Stand) -> Screen:
    if stand.card is not None:
        return views.preview(turn.voice, stand.card, stand.cautions, stand.problems)
    assert stand.step is not None  # noqa: S101 - no card means an open step
    today = turn.database.clock.wall(turn.database.clock.now()).date()
    return views.question(turn.voice, stand.data, stand.step, stand.categories, stand.teams, today, stand.problems)


@routes.command("new", Access.COORDINATOR)
async def new(turn: Turn) -> None:
    """Take a pasted notice, go on with what was begun, or ask the first question."""
    found = await turn.run(lambda s, actor, _at: conversations.find(s, actor.address, KIND))
    if found is not None and found.last_key == turn.key:
        await show_question(turn, found)
        return
    if found is not None and found.data and found.step != DONE and not turn.text:
        stand = await turn.run(_look, found.data)
        await turn.send(views.resume(turn.voice, stand.data, stand.categories, stand.teams))
        return
    stand = await turn.run(_absorb, {}, turn.text, turn.key)
    await turn.send(_screen(turn, stand))


def _look(session: Session, _actor: Actor, _at: Moment, data: Data) -> Stand:
    names = [CategoryName.of(c) for c in list_categories(session)]
    return Stand(data, None, [], names, list_teams(session))


def _absorb(session: Session, actor: Actor, at: Moment, data: Data, text: str, key: str) -> Stand:
    data, problems = entry_form.absorb(data, text, at.wall(), entry_form.read_choices(session))
    return _stand(session, actor, at, data, problems, key)


@routes.tap(ResumeTap, Access.COORDINATOR)
async def on_resume(turn: Turn, tap: ResumeTap) -> None:
    """Go on with what was begun, or start afresh."""
    stand = await turn.run(_resume, resume=tap.resume)
    await turn.show(_screen(turn, stand))


def _resume(session: Session, actor: Actor, at: Moment, *, resume: bool) -> Stand:
    conversation = conversations.find(session, actor.address, KIND)
    going_on = conversation is not None and conversation.step != DONE and resume
    return _stand(session, actor, at, dict(conversation.data) if conversation and going_on else {}, [], None)


async def show_question(turn: Turn, conversation: Conversation) -> None:
    """Ask the open question again."""
    if conversation.step == DONE:
        stand = await turn.run(_finished, conversation.data["activity"], [])
    else:
        stand = await turn.run(_stand, conversation.data, [], None)
    await turn.send(_screen(turn, stand))


@routes.conversation(KIND, Access.COORDINATOR, show_question)
async def take_answer(turn: Turn, conversation: Conversation) -> None:
    """Take a typed answer to the open question; a whole notice is welcome at any time."""
    stand = await turn.run(_answer, conversation, turn.text, turn.key)
    await turn.send(_screen(turn, stand))


def _answer(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str | None
) -> Stand:
    choices = entry_form.read_choices(session)
    if entry_form.is_notice(text):
        return _absorb(session, actor, at, conversation.data, text, key or "")
    taken = entry_form.answer(conversation.data, Step(conversation.step), text, at.wall(), choices)
    if isinstance(taken, Problem):
        return _stand(session, actor, at, conversation.data, [taken], key)
    return _stand(session, actor, at, taken, [], key)


@routes.tap(ChooseTap, Access.COORDINATOR)
async def on_choose(turn: Turn, tap: ChooseTap) -> None:
    """Take an answer given by a button; one to a question no longer open changes nothing."""
    await _show_or_old(turn, await turn.run(_choose, tap))


async def _show_or_old(turn: Turn, stand: Stand | None) -> None:
    if stand is None:
        await turn.toast(turn.voice("door.old_button"), alert=True)
        return
    await turn.show(_screen(turn, stand))


def _choose(session: Session, actor: Actor, at: Moment, tap: ChooseTap) -> Stand | None:
    conversation = conversations.find_open(session, actor.address)
    if conversation is None or conversation.kind != KIND or conversation.step != tap.step:
        return _current(session, actor, at)
    value = tap.value.replace(".", ":") if tap.step == Step.TIME.value else tap.value
    return _answer(session, actor, at, conversation, value, None)


@routes.tap(MonthTap, Access.COORDINATOR)
async def on_month(turn: Turn, tap: MonthTap) -> None:
    """Turn the calendar."""
    stand = await turn.run(_current)
    if stand is None or stand.step is not Step.TIME or not entry_form.sane_month(tap.year, tap.month):
        await turn.toast(turn.voice("door.old_button"), alert=True)
        return
    screen = _screen(turn, stand)
    today = turn.database.clock.wall(turn.database.clock.now()).date()
    rows = views.month_rows(turn.voice, tap.year, tap.month, today)
    await turn.show(Screen(screen.text, (*rows, screen.rows[-1])))


def _current(session: Session, actor: Actor, at: Moment) -> Stand | None:
    conversation = conversations.find_open(session, actor.address)
    return (
        _stand(session, actor, at, conversation.data, [], None) if conversation and conversation.kind == KIND else None
    )


@routes.tap(TeamToggleTap, Access.COORDINATOR)
async def on_toggle(turn: Turn, tap: TeamToggleTap) -> None:
    """Tick or untick a team."""
    await _show_or_old(turn, await turn.run(_toggle, tap.team))


def _toggle(session: Session, actor: Actor, at: Moment, team_id: int) -> Stand | None:
    conversation = conversations.find_open(session, actor.address)
    if conversation is None or conversation.kind != KIND or conversation.step != Step.TEAMS.value:
        return _current(session, actor, at)
    ticked = set(conversation.data.get("ticked", ())) ^ {team_id}
    return _stand(session, actor, at, {**conversation.data, "ticked": sorted(ticked)}, [], None)


@routes.tap(TeamsDoneTap, Access.COORDINATOR)
async def on_teams_done(turn: Turn, _tap: TeamsDoneTap) -> None:
    """The teams are ticked."""
    await _show_or_old(turn, await turn.run(_teams_done))


def _teams_done(session: Session, actor: Actor, at: Moment) -> Stand | None:
    conversation = conversations.find_open(session, actor.address)
    if (
        conversation is None
        or conversation.kind != KIND
        or conversation.step != Step.TEAMS.value
        or not conversation.data.get("ticked")
    ):
        return _current(session, actor, at)
    data: dict[str, Any] = {**conversation.data, "teams": conversation.data["ticked"], "open": False}
    return _stand(session, actor, at, data, [], None)


@routes.tap(PublishTap, Access.COORDINATOR)
async def on_publish(turn: Turn, tap: PublishTap) -> None:
    """确认发布: public from now on; a back-entry goes straight to its report."""
    done, card = await turn.run(_publish, tap.activity)
    if done.back_entry:
        await turn.show(activity_card(turn.voice, card, turn.voice("posting.entered")), turn.voice("toast.done"))
        await begin_report(turn, tap.activity)
        return
    if done.under_way:
        await turn.show(activity_card(turn.voice, card, turn.voice("posting.under_way")), turn.voice("toast.done"))
        return
    toast = turn.voice("toast.published", n=done.told)
    await turn.show(activity_card(turn.voice, card, turn.voice("posting.published", n=done.told)), toast)


def _publish(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[planning.Published, cards.Card]:
    done = planning.publish(session, actor, at, activity_id)
    return done, cards.see(session, actor, at, activity_id)
