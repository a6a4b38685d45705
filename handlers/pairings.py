"""/pairings: the year's rural-aid pairings; register one, confirm or return it, end it."""

import re
from dataclasses import dataclass

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.pairings import (
    ListedPairingTap,
    PairAfreshTap,
    PairConfirmTap,
    PairCorrectTap,
    PairEndTap,
    PairingsTap,
    PairingTap,
    PairNewTap,
    PairReturnTap,
    PairSubmitTap,
    PairTeamTap,
    PairTodayTap,
)
from bot.routing.message_input import read_year
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import pairings as views
from bot.views.screen import Screen
from corps import conversations
from corps.conversations import Conversation
from corps.moment import Moment
from corps.pairings import pairing_cards, pairing_form, pairings
from corps.pairings.pairing_cards import PairingCard
from corps.pairings.pairing_form import Data, Problem, Step
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.teams import TeamName, list_teams

routes = Routes()
KIND = "pairing"
WHY = "pairing_why"


@dataclass(frozen=True)
class Stand:
    """Where a registration stands: what was said, what is asked, and why the last answer was not taken."""

    data: Data
    step: Step | None
    teams: list[TeamName]
    problem: Problem | None = None


@routes.command("pairings", Access.LEADER)
async def pairing_list(turn: Turn) -> None:
    """Show the year's pairings, or those of the year typed after the command."""
    found = await turn.run(pairing_cards.list_year, read_year(turn.text))
    await turn.send(views.list_screen(turn.voice, found))


@routes.tap(PairingsTap, Access.LEADER)
async def on_list(turn: Turn, tap: PairingsTap) -> None:
    """Show a page of a year's pairings."""
    found = await turn.run(pairing_cards.list_year, tap.year)
    await turn.show(views.list_screen(turn.voice, found, tap.page))


@routes.tap(PairingTap, Access.LEADER)
async def on_card(turn: Turn, tap: PairingTap) -> None:
    """Show a pairing."""
    card = await turn.run(pairing_cards.see, tap.pairing)
    await turn.show(views.pairing_card(turn.voice, card))


@routes.tap(ListedPairingTap, Access.LEADER)
async def on_listed(turn: Turn, tap: ListedPairingTap) -> None:
    """Show one of several pairings; the list stays for the others."""
    card = await turn.run(pairing_cards.see, tap.pairing)
    await turn.toast()
    await turn.send(views.pairing_card(turn.voice, card))


def _screen(turn: Turn, stand: Stand) -> Screen:
    return views.question(turn.voice, stand.data, stand.step, stand.teams, stand.problem)


def _stand(
    session: Session, actor: Actor, at: Moment, data: Data, key: str | None = None, problem: Problem | None = None
) -> Stand:
    """Store what has been said, and open the next question. A leader registers for the own team only."""
    if not actor.is_coordinator:
        data = {**data, "team": actor.team_id}
    pairings.demand_registrar(actor, data.get("team", actor.team_id))
    step = pairing_form.next_step(data)
    conversations.put(session, at, actor.address, KIND, step.value if step else "ready", data, key)
    return Stand(data, step, list_teams(session), problem)


@routes.tap(PairNewTap, Access.LEADER)
async def on_new(turn: Turn, _tap: PairNewTap) -> None:
    """登记: go on with what was begun, or ask the first question."""
    stand = await turn.run(_begin)
    await turn.toast()
    await turn.send(_screen(turn, stand))


def _begin(session: Session, actor: Actor, at: Moment) -> Stand:
    conversation = conversations.find(session, actor.address, KIND)
    return _stand(session, actor, at, dict(conversation.data) if conversation else {})


@routes.tap(PairAfreshTap, Access.LEADER)
async def on_afresh(turn: Turn, _tap: PairAfreshTap) -> None:
    """重新填."""
    stand = await turn.run(_afresh)
    await turn.show(_screen(turn, stand))


def _afresh(session: Session, actor: Actor, at: Moment) -> Stand:
    conversation = conversations.find(session, actor.address, KIND)
    kept = {"again": conversation.data["again"]} if conversation and "again" in conversation.data else {}
    return _stand(session, actor, at, kept)


@routes.tap(PairCorrectTap, Access.LEADER)
async def on_correct(turn: Turn, tap: PairCorrectTap) -> None:
    """修改: begin with what the returned pairing said; the name and what follows are asked again."""
    stand = await turn.run(_correct, tap.pairing)
    await turn.toast()
    await turn.send(_screen(turn, stand))


def _correct(session: Session, actor: Actor, at: Moment, pairing_id: int) -> Stand:
    card = pairing_cards.see(session, actor, at, pairing_id)
    if not card.may_correct:
        raise Refused(Reason.ALREADY_DECIDED, name=card.partner)
    data = {"team": card.team_id, "partner": card.partner, "place": card.place, "since": card.since.isoformat()}
    return _stand(session, actor, at, {**data, "again": pairing_id})


async def show_question(turn: Turn, conversation: Conversation) -> None:
    """Ask the open question again."""
    await turn.send(_screen(turn, await turn.run(_stand, conversation.data)))


@routes.conversation(KIND, Access.LEADER, show_question)
async def take_answer(turn: Turn, conversation: Conversation) -> None:
    """Take a typed answer to the open question."""
    stand = await turn.run(_answer, conversation, turn.text, turn.key)
    await turn.send(_screen(turn, stand))


def _answer(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str | None
) -> Stand:
    step = pairing_form.next_step(conversation.data)
    if step is None:
        return _stand(session, actor, at, conversation.data, key)
    teams = {str(team.id): (team.name, team.short_name) for team in list_teams(session)}
    taken = pairing_form.answer(conversation.data, step, text, at.wall(), teams)
    if isinstance(taken, Problem):
        return _stand(session, actor, at, conversation.data, key, taken)
    return _stand(session, actor, at, taken, key)


@routes.tap(PairTeamTap, Access.LEADER)
async def on_team(turn: Turn, tap: PairTeamTap) -> None:
    """Take the team."""
    await _chosen(turn, Step.TEAM, {"team": tap.team})


@routes.tap(PairTodayTap, Access.LEADER)
async def on_today(turn: Turn, _tap: PairTodayTap) -> None:
    """今天."""
    today = turn.database.clock.wall(turn.database.clock.now()).date()
    await _chosen(turn, Step.SINCE, {"since": today.isoformat()})


async def _chosen(turn: Turn, step: Step, said: Data) -> None:
    stand = await turn.run(_choose, step, said)
    if stand is None:
        await turn.toast(turn.voice("door.old_button"), alert=True)
        return
    await turn.show(_screen(turn, stand))


def _choose(session: Session, actor: Actor, at: Moment, step: Step, said: Data) -> Stand | None:
    conversation = conversations.find_open(session, actor.address)
    if conversation is None or conversation.kind != KIND or conversation.step != step.value:
        return None
    if "team" in said and said["team"] not in {team.id for team in list_teams(session)}:
        return None
    return _stand(session, actor, at, {**conversation.data, **said})


@routes.tap(PairSubmitTap, Access.LEADER)
async def on_submit(turn: Turn, _tap: PairSubmitTap) -> None:
    """提交: another coordinator is asked to confirm."""
    done, card = await turn.run(_submit)
    key = "pairing.submitted" if done.asked else "pairing.submitted_alone"
    await turn.show(views.pairing_card(turn.voice, card, turn.voice(key)), turn.voice("toast.done"))


def _submit(session: Session, actor: Actor, at: Moment) -> tuple[pairings.Registered, PairingCard]:
    conversation = conversations.find(session, actor.address, KIND)
    plan = pairing_form.to_plan(conversation.data) if conversation else None
    if conversation is None or plan is None:
        raise Refused(Reason.INCOMPLETE)
    done = pairings.register(session, actor, at, plan, conversation.data.get("again"))
    conversations.drop(session, actor.address, KIND)
    return done, pairing_cards.see(session, actor, at, done.id)


@routes.tap(PairConfirmTap, Access.COORDINATOR)
async def on_confirm(turn: Turn, tap: PairConfirmTap) -> None:
    """确认: it counts."""
    card = await turn.run(_confirm, tap.pairing)
    await turn.show(views.pairing_card(turn.voice, card), turn.voice("pairing.confirmed"))


def _confirm(session: Session, actor: Actor, at: Moment, pairing_id: int) -> PairingCard:
    pairings.confirm(session, actor, at, pairing_id)
    return pairing_cards.see(session, actor, at, pairing_id)


@routes.tap(PairReturnTap, Access.COORDINATOR)
async def on_return(turn: Turn, tap: PairReturnTap) -> None:
    """退回: ask for the reason."""
    await _ask_why(turn, "return", tap.pairing)


@routes.tap(PairEndTap, Access.COORDINATOR)
async def on_end(turn: Turn, tap: PairEndTap) -> None:
    """结束: ask for the reason."""
    await _ask_why(turn, "end", tap.pairing)


async def _ask_why(turn: Turn, what: str, pairing_id: int) -> None:
    partner = await turn.run(_open_why, what, pairing_id)
    await turn.toast()
    await turn.send(views.why(turn.voice, what, partner))


def _open_why(session: Session, actor: Actor, at: Moment, what: str, pairing_id: int) -> str:
    demand = pairings.demand_decidable if what == "return" else pairings.demand_endable
    partner = demand(session, actor, pairing_id).partner
    data = {"what": what, "pairing": pairing_id, "partner": partner}
    conversations.put(session, at, actor.address, WHY, what, data)
    return partner


async def show_why(turn: Turn, conversation: Conversation) -> None:
    """Ask for the reason again."""
    await turn.run(lambda _session, _actor, _at: None)
    await turn.send(views.why(turn.voice, conversation.data["what"], conversation.data["partner"]))


@routes.conversation(WHY, Access.COORDINATOR, show_why)
async def take_why(turn: Turn, conversation: Conversation) -> None:
    """Take the reason, and return or end the pairing with it."""
    if not re.search(r"\w", turn.text):
        await show_why(turn, conversation)
        return
    card = await turn.run(_with_reason, conversation, turn.text)
    await turn.send(views.pairing_card(turn.voice, card, turn.voice(f"pairing.done_{conversation.data['what']}")))


def _with_reason(session: Session, actor: Actor, at: Moment, conversation: Conversation, reason: str) -> PairingCard:
    conversations.drop(session, actor.address, WHY)
    act = pairings.send_back if conversation.data["what"] == "return" else pairings.end
    act(session, actor, at, conversation.data["pairing"], reason)
    return pairing_cards.see(session, actor, at, conversation.data["pairing"])
