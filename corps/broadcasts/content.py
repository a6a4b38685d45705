"""What a broadcast says: its text with a photo or a file, and the messages beside it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from corps.attachments import Attachment


@dataclass(frozen=True)
class Part:
    """A message beside the text of a broadcast: more text, or a picture by itself.

    It goes before the text; `late`: it was added by a correction and follows it. `stale`: a picture that a
    correction has taken out of use.
    """

    html: str = ""
    photo: Attachment | None = None
    late: bool = False
    stale: bool = False

    @property
    def void(self) -> bool:
        """Whether a correction has taken it out of use: nobody gets it any more."""
        return self.stale or not (self.html or self.photo)

    def stored(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {"html": self.html, "photo": kept(self.photo), "late": self.late, "stale": self.stale}


def read_parts(stored: Iterable[dict[str, Any]]) -> tuple[Part, ...]:
    """Return the parts that JSON kept."""
    return tuple(
        Part(part["html"], given(part["photo"]), part.get("late", False), part.get("stale", False)) for part in stored
    )


def kept(attachment: Attachment | None) -> dict[str, Any] | None:
    """Return an attachment as JSON keeps it, if there is one."""
    return attachment.stored() if attachment else None


def given(stored: dict[str, Any] | None) -> Attachment | None:
    """Return the attachment that JSON kept, if there is one."""
    return Attachment.read(stored) if stored else None


@dataclass(frozen=True)
class Content:
    """What a broadcast says: text in HTML, one photo or one file, messages beside it."""

    html: str = ""
    photo: Attachment | None = None
    document: Attachment | None = None
    parts: tuple[Part, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to send."""
        return not (self.html or self.photo or self.document)


@dataclass(frozen=True, slots=True)
class TextLimits:
    """How much text one message of a channel holds: by itself, and under a photo or a file.

    `length` tells how long the channel counts a text in HTML, two in a row as much as each by itself. `toast` and
    `label` are how much plain text, in units, the short answer to a tap and a button hold.
    """

    text: int
    under_media: int
    length: Callable[[str], int]
    toast: int = 200
    label: int = 64
