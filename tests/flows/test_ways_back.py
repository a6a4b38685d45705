"""Whatever is asked, there is a way back below the question: nobody is held in a form.

Every button and every command that opens a question is pressed in a crowded corps, and each question that its answers
lead to is looked at, too.
"""

from typing import Any

import pytest

import handlers
from bot.callbacks import Payload
from corps import conversations
from corps.addresses import telegram
from corps.conversations import Conversation
from tests.flows.crowded import Crowded, Watch
from tests.flows.test_forged import RULES, real
from tests.seam import Seam

pytestmark = pytest.mark.doors

BACK = ("返回", "上一步", "取消", "跳过", "不写", "重新", "不用", "先不", "删掉草稿")
"""What the words on a way back begin with, or contain."""

LISTENS = ("said",)
"""Conversations that ask nothing: what was said is only kept for the buttons below it."""

ANSWERS = ("12月20日下午2点到4点", "5", "张明", "随便写一句", "1")
"""What is typed on: one of them is an answer to most questions."""

DEPTH = 6


class Walk:
    """One person, from question to question."""

    def __init__(self, seam: Seam, number: int, card: int) -> None:
        self.seam, self.number, self.card = seam, number, card

    def asked(self) -> Conversation | None:
        """Return the open question."""
        found = self.seam.corps.run(lambda s, _at: conversations.find_open(s, telegram(self.number)))
        return found if found is not None and found.kind not in LISTENS else None

    async def taps(self, payload: Payload) -> list[dict[str, Any]]:
        """Press a button."""
        self.seam.sandbox.world.tap(self.number, self.number, self.card, payload.pack(), forged=True)
        return await self.seam.handle()

    async def types(self, text: str) -> list[dict[str, Any]]:
        """Type something."""
        self.seam.sandbox.world.say(self.number, self.number, text)
        return await self.seam.handle()


def shown(calls: list[dict[str, Any]]) -> list[str] | None:
    """Return the words on the buttons of the last screen; None when no screen was shown."""
    screens = [call for call in calls if call["method"] in ("sendMessage", "editMessageText", "sendPhoto")]
    if not screens:
        return None
    rows = (screens[-1]["params"].get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def held(walk: Walk, calls: list[dict[str, Any]]) -> str:
    """Return which question stands there without a way back; empty when none does."""
    question, labels = walk.asked(), shown(calls)
    if question is None or labels is None or any(word in label for label in labels for word in BACK):
        return ""
    return f"{question.kind}/{question.step}: {labels}"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", [pytest.param("coordinator", marks=pytest.mark.long), "leader", "member"])
async def test_below_every_question_there_is_a_way_back(role: str, seam: Seam, world: Crowded, watch: Watch) -> None:
    who = world.people[role]
    walk = Walk(seam, who.telegram_id, await seam.enter(who.telegram_id))
    wrong: dict[str, str] = {}
    questions = set()

    async def look(calls: list[dict[str, Any]], by: str) -> None:
        """Look at the question that stands there now, and at those behind it."""
        for answer in ANSWERS * (DEPTH // len(ANSWERS) + 1):
            question = walk.asked()
            if what := held(walk, calls):
                wrong.setdefault(what, by)
            if question is None:
                return
            questions.add((question.kind, question.step))
            calls = await walk.types(answer)

    for name in sorted(handlers.routes().commands):
        await look(await walk.types(f"/{name}"), f"/{name}")
        watch.restore()
    for kind in RULES:
        for payload in real(world, kind)[:2]:
            calls = await walk.taps(payload)
            if walk.asked() is not None:
                await look(calls, str(payload))
            watch.restore()
    assert wrong == {}, questions
    assert len(questions) > {"coordinator": 20, "leader": 10, "member": 2}[role], questions
