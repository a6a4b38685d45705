"""Payloads of changing and cancelling an activity."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload
from corps.changes.edit_answers import EditField


@dataclass(frozen=True)
class EditTap(Payload, tag="e"):
    """修改: choose what to change."""

    activity: int


@dataclass(frozen=True)
class LeaveTap(Payload, tag="eb"):
    """返回 to the card: nothing is asked any more."""

    activity: int


@dataclass(frozen=True)
class EditFieldTap(Payload, tag="ef"):
    """Change one field of an activity: asks for the new value."""

    activity: int
    field: EditField


@dataclass(frozen=True)
class EditSlotsTap(Payload, tag="el"):
    """Choose the slot to change."""

    activity: int


@dataclass(frozen=True)
class EditSlotTap(Payload, tag="es"):
    """Choose what to change about a slot."""

    slot: int


@dataclass(frozen=True)
class EditSlotFieldTap(Payload, tag="et"):
    """Change one thing about a slot: its places, its role; or take it out."""

    slot: int
    field: EditField


@dataclass(frozen=True)
class EditValueTap(Payload, tag="ev"):
    """An answer to the open question given by a button, as it would be typed (`.` for `:`)."""

    field: EditField
    value: str

    @property
    def typed(self) -> str:
        """The value as it would be typed: in a payload the hour has `.` for `:`, which parts its fields."""
        return self.value.replace(".", ":") if self.field is EditField.TIME else self.value


@dataclass(frozen=True)
class EditMonthTap(Payload, tag="em"):
    """Turn the calendar of the open question to a month."""

    year: int
    month: int


@dataclass(frozen=True)
class EditConfirmTap(Payload, tag="ey"):
    """确认修改: make the change that was shown; `mark` tells it from one shown later."""

    activity: int
    mark: str


@dataclass(frozen=True)
class CheckOutRuleTap(Payload, tag="ek"):
    """仅签到, 签到签退: whether people say when they leave."""

    activity: int
    on: bool
