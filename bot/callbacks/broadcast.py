"""Payloads of broadcasts."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload
from corps.activities.schedules import ScheduleSpan
from corps.broadcasts.compose_options import Step


@dataclass(frozen=True)
class ComposeTap(Payload, tag="bc"):
    """An answer to an open question of /broadcast: the question and the value chosen."""

    step: Step
    value: str


@dataclass(frozen=True)
class ScheduleTap(Payload, tag="by"):
    """本周安排 and the like: make the text from the published activities."""

    span: ScheduleSpan


@dataclass(frozen=True)
class SendTap(Payload, tag="bs"):
    """确认发送: of the preview with that revision."""

    broadcast: int
    revision: int


@dataclass(frozen=True)
class RewriteTap(Payload, tag="be"):
    """修改: change a broadcast that is not out yet."""

    broadcast: int


@dataclass(frozen=True)
class DropTap(Payload, tag="bx"):
    """取消: of a broadcast that is not out yet."""

    broadcast: int


@dataclass(frozen=True)
class InGroupsTap(Payload, tag="bg"):
    """发到分团群: on or off, of the preview with that revision."""

    broadcast: int
    revision: int
    on: bool


@dataclass(frozen=True)
class LaterTap(Payload, tag="bw"):
    """定时发送: ask for the hour."""

    broadcast: int
    revision: int


@dataclass(frozen=True)
class HourTap(Payload, tag="bh"):
    """An hour to send at, in Unix seconds."""

    broadcast: int
    revision: int
    at: int


@dataclass(frozen=True)
class AckTap(Payload, tag="bk"):
    """收到: the person has read a broadcast."""

    broadcast: int


@dataclass(frozen=True)
class RefreshTap(Payload, tag="br"):
    """刷新: show the sender's card as it is now."""

    broadcast: int


@dataclass(frozen=True)
class OpenTap(Payload, tag="bo"):
    """Show the card of a former broadcast as a new message."""

    broadcast: int


@dataclass(frozen=True)
class FormersTap(Payload, tag="bz"):
    """最近的群发: list the newest broadcasts."""


@dataclass(frozen=True)
class SilentTap(Payload, tag="bl"):
    """未确认名单: a page of those who have not answered; page -1 opens the list."""

    broadcast: int
    page: int


@dataclass(frozen=True)
class MissedTap(Payload, tag="bu"):
    """联系不上: a page of those who did not get it; page -1 opens the list."""

    broadcast: int
    page: int


@dataclass(frozen=True)
class HavingTap(Payload, tag="bm"):
    """谁怎么收到的: a page of those who have it, by way; page -1 opens the list."""

    broadcast: int
    page: int


@dataclass(frozen=True)
class NudgeTap(Payload, tag="bn"):
    """催一下: remind those who have not answered."""

    broadcast: int


@dataclass(frozen=True)
class StopTap(Payload, tag="bp"):
    """停止发送: take back what is not out yet."""

    broadcast: int


@dataclass(frozen=True)
class CorrectTap(Payload, tag="bf"):
    """更正: ask for the new text."""

    broadcast: int


@dataclass(frozen=True)
class CorrectScheduleTap(Payload, tag="bq"):
    """Correct a schedule: make its text and its picture anew, from the activities as they are now."""

    broadcast: int
    span: ScheduleSpan


@dataclass(frozen=True)
class CorrectSendTap(Payload, tag="bd"):
    """确认更正: change what has arrived, and what is still to go out."""

    broadcast: int


@dataclass(frozen=True)
class TeamFormersTap(Payload, tag="bv"):
    """群发情况: the newest broadcasts that concern the leader's own team."""


@dataclass(frozen=True)
class TeamSilentTap(Payload, tag="bj"):
    """未确认名单 of the leader's own team: a page of it."""

    broadcast: int
    page: int


@dataclass(frozen=True)
class TeamMissedTap(Payload, tag="bi"):
    """联系不上 of the leader's own team: a page of it."""

    broadcast: int
    page: int


@dataclass(frozen=True)
class TeamStateTap(Payload, tag="bt"):
    """本分团情况: how a broadcast stands in the leader's own team; `again` is under what it has opened."""

    broadcast: int
    again: bool
