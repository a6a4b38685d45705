"""Payloads of /import."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class ImportTemplateTap(Payload, tag="im"):
    """Send the empty table."""


@dataclass(frozen=True)
class ImportConfirmTap(Payload, tag="ic"):
    """确认导入: of the file with that sign, as it was shown."""

    file: str
    shown: str


@dataclass(frozen=True)
class ImportUndoTap(Payload, tag="iu"):
    """撤回导入: of the file with that sign."""

    file: str
