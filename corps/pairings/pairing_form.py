"""The conversations about a pairing: registering it, answer by answer, and why it is returned or ended.

Every step returns a `Stand`. What has been said is plain data, keyed by step; it lives in the person's conversation.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from corps import audit, conversations
from corps.conversations import Conversation
from corps.moment import Moment, sane_month
from corps.pairings import pairing_cards, pairings
from corps.pairings.pairing_cards import PairingCard
from corps.pairings.pairings import NAME_MAX, PairingPlan
from corps.parsing.choices import match_choice
from corps.parsing.lengths import units
from corps.parsing.normalise import plain
from corps.parsing.times import Half, read_day_on
from corps.people import Actor, Office
from corps.refusals import Reason, Refused
from corps.teams import TeamName, list_teams

KIND = "pairing"
WHY = "pairing_why"
READY = "ready"
"""The step at which nothing is missing."""

Data = dict[str, Any]


class Step(StrEnum):
    """What is asked, in this order."""

    TEAM = "team"
    PARTNER = "partner"
    PLACE = "place"
    SINCE = "since"


@dataclass(frozen=True)
class Problem:
    """Why an answer was not taken: a code with a sentence, and the piece concerned.

    `of_time`: the code is one of `corps.parsing.times`, and its sentence the one that `/new` says. `kept` is what
    the answer settled all the same.
    """

    code: str
    what: str = ""
    of_time: bool = False
    kept: Data = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Stand:
    """Where a registration stands: what was said, what is asked (None: 提交), why the last answer was not taken.

    `today` is the local date; `month` the year and month that the calendar was turned to; `may_go_back`: there is an
    answer to take back.
    """

    data: Data
    step: Step | None
    teams: tuple[TeamName, ...]
    problem: Problem | None = None
    today: dt.date = dt.date.min
    month: tuple[int, int] | None = None
    may_go_back: bool = False

    @property
    def sign(self) -> str:
        """The sign of what stands above 提交."""
        return audit.fingerprint_of(self.data)


def begin(session: Session, actor: Actor, at: Moment) -> Stand:
    """登记: go on with what was begun, or ask the first question."""
    found = conversations.find(session, actor.address, KIND)
    return _next(session, actor, at, dict(found.data) if found else {})


def begin_afresh(session: Session, actor: Actor, at: Moment) -> Stand:
    """重新填: ask everything again; a correction stays one of the same pairing."""
    found = conversations.find(session, actor.address, KIND)
    kept = {"again": found.data["again"]} if found and "again" in found.data else {}
    return _next(session, actor, at, kept)


def correct(session: Session, actor: Actor, at: Moment, pairing_id: int) -> Stand:
    """修改: begin with what the returned pairing said."""
    card = pairing_cards.see(session, actor, at, pairing_id)
    if not card.may_correct:
        raise Refused(Reason.ALREADY_DECIDED, f"pairing:{pairing_id}", name=card.partner)
    data = {"team": card.team_id, "partner": card.partner, "place": card.place, "since": card.since.isoformat()}
    return _next(session, actor, at, {**data, "again": pairing_id})


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Stand:
    """Return the open question again."""
    return _next(session, actor, at, conversation.data)


def take(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str) -> Stand:
    """Take a typed answer to the open question; one that is not understood leaves it open."""
    step = next_step(conversation.data)
    if step is None:
        return _next(session, actor, at, conversation.data, key)
    teams = {str(team.id): (team.name, team.short_name) for team in list_teams(session)}
    taken = answer(conversation.data, step, text, at.wall(), teams)
    if isinstance(taken, Problem):
        return _next(session, actor, at, conversation.data | taken.kept, key, taken)
    return _next(session, actor, at, taken, key)


def choose_team(session: Session, actor: Actor, at: Moment, team_id: int) -> Stand | None:
    """Take the team of a button. None when it is not asked, or there is no such team."""
    known = team_id in {team.id for team in list_teams(session)}
    return _chosen(session, actor, at, Step.TEAM, team_id) if known else None


def choose_today(session: Session, actor: Actor, at: Moment) -> Stand | None:
    """今天 is since when. None when that is not asked."""
    return _chosen(session, actor, at, Step.SINCE, at.today().isoformat())


def choose_day(session: Session, actor: Actor, at: Moment, day: str) -> Stand | None:
    """Take the day of the calendar. None when it is not asked."""
    found = _asking(session, actor, Step.SINCE.value)
    return take(session, actor, at, found, day, found.last_key) if found is not None else None


def turn_calendar(session: Session, actor: Actor, at: Moment, year: int, month: int) -> Stand | None:
    """Show another month to choose the day in. None when that is not asked, or there is no such month."""
    found = _asking(session, actor, Step.SINCE.value)
    if found is None or not sane_month(year, month):
        return None
    return replace(_next(session, actor, at, found.data), month=(year, month))


def back(session: Session, actor: Actor, at: Moment, step: str) -> Stand | None:
    """上一步: ask the question before the open one again, and forget its answer. None when that is not the open one."""
    found = _asking(session, actor, step)
    if found is None:
        return None
    last = _last(actor, found.data)
    return _next(session, actor, at, {key: value for key, value in found.data.items() if key not in (last, "half")})


def _last(actor: Actor, data: Data) -> Step | None:
    """Return the last question that was answered. A leader is not asked for the team."""
    asked = [step for step in Step if step in data and (step is not Step.TEAM or actor.is_coordinator)]
    return asked[-1] if asked else None


def submit(session: Session, actor: Actor, at: Moment, shown: str = "") -> tuple[pairings.Registered, PairingCard]:
    """提交: register what was `shown`; another coordinator is asked to confirm."""
    found = conversations.find(session, actor.address, KIND)
    plan = to_plan(found.data) if found else None
    if found is None or plan is None:
        raise Refused(Reason.INCOMPLETE)
    audit.demand_as_shown(session, actor, shown, audit.fingerprint_of(found.data), f"member:{actor.id}")
    done = pairings.register(session, actor, at, plan, found.data.get("again"))
    conversations.drop(session, actor.address, KIND)
    return done, pairing_cards.see(session, actor, at, done.id)


def confirm(session: Session, actor: Actor, at: Moment, pairing_id: int, shown: str = "") -> PairingCard:
    """确认 of what was `shown`: it counts. Returns its card as it is now."""
    _demand_as_shown(session, actor, at, pairing_id, shown)
    pairings.confirm(session, actor, at, pairing_id)
    return pairing_cards.see(session, actor, at, pairing_id)


def _demand_as_shown(session: Session, actor: Actor, at: Moment, pairing_id: int, shown: str = "") -> None:
    card = pairing_cards.see(session, actor, at, pairing_id)
    audit.demand_as_shown(session, actor, shown, card.sign, f"pairing:{pairing_id}")


@dataclass(frozen=True)
class Why:
    """Where a return or an end stands (`what`: `return` or `end`): the reason is asked, or, with a card, it is done.

    `office` is who gets what was returned.
    """

    what: str
    partner: str
    card: PairingCard | None = None
    office: Office | None = None


def ask_why(session: Session, actor: Actor, at: Moment, what: str, pairing_id: int, shown: str = "") -> Why:
    """退回 or 结束 of what was `shown`: ask for the reason."""
    _demand_as_shown(session, actor, at, pairing_id, shown)
    demand = pairings.demand_decidable if what == "return" else pairings.demand_endable
    partner = demand(session, actor, pairing_id).partner
    data = {"what": what, "pairing": pairing_id, "partner": partner}
    conversations.put(session, at, actor.address, WHY, what, data)
    return Why(what, partner)


def ask_why_again(_session: Session, _actor: Actor, _at: Moment, conversation: Conversation) -> Why:
    """Return the question for the reason again."""
    return Why(conversation.data["what"], conversation.data["partner"])


def take_why(session: Session, actor: Actor, at: Moment, conversation: Conversation, reason: str) -> Why:
    """Return or end the pairing with that reason; what has no letter in it is none, and the question stays."""
    asked = ask_why_again(session, actor, at, conversation)
    reason = conversations.end_with_reason(session, actor.address, conversation, reason, pairings.REASON_MAX)
    if not reason:
        return asked
    pairing_id = conversation.data["pairing"]
    if asked.what == "return":
        asked = replace(asked, office=pairings.send_back(session, actor, at, pairing_id, reason))
    else:
        pairings.end(session, actor, at, pairing_id, reason)
    return replace(asked, card=pairing_cards.see(session, actor, at, pairing_id))


def _next(
    session: Session, actor: Actor, at: Moment, data: Data, key: str | None = None, problem: Problem | None = None
) -> Stand:
    """Store what has been said, and open the next question. A leader registers for the own team only."""
    if not actor.is_coordinator:
        data = {**data, "team": actor.team_id}
    pairings.demand_registrar(actor, data.get("team", actor.team_id))
    step = next_step(data)
    conversations.put(session, at, actor.address, KIND, step.value if step else READY, data, key)
    may_go_back = _last(actor, data) is not None
    return Stand(data, step, tuple(list_teams(session)), problem, at.today(), may_go_back=may_go_back)


def _chosen(session: Session, actor: Actor, at: Moment, step: Step, value: int | str) -> Stand | None:
    """Take what a button says, if this very question is open."""
    found = _asking(session, actor, step.value)
    return None if found is None else _next(session, actor, at, {**found.data, step.value: value})


def _asking(session: Session, actor: Actor, step: str) -> Conversation | None:
    """Return the conversation if this very question is open."""
    found = conversations.find_open(session, actor.address)
    return found if found is not None and (found.kind, found.step) == (KIND, step) else None


def next_step(data: Data) -> Step | None:
    """Return what is still to be asked, None when nothing is."""
    return next((step for step in Step if step.value not in data), None)


def answer(
    data: Data, step: Step, text: str, wall: dt.datetime, teams: Mapping[str, tuple[str, ...]]
) -> Data | Problem:
    """Take one typed answer in. `wall` is the local time now; `teams` is id → names.

    Returns what has been said now, or why the answer was not taken.
    """
    said = plain(text)
    if step is Step.TEAM:
        found = match_choice(said, teams)
        return {**data, "team": int(found)} if found else Problem("team_unknown", said[:NAME_MAX])
    if step is Step.SINCE:
        return _since(data, said, wall)
    if not re.search(r"\w", said):
        return Problem("empty")
    return {**data, step.value: said} if units(said) <= NAME_MAX else Problem("too_long", str(NAME_MAX))


def _since(data: Data, said: str, wall: dt.datetime) -> Data | Problem:
    """Take in since when: a tie may have begun 10月初, which is shown as the day it is taken for."""
    known = Half.of(data["half"]) if "half" in data else Half()
    read = read_day_on(said, known, wall)
    if isinstance(read, Half):
        return Problem(read.code.value, read.what, of_time=True, kept={"half": read.as_data()})
    if read > wall.date():
        return Problem("since_future", said[:NAME_MAX])
    return {**{key: value for key, value in data.items() if key != "half"}, "since": read.isoformat()}


def to_plan(data: Data) -> PairingPlan | None:
    """Return the finished plan, None while something is missing."""
    if next_step(data) is not None:
        return None
    return PairingPlan(data["team"], data["partner"], data["place"], dt.date.fromisoformat(data["since"]))
