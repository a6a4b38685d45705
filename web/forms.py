"""What a form of ours sends, and why it is not taken."""

import re

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.requests import Request

from corps.attachments import MOST_BYTES
from web.channel import number_of
from web.deeds import MOST_TEXT, Deed, Upload, fits

MEGABYTES = MOST_BYTES // 1_000_000
MOST_BODY = MOST_BYTES + 200_000
MOST_FILES = 10
FORM_BYTES = 200_000
"""The largest form without a file; only members bring files."""

_DIGITS = re.compile(r"[0-9]{1,20}")


class NotTakenError(Exception):
    """A form that is not taken: the `status` of the answer, and the `key` of the sentence that says why."""

    def __init__(self, status: int, key: str, **facts: object) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.facts = facts


def demand(taken: object, status: int, key: str, **facts: object) -> None:
    """Raise NotTakenError unless something holds."""
    if not taken:
        raise NotTakenError(status, key, **facts)


def is_too_large(request: Request, most: int = MOST_BODY) -> bool:
    """Tell whether a request brings more than is taken, or does not say how much."""
    length = request.headers.get("content-length", "")
    return _DIGITS.fullmatch(length) is None or int(length) > most


def brings_files(request: Request) -> bool:
    """Tell whether a form is of the kind that can bring files; in the other every byte costs time."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


def is_in_utf8(request: Request) -> bool:
    """Tell whether a form is written as browsers write ours. Another character set says other words than are read."""
    _, options = parse_options_header(request.headers.get("content-type"))
    return options.get(b"charset", b"utf-8").lower() == b"utf-8"


def once_of(request: Request) -> str:
    """Return the number that a form of ours has, and no other of them."""
    once = str(request.state.form.get("once", ""))
    if _DIGITS.fullmatch(once) is None:
        raise NotTakenError(422, "page.expired")
    return once


async def deed_of(request: Request) -> Deed:
    """Return what a form asks for. Raises NotTakenError for what no form of ours sends."""
    form = request.state.form
    words = {name: str(form.get(name, "")) for name in ("payload", "message", "under", "text")}
    uploads = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
    if sum(one.size or 0 for one in uploads) > MOST_BYTES:
        raise NotTakenError(413, "page.too_large", mb=MEGABYTES)
    if len(words["text"]) > MOST_TEXT or not (words["payload"] or words["text"].strip() or uploads):
        raise NotTakenError(422, "page.nothing_said")
    if words["payload"] and not fits(words["payload"]):
        raise NotTakenError(422, "page.expired")
    files = [Upload(one.filename or "", await one.read()) for one in uploads]
    under = words["under"] if words["under"] and fits(words["under"]) else ""
    return Deed(once_of(request), words["payload"], number_of(words["message"]), under, words["text"], tuple(files))
