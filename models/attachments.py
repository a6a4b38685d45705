"""A photo or a file that somebody sent, whichever channel it came by; and its column type."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import JSON, Dialect, TypeDecorator

from models.enums import AttachmentKind


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or a file, and where it can be had: by `id` at the channel that it came by, by `sha256` in our own files.

    Attributes:
        kind: As what it is shown.
        name: The file's name, if it has one.
        type: Its media type, such as `image/jpeg`; empty when unknown.
        size: Its bytes; 0 when unknown.
        channel: The channel that it came by; empty when only we have it.
        id: What that channel gives it out by.
        unique: The same for the same file in that channel, whenever it is sent.
        sha256: Of the content, once it is kept (`bot.runtime.files`).
    """

    kind: AttachmentKind
    name: str = ""
    type: str = ""
    size: int = 0
    channel: str = ""
    id: str = ""
    unique: str = ""
    sha256: str = ""

    @property
    def sign(self) -> str:
        """What tells it from others of its report."""
        return self.unique or self.sha256 or self.id[:100]

    def stored(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {**asdict(self), "kind": self.kind.value}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Attachment":
        """Return what JSON kept."""
        return cls(**{**stored, "kind": AttachmentKind(stored["kind"])})

    def id_in(self, channel: str) -> str:
        """Return what a channel gives it out by, empty when it has to be brought there."""
        return self.id if self.channel == channel else ""


class AttachmentColumn(TypeDecorator[Attachment]):
    """An attachment, stored as JSON."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def process_bind_param(self, value: Attachment | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn it into JSON."""
        return None if value is None else value.stored()

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Attachment | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn the stored text into an attachment, None into none."""
        return None if value is None else Attachment.read(value)
