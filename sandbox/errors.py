"""Telegram's refusals."""

from typing import Any

HTTP_BAD_REQUEST = 400
HTTP_UNAUTHORIZED = 401
HTTP_FORBIDDEN = 403
HTTP_NOT_FOUND = 404
HTTP_CONFLICT = 409
HTTP_TOO_LARGE = 413
HTTP_TOO_MANY = 429


class Refused(Exception):  # noqa: N818 - Telegram's word for it is a refusal, not an error of ours
    """A call that Telegram would refuse.

    Args:
        code: Telegram's error code, which is also the HTTP status.
        description: Telegram's sentence, prefix included (`Bad Request: …`).
        parameters: What Telegram adds for machines, such as `{"retry_after": 3}`.
    """

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def wire(self) -> dict[str, Any]:
        """Return the body of the answer, as the Bot API writes it."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad(reason: str) -> Refused:
    """Return the refusal of a malformed or impossible request (400)."""
    return Refused(HTTP_BAD_REQUEST, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refused:
    """Return the refusal of a request that this bot may not make (403)."""
    return Refused(HTTP_FORBIDDEN, f"Forbidden: {reason}")


def conflict(reason: str) -> Refused:
    """Return the refusal of a second way of getting updates (409)."""
    return Refused(HTTP_CONFLICT, f"Conflict: {reason}")


def too_large() -> Refused:
    """Return the refusal of a request that is too large (413)."""
    return Refused(HTTP_TOO_LARGE, "Request Entity Too Large")


def too_many(retry_after: int) -> Refused:
    """Return the refusal of requests that come too fast (429); `retry_after` is in whole seconds."""
    return Refused(HTTP_TOO_MANY, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def moved(supergroup_id: int) -> Refused:
    """Return the refusal of a call to a basic group that has become a supergroup (400)."""
    said = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refused(HTTP_BAD_REQUEST, said, {"migrate_to_chat_id": supergroup_id})


class Dropped(Exception):  # noqa: N818 - an event on the wire, not an error
    """The connection is to be cut with no answer."""
