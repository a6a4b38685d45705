"""The conversation of /new: one question at a time until nothing is missing, then a draft to look at and to publish.

Every step takes an answer in and returns a `Stand`: the next question, or the finished draft. What was said is
read by `entry_answers`, and lives in the person's conversation.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from corps import conversations
from corps.activities import cards, cautions, entry_answers, planning, proposals, unlabelled
from corps.activities.cards import Card
from corps.activities.cautions import Caution
from corps.activities.entry_answers import GUIDED, Data, Problem, Step
from corps.conversations import Conversation
from corps.moment import Moment, sane_month
from corps.notices.declarations import DAY, Parts, Question, declare, names
from corps.notices.kinds import Kind
from corps.parsing.words import says_afresh, says_go_on
from corps.people import Actor, Office, who_answers
from corps.teams import (
    CategoryName,
    TeamName,
    VenueName,
    event_categories,
    list_teams,
    read_choices,
    venue_names,
)
from models import Notice

KIND = "new"
AGAIN_OF = "again_of"
"""Where the data names the activity that is held once more."""
DONE = "done"
"""The step of a conversation that has become a draft activity; kept so that a repeated update shows it again."""
RESUME = "resume"
"""The step at which it is asked whether to go on with what was begun, or to begin afresh."""


@dataclass(frozen=True)
class Stand:
    """Where /new stands: at the open question `step`, or at the finished draft activity with its `card`.

    With neither, something unfinished was found: go on with it, or begin afresh? `today` is the local date;
    `month` the year and month that the calendar was turned to.
    """

    today: dt.date
    data: Data
    step: Step | None
    problems: tuple[Problem, ...] = ()
    categories: tuple[CategoryName, ...] = ()
    teams: tuple[TeamName, ...] = ()
    card: Card | None = None
    cautions: tuple[Caution, ...] = ()
    month: tuple[int, int] | None = None
    venues: tuple[VenueName, ...] = ()


def begin(session: Session, actor: Actor, at: Moment, text: str, key: str) -> Stand:
    """/new: take a pasted notice in, offer to go on with what was begun, or ask the first question."""
    found = conversations.find(session, actor.address, KIND)
    if found is not None and found.last_key == key:
        return ask_again(session, actor, at, found)
    if found is not None and {*found.data} - {GUIDED} and found.step != DONE and not text:
        conversations.put(session, at, actor.address, KIND, RESUME, found.data, key)
        return _asked(session, at, found.data, None)
    if not text:
        return _next(session, actor, at, {GUIDED: True}, (), key)
    return _absorb(session, actor, at, {}, text, key)


def begin_with(session: Session, actor: Actor, at: Moment, data: Data, key: str) -> Stand:
    """Begin with all of this said already, and ask for what is missing."""
    return _next(session, actor, at, data, (), key)


def resume(session: Session, actor: Actor, at: Moment, *, resume: bool) -> Stand:
    """Go on with what was begun; without `resume`, or when it is finished, begin afresh."""
    found = conversations.find(session, actor.address, KIND)
    going_on = found is not None and found.step != DONE and resume
    return _next(session, actor, at, dict(found.data) if found and going_on else {GUIDED: True})


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Stand:
    """Return the open question again, or the draft that came of the answers."""
    if conversation.step == DONE:
        return _finished(session, actor, at, conversation.data["activity"], ())
    if conversation.step == RESUME:
        return _asked(session, at, conversation.data, None)
    return _next(session, actor, at, conversation.data)


def take(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str | None = None
) -> Stand:
    """Take an answer to the open question as it is typed; a whole notice is welcome at any time."""
    if conversation.step == RESUME:
        return _take_resume(session, actor, at, conversation, text, key)
    if unlabelled.is_notice(text):
        return _absorb(session, actor, at, conversation.data, text, key)
    choices = read_choices(session)
    step, said = entry_answers.labelled(Step(conversation.step), text)
    taken = entry_answers.answer(conversation.data, step, said, at.wall(), choices)
    if isinstance(taken, Problem):
        return _next(session, actor, at, conversation.data | taken.kept, (taken,), key)
    return _next(session, actor, at, taken, (), key)


def _take_resume(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str | None
) -> Stand:
    """Go on, or begin afresh, as the words say; a whole notice is a new one, a field with its name belongs to the old.

    What says neither leaves the question open.
    """
    if unlabelled.reads_like_a_notice(text, at.wall(), read_choices(session).venues):
        return _absorb(session, actor, at, {}, text, key)
    data = conversation.data
    if says_go_on(text):
        return _next(session, actor, at, data, (), key)
    if says_afresh(text):
        return _next(session, actor, at, {GUIDED: True}, (), key)
    if entry_answers.labelled(Step.TITLE, text)[1] != text:
        return take(session, actor, at, replace(conversation, step=Step.TITLE.value), text, key)
    conversations.put(session, at, actor.address, KIND, RESUME, data, key)
    return _asked(session, at, data, None)


def choose(session: Session, actor: Actor, at: Moment, step: str, value: str) -> Stand | None:
    """Take an answer given by a button, as it would be typed.

    One to another question than the open one changes nothing; None when /new asks nothing.
    """
    conversation = _open(session, actor, step)
    if conversation is None:
        return _current(session, actor, at)
    return take(session, actor, at, conversation, value)


def back(session: Session, actor: Actor, at: Moment, step: str) -> Stand | None:
    """上一步: ask the question before the open one again, and forget its answer.

    One under another question than the open one changes nothing; None when /new asks nothing.
    """
    conversation = _open(session, actor, step)
    before = without_last(conversation.data, Step(step)) if conversation is not None else None
    return _current(session, actor, at) if before is None else _next(session, actor, at, before)


def turn_calendar(session: Session, actor: Actor, at: Moment, year: int, month: int) -> Stand | None:
    """Show another month to choose the day in. None when the time is not asked, or there is no such month."""
    stand = _current(session, actor, at)
    if stand is None or stand.step is not Step.TIME or not sane_month(year, month):
        return None
    return replace(stand, month=(year, month))


def tick_team(session: Session, actor: Actor, at: Moment, team_id: int, *, ticked: bool | None) -> Stand | None:
    """Tick a team, or take the tick away; None leaves it as it is. Returns None when /new asks nothing."""
    conversation = _open(session, actor, Step.TEAMS.value)
    if conversation is None:
        return _current(session, actor, at)
    teams = set(conversation.data.get("ticked", ()))
    if ticked is not None:
        teams = teams | {team_id} if ticked else teams - {team_id}
    return _next(session, actor, at, {**conversation.data, "ticked": sorted(teams)})


def finish_teams(session: Session, actor: Actor, at: Moment) -> Stand | None:
    """Take the ticked teams as the answer. None when /new asks nothing."""
    conversation = _open(session, actor, Step.TEAMS.value)
    if conversation is None or not conversation.data.get("ticked"):
        return _current(session, actor, at)
    data: dict[str, Any] = {**conversation.data, "teams": conversation.data["ticked"], "open": False}
    return _next(session, actor, at, data)


def _open(session: Session, actor: Actor, step: str) -> Conversation | None:
    """Return the conversation if this very question is open."""
    found = conversations.find_open(session, actor.address)
    return found if found is not None and (found.kind, found.step) == (KIND, step) and step != RESUME else None


def _current(session: Session, actor: Actor, at: Moment) -> Stand | None:
    found = conversations.find_open(session, actor.address)
    return ask_again(session, actor, at, found) if found is not None and found.kind == KIND else None


def _absorb(session: Session, actor: Actor, at: Moment, data: Data, text: str, key: str | None) -> Stand:
    data = {name: value for name, value in data.items() if name != GUIDED}
    data, problems = entry_answers.absorb(data, text, at.wall(), read_choices(session))
    return _next(session, actor, at, data, tuple(problems), key)


def _next(
    session: Session,
    actor: Actor,
    at: Moment,
    data: Data,
    problems: tuple[Problem, ...] = (),
    key: str | None = None,
) -> Stand:
    """Store what has been said; ask on, or, when nothing is missing, make the draft activity."""
    if not actor.is_coordinator:
        data, foreign = _of_own_team(data, actor)
        problems = (*problems, *foreign)
    outside = entry_answers.hours_outside(data)
    if outside is not None:
        data = {key: value for key, value in data.items() if key != "slots"} | outside.kept
        problems = (*problems, outside)
    step = entry_answers.next_step(data, at.wall())
    if step is not None:
        unclear = next((p.step for p in problems if p.step.value not in data and p.step is not Step.NOTES), None)
        step = unclear or step
        conversations.put(session, at, actor.address, KIND, step.value, data, key)
        return _asked(session, at, data, step, problems)
    activity_id = planning.draft(session, actor, at, entry_answers.to_plan(data, at))
    conversations.put(session, at, actor.address, KIND, DONE, {"activity": activity_id}, key)
    conversations.set_aside(session, actor.address)
    assumed = tuple(Problem(Step.TIME, f"assumed_{word}") for word in data.get("assumed", ()))
    return _finished(session, actor, at, activity_id, (*problems, *assumed))


def _asked(session: Session, at: Moment, data: Data, step: Step | None, problems: tuple[Problem, ...] = ()) -> Stand:
    categories, teams = tuple(event_categories(session)), tuple(list_teams(session))
    return Stand(at.today(), data, step, problems, categories, teams, venues=venue_names(session))


def _finished(session: Session, actor: Actor, at: Moment, activity_id: int, problems: tuple[Problem, ...]) -> Stand:
    card = cards.see(session, actor, at, activity_id)
    found = cautions.cautions(session, at, activity_id)
    return Stand(at.today(), {}, None, problems, card=card, cautions=found)


def _of_own_team(data: Data, actor: Actor) -> tuple[Data, list[Problem]]:
    """Return the data as a leader may plan it: for the own team. What was said of others is named, once."""
    own, slots = actor.team_id, data.get("slots") or []
    foreign = data.get("open") or set(data.get("teams", ())) - {own}
    foreign = foreign or any(slot["open"] or slot["team"] not in (None, own) for slot in slots)
    kept = {**data, "teams": [own], "open": False}
    if slots:
        kept["slots"] = [{**slot, "team": None, "open": False} for slot in slots]
    return kept, [Problem(Step.TEAMS, "own", actor.team_name)] if foreign else []


_SAID: Mapping[Step, tuple[str, ...]] = {
    Step.TIME: ("starts", "ends", "day", "half", "assumed"),
    Step.SLOTS: ("slots", "slots_said", "slots_what"),
    Step.TEAMS: ("teams", "open", "ticked"),
}
"""What an answer has left in the data, where that is not one value of its step's name. An end goes with its time."""


def without_last(data: Data, step: Step) -> Data | None:
    """Return what was said without the answer before the open question `step`; None where there is none."""
    asked = [one for one in Step if one is not Step.END]
    here = asked.index(Step.TIME if step is Step.END else step)
    own = step is Step.END or (step is Step.TIME and not entry_answers.known_time(data).is_empty)
    for one in reversed(asked[: here + own]):
        keys = _SAID.get(one, (one.value,))
        if any(key in data for key in keys):
            return {key: value for key, value in data.items() if key not in keys}
    return None


@dataclass(frozen=True)
class DraftCard:
    """A draft as its reader sees it, with what to look at twice; what is public by now has nothing of that."""

    card: Card
    cautions: tuple[Caution, ...]


def _request(question: Question) -> Parts | None:
    """Return the draft to be approved, for one who still may."""
    if not question.actor.is_coordinator:
        return None
    found = DraftCard(*_see(question))
    return (found,) if found.card.author else None


def _decided(question: Question) -> Parts | None:
    """Return what became of a draft and who did it; one that was deleted is no more."""
    who = names(question)
    return (who,) if "title" in question.due.subject else (who, DraftCard(*_see(question)))


def _see(question: Question) -> tuple[Card, tuple[Caution, ...]]:
    return cautions.see_with_cautions(question.session, question.actor, question.at, question.due.subject["draft"])


def _approvers(session: Session, notice: Notice) -> Office:
    return who_answers(session, None, but=(notice.subject["member"],))


declare(
    Kind.DRAFT_REQUEST,
    _request,
    priority=4,
    keeps=14 * DAY,
    office=_approvers,
    waits=True,
    requests=proposals.requests,
)
declare(Kind.DRAFT_DECIDED, _decided, priority=4, keeps=14 * DAY)
