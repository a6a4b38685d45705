"""All mail that came, for whoever it is: one list, as the page shows it."""

import email
import email.policy
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from email.message import EmailMessage

_MOST = 500


@dataclass(frozen=True)
class Mail:
    """One mail. `calendar` is its text/calendar part, with the `method` that its header names; empty without one."""

    id: int
    to: str
    sender: str
    subject: str
    date: str
    text: str
    html: str = ""
    calendar: str = ""
    method: str = ""
    files: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def page(self) -> dict[str, object]:
        """Return it as the page reads it."""
        return asdict(self)


class Mailbox:
    """Keeps the last mails. `news` is called with each that comes."""

    def __init__(self, news: Callable[[Mail], None]) -> None:
        self.mails: list[Mail] = []
        self._news = news
        self._count = 0

    def take(self, to: str, content: bytes) -> Mail:
        """Keep a mail as it was handed in."""
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        self._count += 1
        mail = _read(self._count, to, parsed)
        self.mails = [*self.mails, mail][-_MOST:]
        self._news(mail)
        return mail

    def clear(self) -> None:
        """Forget all of it."""
        self.mails = []


def _read(number: int, to: str, parsed: EmailMessage) -> Mail:
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    shown = [part for part in parts if part.get_content_disposition() != "attachment"]
    texts = {
        part.get_content_type(): str(part.get_content()) for part in shown if part.get_content_maintype() == "text"
    }
    calendar = next((part for part in shown if part.get_content_type() == "text/calendar"), None)
    return Mail(
        id=number,
        to=to,
        sender=str(parsed["From"] or ""),
        subject=str(parsed["Subject"] or ""),
        date=str(parsed["Date"] or ""),
        text=texts.get("text/plain", ""),
        html=texts.get("text/html", ""),
        calendar=texts.get("text/calendar", ""),
        method=str(calendar.get_param("method", "")) if calendar is not None else "",
        files=tuple(part.get_filename() or "?" for part in parts if part.get_content_disposition() == "attachment"),
        headers={name: str(value) for name, value in parsed.items()},
    )
