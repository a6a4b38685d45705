"""Every tap brought again: at once, by a second touch, and after what undid it, does what it did once (rule 3).

All payloads there are take part by themselves: a new one needs a line here only where a second touch is to do it again
(`ANEW`), or where its card may stay as it was when the button is refused (`ALIVE`).
"""

import dataclasses
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Any

import pytest

from bot.callbacks import (
    Payload,
    activities,
    briefs,
    broadcast,
    calendars,
    common,
    export,
    groups,
    numbers,
    onsite,
    plan,
    quota,
    settings,
    signup,
)
from bot.routing.incoming import Incoming
from models import SignUp, Slot
from tests.flows.crowded import Crowded, Dump, Watch
from tests.flows.test_forged import RULES, real
from tests.seam import Seam

pytestmark = pytest.mark.long

ANEW = {
    broadcast.OpenTap: "each opening is a card of its own, and the newest is the live one",
    broadcast.ScheduleTap: "the picture is drawn anew",
    broadcast.CorrectScheduleTap: "the picture is drawn anew",
}
"""What a second touch does again, and why that is right."""

ALIVE = {
    broadcast.AckTap: "somebody else's copy: its own reader can still confirm it",
    **dict.fromkeys((groups.BindTap, groups.GroupCardsTap), "it is for groups, and stands nowhere else"),
    calendars.CalendarFileTap: "nothing is in it yet, and may be tomorrow",
    briefs.MonthBriefTap: "it stands under a file that stays, and the month may have something in it tomorrow",
    activities.ListTap: "the other buttons of the list lead on",
    **dict.fromkeys(
        (
            export.LedgerTap,
            numbers.NumbersTap,
            quota.QuotaYearTap,
            quota.QuotaPictureTap,
            plan.PlanTap,
            plan.PlanAfreshTap,
        ),
        "no button of ours carries such dates",
    ),
    common.AskWordsTap: "no button of ours carries such a command",
    groups.RobotHelpTap: "no button of ours carries such a platform",
    quota.QuotaLineTap: "no button of ours carries such a category",
    broadcast.TeamFormersTap: "a coordinator leads no team; the menu's other buttons lead on",
    settings.LeadTap: "no button of ours carries such a time",
    common.MenuBelowTap: "it opens below, and leaves the message as it is",
}
"""Buttons whose card stays as it was when they are refused, and why that is right."""


DERIVED = ("planproposal",)
"""Tables of what is only worked out, and worked out anew whenever it is shown: nothing is done by it."""

ACT = {"coordinator": 40, "leader": 20, "member": 8}


def differ(one: Dump, other: Dump, but: Collection[str] = ("audit",)) -> list[str]:
    """Return in which tables two states differ."""
    return [table for table in one if one[table] != other[table] and table not in (*but, *DERIVED)]


def left_dead(seam: Seam, calls: list[dict[str, Any]], payload: Payload) -> bool:
    """Tell whether a tap was refused and the card under the finger was not drawn anew."""
    refused = any(call["params"].get("show_alert") for call in calls)
    drawn = any(call["method"].startswith(("edit", "send")) for call in calls)
    opens_below = getattr(payload, "below", False)  # the message with the button stays as it is
    return refused and not drawn and not opens_below and type(payload) not in ALIVE


def opposites(world: Crowded, payload: Payload) -> Iterator[Payload]:
    """Yield what undoes it: the same with another choice, and the button that takes it back."""
    if isinstance(payload, (signup.SignUpTap, signup.WaitTap, onsite.WalkInTap)):
        yield signup.WithdrawTap(world.row(Slot, payload.slot).activity_id)
    if isinstance(payload, signup.AcceptTap):
        yield signup.WithdrawTap(world.row(SignUp, payload.sign_up).activity_id)
    if isinstance(payload, signup.WithdrawTap):
        of = [slot for slot in world.ids["slot"] if world.row(Slot, slot).activity_id == payload.activity]
        yield from map(signup.SignUpTap, of)
    if isinstance(payload, signup.ClaimTap):
        yield onsite.ReleaseTap(payload.slot)
    if isinstance(payload, onsite.ReleaseTap):
        yield signup.ClaimTap(payload.slot)
    for field in dataclasses.fields(payload):
        value = getattr(payload, field.name)
        if isinstance(value, bool):
            yield dataclasses.replace(payload, **{field.name: not value})
        elif isinstance(value, StrEnum):
            yield from (dataclasses.replace(payload, **{field.name: other}) for other in type(value) if other != value)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", ["coordinator", "leader", "member"])
async def test_a_tap_brought_again_does_what_it_did_once(role: str, seam: Seam, world: Crowded, watch: Watch) -> None:
    who = world.people[role]
    card = await seam.enter(who.telegram_id)
    wrong, acted = [], set()

    async def taps(payload: Payload) -> tuple[Incoming, list[dict[str, Any]]]:
        seam.sandbox.world.tap(who.telegram_id, who.telegram_id, card, payload.pack(), forged=True)
        calls = await seam.handle()
        return seam.came[-1], calls

    for kind in RULES:
        for payload in real(world, kind):
            before = watch.state()
            tap, calls = await taps(payload)
            if left_dead(seam, calls, payload):
                wrong.append(f"{payload}: refused, and its card is left dead: register a `redraw`, or list it in ALIVE")
            once = watch.state()
            if differ(before, once):
                acted.add(kind)
                await seam.app.handle(tap)
                if what := differ(once, watch.state(), but=()):
                    wrong.append(f"{payload}: brought again changes {what}")
                await taps(payload)
                if kind not in ANEW and (what := differ(once, watch.state())):
                    wrong.append(
                        f"{payload}: a second touch changes {what}: carry the target state, or list it in ANEW"
                    )
                for other in opposites(world, payload):
                    await taps(other)
                    later = watch.state()
                    await seam.app.handle(tap)
                    if what := differ(later, watch.state(), but=()):
                        wrong.append(f"{payload}: brought after {other} changes {what}")
            watch.restore()
    assert "\n".join(wrong) == ""
    assert len(acted) >= ACT[role], "taps that change something"
