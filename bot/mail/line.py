"""The connection to the mail server: one, kept open for a burst, and what the server's refusals mean."""

import asyncio
import contextlib
import re
import ssl
import time
from enum import StrEnum

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException

from bot.runtime.settings import Encryption, MailServer

PATIENCE = 30.0
"""Seconds that the server may take for an answer."""

IDLE = 20.0
"""Seconds that a connection is kept which nobody uses: most servers close one after a minute or more."""

_CLOSING = 421
_ENHANCED = re.compile(r"\b[245]\.(\d{1,3})\.(\d{1,3})\b")
"""RFC 3463: what a refusal is about, which the three digits before do not tell."""

_OF_MAILBOX, _OF_MAIL, _OF_POLICY = 1, 2, 7
_OF_SENDER = {"1.7", "1.8"}
_TOO_LARGE = "2.3"
_NO_SUCH = {550, 551, 553}
_NEEDS_LOGIN = {530, 534, 535, 538}


class Step(StrEnum):
    """How far it came."""

    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


class Meaning(StrEnum):
    """What a refusal means: try again, this address is none, not this message, or nobody gets anything."""

    LATER = "later"
    ADDRESS = "address"
    MESSAGE = "message"
    SERVER = "server"


class NotTakenError(Exception):
    """The server did not take it. `away`: it could not be asked; `maybe`: it may have taken it all the same."""

    def __init__(self, meaning: Meaning, said: str, *, away: bool = False, maybe: bool = False) -> None:
        super().__init__(said)
        self.meaning = meaning
        self.away = away
        self.maybe = maybe


def meaning_of(step: Step, code: int, said: str) -> Meaning:
    """Return what an answer that is no yes means."""
    if code < 500:  # noqa: PLR2004 - 4xx: not now
        return Meaning.LATER
    found = _ENHANCED.search(said)
    about = int(found[1]) if found else 0
    detail = f"{found[1]}.{found[2]}" if found else ""
    if step in (Step.CONNECT, Step.SENDER) or code in _NEEDS_LOGIN or detail in _OF_SENDER:
        return Meaning.SERVER
    if detail == _TOO_LARGE or about == _OF_POLICY:
        return Meaning.MESSAGE
    if about in (_OF_MAILBOX, _OF_MAIL) or (not found and step is Step.RECIPIENT and code in _NO_SUCH):
        return Meaning.ADDRESS
    return Meaning.MESSAGE


class Line:
    """One connection to the server, opened when it is needed; what is handed in waits for what came before.

    `context` is how the server is known to be the right one; by default by its name and the system's authorities.
    """

    def __init__(self, server: MailServer, context: ssl.SSLContext | None = None, patience: float = PATIENCE) -> None:
        self._server = server
        self._context = context
        self._patience = patience
        self._smtp: SMTP | None = None
        self._used = 0.0
        self._busy = asyncio.Lock()

    async def hand_in(self, to: str, content: bytes) -> None:
        """Hand in one message for one address. Raises NotTakenError."""
        async with self._busy:
            kept = self._smtp is not None
            try:
                await self._try(to, content)
            except NotTakenError as no:
                if not (kept and no.away and not no.maybe):
                    raise
                await self._try(to, content)  # the server had closed what we kept; this one is fresh

    async def _try(self, to: str, content: bytes) -> None:
        step = Step.CONNECT
        try:
            smtp = self._smtp or await self._open()
            step = Step.SENDER
            await smtp.mail(self._server.sender, encoding="ascii")
            step = Step.RECIPIENT
            await smtp.rcpt(to, encoding="ascii")
            step = Step.CONTENT
            await smtp.data(content)
            self._used = time.monotonic()
        except SMTPResponseException as error:
            if error.code <= 0:  # the library's way to say that the answer was none
                await self._drop()
                raise NotTakenError(Meaning.LATER, "no answer", away=True, maybe=step is Step.CONTENT) from None
            await self._settle(step, error.code)
            raise NotTakenError(meaning_of(step, error.code, error.message), f"{error.code} {error.message}") from None
        except (SMTPException, OSError) as error:
            await self._drop()
            # What the library refuses by itself: no STARTTLS where it is needed, no way to log in.
            own = isinstance(error, SMTPException) and type(error) is SMTPException
            meaning = Meaning.SERVER if own or isinstance(error, ssl.SSLError) else Meaning.LATER
            said = str(error) if own else type(error).__name__
            raise NotTakenError(meaning, said, away=True, maybe=step is Step.CONTENT) from None
        except BaseException:
            await self._drop()
            raise

    async def _open(self) -> SMTP:
        server = self._server
        smtp = SMTP(
            hostname=server.host,
            port=server.port,
            timeout=self._patience,
            use_tls=server.encryption is Encryption.TLS,
            start_tls=server.encryption is Encryption.STARTTLS,
            tls_context=self._context,
            local_hostname=server.sender.rpartition("@")[2],
        )
        try:
            await smtp.connect()
            if server.user:
                await smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    async def _settle(self, step: Step, code: int) -> None:
        """Make the connection ready for the next message, or close it."""
        if step is Step.CONNECT or code == _CLOSING or self._smtp is None:
            return await self._drop()
        try:
            await self._smtp.rset()
            self._used = time.monotonic()
        except (SMTPException, OSError):
            await self._drop()

    async def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    async def rest(self) -> None:
        """Take leave of the server if nothing was handed in for a while."""
        if self._smtp is not None and not self._busy.locked() and time.monotonic() - self._used > IDLE:
            await self.close()

    async def close(self) -> None:
        """Take leave of the server."""
        async with self._busy:
            if self._smtp is not None:
                with contextlib.suppress(SMTPException, OSError):
                    await self._smtp.quit(timeout=2)
                await self._drop()
