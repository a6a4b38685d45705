"""Photos and files that people send: what is taken, and how much of it."""

from corps.refusals import Reason, Refused
from models.attachments import Attachment
from models.enums import AttachmentKind

__all__ = ["MOST_BYTES", "PICTURES", "Attachment", "AttachmentKind", "demand_fit"]

MOST_BYTES = 20_000_000
"""The largest file that is taken: a bot may fetch no larger one (https://core.telegram.org/bots/api#getfile)."""

PICTURES = ("image/jpeg", "image/png", "image/webp")
TAKEN = (*PICTURES, "application/pdf")
"""Media types of files that are taken for a report."""


def demand_fit(attachment: Attachment) -> None:
    """Raise Refused, with the reason, for what is no picture or PDF, or is too large."""
    if attachment.kind is AttachmentKind.DOCUMENT and attachment.type not in TAKEN:
        raise Refused(Reason.NOT_A_PICTURE)
    if attachment.size > MOST_BYTES:
        raise Refused(Reason.FILE_TOO_LARGE, mb=-(-attachment.size // 1_000_000), most=MOST_BYTES // 1_000_000)
