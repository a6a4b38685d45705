"""Payloads of /settings. None names a person: they are about whoever taps."""

from dataclasses import dataclass
from enum import StrEnum

from bot.callbacks.payload import Payload
from corps.membership.preferences import Language, Pause


class Pane(StrEnum):
    """A screen of /settings."""

    MAIN = "m"
    REMINDERS = "r"
    PAUSE = "p"
    DATA = "d"
    LEAVE = "l"
    ERASE = "e"
    ERASE_SURE = "s"


@dataclass(frozen=True)
class PaneTap(Payload, tag="o0"):
    """Show a screen of /settings."""

    pane: Pane


@dataclass(frozen=True)
class LanguageTap(Payload, tag="ol"):
    """Speak another language."""

    language: Language


@dataclass(frozen=True)
class RemindersTap(Payload, tag="os"):
    """Reminders on or off."""

    on: bool


@dataclass(frozen=True)
class KeyboardTap(Payload, tag="oy"):
    """Have the keyboard, or not."""

    on: bool


@dataclass(frozen=True)
class LeadTap(Payload, tag="om"):
    """Want or not want the reminder of that lead."""

    minutes: int
    on: bool


@dataclass(frozen=True)
class PauseTap(Payload, tag="op"):
    """Pause, or no longer."""

    pause: Pause


@dataclass(frozen=True)
class RenameTap(Payload, tag="on"):
    """Correct one's name: asks for it."""


@dataclass(frozen=True)
class ExportTap(Payload, tag="ox"):
    """Send me what is held about me, as a file."""


@dataclass(frozen=True)
class LeaveTap(Payload, tag="oq"):
    """Leave the corps: confirmed."""


@dataclass(frozen=True)
class EraseTap(Payload, tag="oe"):
    """Erase what is held about me: confirmed twice."""
