"""Payloads of publishing an activity."""

from dataclasses import dataclass
from enum import StrEnum

from bot.callbacks.payload import Payload
from corps.activities.entry_answers import Step


@dataclass(frozen=True)
class ChooseTap(Payload, tag="pc"):
    """An answer to the open question of /new: the step it answers and the value as it would be typed."""

    step: str
    value: str

    @property
    def typed(self) -> str:
        """The value as it would be typed: in a payload the hour has `.` for `:`, which parts its fields."""
        return self.value.replace(".", ":") if self.step == Step.TIME.value else self.value


class Ticked(StrEnum):
    """What a tap makes of a tick: a tap that comes twice must not take back what it did."""

    AS_IT_IS = ""
    YES = "y"
    NO = "n"


@dataclass(frozen=True)
class TeamToggleTap(Payload, tag="pt"):
    """Tick a team in /new (`ticked`), or take the tick away; an old button says neither and changes nothing."""

    team: int
    ticked: Ticked = Ticked.AS_IT_IS


@dataclass(frozen=True)
class TeamsDoneTap(Payload, tag="pd"):
    """The teams of /new are ticked."""


@dataclass(frozen=True)
class BackTap(Payload, tag="py"):
    """上一步: ask the question before this one, `step`, again."""

    step: str


@dataclass(frozen=True)
class MonthTap(Payload, tag="pm"):
    """Turn the calendar of /new to a month."""

    year: int
    month: int


@dataclass(frozen=True)
class ResumeTap(Payload, tag="pr"):
    """Go on with the activity that was being filled in, or start afresh."""

    resume: bool


@dataclass(frozen=True)
class DraftTap(Payload, tag="pv"):
    """Show a draft below a message that lists several things, so that the list stays."""

    activity: int


@dataclass(frozen=True)
class ProposeTap(Payload, tag="pa"):
    """提交: hand a leader's draft in, to be approved."""

    activity: int
    shown: str = ""


@dataclass(frozen=True)
class DraftReturnTap(Payload, tag="ph"):
    """退回: a leader's draft goes back with a reason."""

    activity: int
    shown: str = ""


@dataclass(frozen=True)
class PublishTap(Payload, tag="pp"):
    """确认发布, 批准: make a draft public."""

    activity: int
    shown: str = ""


@dataclass(frozen=True)
class AgainTap(Payload, tag="pz"):
    """再办一场: plan a past activity once more."""

    activity: int
