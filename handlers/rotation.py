"""/rotation 轮值: each month one lecturer, proposed in fair turn; accept, pass, swap."""

from bot.access import Access
from bot.callbacks.rotation import (
    RotationInviteTap,
    RotationJoinTap,
    RotationProposeTap,
    RotationTap,
    TurnAcceptTap,
    TurnPassTap,
    TurnSwapAnswerTap,
    TurnSwapTap,
    TurnSwapWithTap,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.planning import rotation as views
from corps.people import Somebody
from corps.rotation import swaps, turns
from corps.rotation.turns import Rotation

routes = Routes()


@routes.command("rotation", Access.MEMBER)
async def rotation(turn: Turn) -> None:
    """Show the rotation; a name typed by a coordinator asks that person whether they would be asked."""
    if turn.text and not turn.tapped:
        found = await turn.run(swaps.invite, turn.text)
        await turn.send(views.invited(turn.voice, found) if found else views.not_found(turn.voice, turn.text))
        return
    await _show(turn, await turn.run(turns.look))


async def _show(turn: Turn, found: Rotation, toast: str = "") -> None:
    await turn.show(views.screen(turn.voice, found), turn.voice(toast) if toast else "")


@routes.tap(RotationTap, Access.MEMBER)
async def on_rotation(turn: Turn, _tap: RotationTap) -> None:
    """Show the rotation."""
    await _show(turn, await turn.run(turns.look))


@routes.tap(RotationJoinTap, Access.MEMBER)
async def on_join(turn: Turn, tap: RotationJoinTap) -> None:
    """愿意轮值: be asked for turns from now on, or 不再轮值: no more."""
    await _show(turn, await turn.run(turns.set_joined, joins=tap.joins), "toast.done")


@routes.tap(RotationProposeTap, Access.COORDINATOR)
async def on_propose(turn: Turn, tap: RotationProposeTap) -> None:
    """请下一位: propose the month to whose turn it is."""
    await _show(turn, await turn.run(turns.propose, tap.at), "toast.done")


@routes.tap(RotationInviteTap, Access.COORDINATOR)
async def on_invite(turn: Turn, tap: RotationInviteTap) -> None:
    """Ask one of several of that name."""
    name = await turn.run(swaps.invite_one, tap.member)
    await turn.show(views.invited(turn.voice, (Somebody(tap.member, name),)), turn.voice("toast.done"))


@routes.tap(TurnAcceptTap, Access.MEMBER)
async def on_accept(turn: Turn, tap: TurnAcceptTap) -> None:
    """接受: it becomes a draft."""
    await turn.pass_gate()
    words = [turn.voice(key).unescape() for key in ("rotation.title", "rotation.role", "plan.no_place")]
    await _show(turn, await turn.run(turns.accept, tap.turn, *words), "toast.done")


@routes.tap(TurnPassTap, Access.MEMBER)
async def on_pass(turn: Turn, tap: TurnPassTap) -> None:
    """这次不行: decline a turn."""
    await _show(turn, await turn.run(turns.pass_on, tap.turn), "toast.done")


@routes.tap(TurnSwapTap, Access.MEMBER)
async def on_swap(turn: Turn, tap: TurnSwapTap) -> None:
    """换一下: choose with whom."""
    found = await turn.run(swaps.ask_with_whom, tap.turn)
    await turn.show(views.choice(turn.voice, found))


@routes.tap(TurnSwapWithTap, Access.MEMBER)
async def on_swap_with(turn: Turn, tap: TurnSwapWithTap) -> None:
    """Ask somebody to exchange months."""
    await _show(turn, await turn.run(swaps.ask, tap.turn, tap.other), "toast.done")


@routes.tap(TurnSwapAnswerTap, Access.MEMBER)
async def on_swap_answer(turn: Turn, tap: TurnSwapAnswerTap) -> None:
    """同意换, or 不换: answer who would like to exchange months."""
    await _show(turn, await turn.run(swaps.answer, tap.turn, agreed=tap.agreed), "toast.done")


@routes.redraw("turn")
async def redraw(turn: Turn, _tap: TurnAcceptTap) -> None:
    """Show the rotation as it is now."""
    await _show(turn, await turn.run(turns.look))


@routes.redraw(RotationProposeTap)
async def redraw_months(turn: Turn, _tap: RotationProposeTap) -> None:
    """Show the rotation as it is now."""
    await _show(turn, await turn.run(turns.look))
