"""The sandbox's own mail server: it takes what a foreign client hands in, and its mailbox shows it."""

from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import pytest

from sandbox.mail.mailbox import Mail, Mailbox
from sandbox.mail.smtp import MailServer


class Post:
    """A server and its mailbox."""

    def __init__(self) -> None:
        self.heard: list[Mail] = []
        self.box = Mailbox(self.heard.append)
        self.server = MailServer(self.box.take)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server.url.rpartition(":")[2])


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server that listens."""
    post = Post()
    await post.server.start()
    yield post
    await post.server.stop()


async def test_a_mail_with_a_calendar_and_a_file_is_shown_in_its_parts(post: Post) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "同心 <a@example.org>", "b@example.org", "活动提醒"
    mail.set_content("您好\n.\n..两点\nhttps://example.org/a/1")
    mail.add_alternative("<p>您好</p>", subtype="html")
    mail.add_alternative("BEGIN:VCALENDAR\nEND:VCALENDAR\n", subtype="calendar", params={"method": "REQUEST"})
    mail.add_attachment(b"x", "application", "octet-stream", filename="名单.txt")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=post.port, start_tls=False)
    [shown] = post.box.mails
    assert post.heard == [shown]
    assert (shown.to, shown.subject, shown.method, shown.files) == (
        "b@example.org",
        "活动提醒",
        "REQUEST",
        ("名单.txt",),
    )
    assert shown.text.splitlines() == ["您好", ".", "..两点", "https://example.org/a/1"]
    assert "VCALENDAR" in shown.calendar
    post.box.clear()
    assert post.box.mails == []


async def test_what_is_no_mail_is_refused_and_the_next_one_taken(post: Post) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=post.port, start_tls=False)
    await client.connect()
    for words in (b"DATA", b"RCPT TO:<a@example.org>", b"MAIL FROM:nobody", b"VRFY x"):
        assert (await client.execute_command(words)).code >= 500
    await client.sendmail("a@example.org", ["b@example.org", "c@example.org"], b"Subject: x\r\n\r\nhello\r\n")
    await client.quit()
    assert [mail.to for mail in post.box.mails] == ["b@example.org", "c@example.org"]
