"""What somebody sent: a text with its formatting, one photo or one file, as we send it on; a command; a year."""

import re
from dataclasses import dataclass

from bot.routing.incoming import Incoming
from corps.attachments import AttachmentKind
from corps.broadcasts.compose_form import SentPiece


def read_year(text: str) -> int | None:
    """Return the year that was typed after a command (`2025`, `2025年`); None when it is not one."""
    found = re.fullmatch(r"(20\d\d)\s*年?", text)
    return int(found[1]) if found else None


def read_piece(incoming: Incoming) -> SentPiece:
    """Return what was sent, without the command in front."""
    return SentPiece(
        html=incoming.html,
        photo=incoming.file(AttachmentKind.PHOTO),
        document=incoming.file(AttachmentKind.DOCUMENT),
        album=incoming.album,
    )


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was typed: its name in lower case, the bot it names (lower case, empty for none), the rest."""

    name: str
    bot: str
    argument: str


_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?", re.DOTALL)


def read_command(text: str) -> Command | None:
    """Return the command that a text is; None when it is none."""
    found = _COMMAND.fullmatch(text.strip()) if text.lstrip().startswith("/") else None
    if found is None:
        return None
    return Command(found["name"].lower(), (found["bot"] or "").lower(), (found["rest"] or "").strip())
