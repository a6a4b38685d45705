"""What a broadcast says: its text with a photo or a file, and the messages beside it."""

import html
import re
from collections.abc import Iterable
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
    """What a broadcast says: text in Telegram's HTML, one photo or one file, messages beside it."""

    html: str = ""
    photo: Attachment | None = None
    document: Attachment | None = None
    parts: tuple[Part, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to send."""
        return not (self.html or self.photo or self.document)


LONGEST, LONGEST_UNDER_MEDIA = 4096, 1024
"""https://core.telegram.org/bots/api#sendmessage and #sendphoto: UTF-16 units, formatting not counted."""

_TAG = re.compile("<[^>]*>")


def length_of(markup: str) -> int:
    """Return how long Telegram counts a text in HTML: UTF-16 units without the formatting."""
    return len(html.unescape(_TAG.sub("", markup)).encode("utf-16-le")) // 2
