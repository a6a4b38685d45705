"""The way to the mail server: kept for a burst, never without the encryption that was asked for, and refusals read."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.mail.line import Line, Meaning, NotTakenError, Step, meaning_of
from bot.runtime.settings import Encryption, MailServer
from tests.bot.mail.conftest import SENDER, Server, listen

MAIL = b"Subject: x\r\n\r\nhello\r\n"


async def refusal(line: Line, to: str = "zhang@example.org") -> NotTakenError:
    """Hand in a mail that is not taken."""
    with pytest.raises(NotTakenError) as caught:
        await line.hand_in(to, MAIL)
    return caught.value


async def test_a_burst_needs_one_connection(server: Server) -> None:
    line = server.line()
    for number in range(3):
        await line.hand_in(f"{number}@example.org", MAIL)
    assert [to for to, _ in server.mails] == ["0@example.org", "1@example.org", "2@example.org"]
    assert len(server.connections) == 1
    await line.close()


async def test_a_server_that_has_closed_what_was_idle_gets_the_next_mail_once(server: Server) -> None:
    line = server.line()
    await line.hand_in("a@example.org", MAIL)
    server.hang_up()
    await line.hand_in("b@example.org", MAIL)
    assert [to for to, _ in server.mails] == ["a@example.org", "b@example.org"]
    await line.close()


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("550 5.1.1 no such user", Meaning.ADDRESS),
        ("550 unknown", Meaning.ADDRESS),
        ("552 5.2.2 mailbox full", Meaning.ADDRESS),
        ("554 5.7.1 relay access denied", Meaning.MESSAGE),
        ("530 5.7.0 authentication required", Meaning.SERVER),
        ("450 4.7.1 greylisted", Meaning.LATER),
    ],
)
async def test_what_a_refused_recipient_means(server: Server, answer: str, meaning: Meaning) -> None:
    line = server.line()
    server.orders.rcpt = lambda address: answer if address.startswith("zhang") else ""
    no = await refusal(line)
    assert (no.meaning, no.away, no.maybe) == (meaning, False, False)
    await line.hand_in("chen@example.org", MAIL)
    assert [to for to, _ in server.mails] == ["chen@example.org"], "the next one is not concerned"
    assert len(server.connections) == 1
    await line.close()


@pytest.mark.parametrize(
    ("step", "code", "said", "meaning"),
    [
        (Step.CONNECT, 535, "5.7.8 bad credentials", Meaning.SERVER),
        (Step.CONNECT, 454, "4.7.0 try later", Meaning.LATER),
        (Step.SENDER, 553, "sender rejected", Meaning.SERVER),
        (Step.RECIPIENT, 550, "5.1.8 bad sender address", Meaning.SERVER),
        (Step.CONTENT, 552, "5.2.3 message too large", Meaning.MESSAGE),
        (Step.CONTENT, 554, "5.6.0 not nice", Meaning.MESSAGE),
        (Step.CONTENT, 550, "5.1.1 no such user", Meaning.ADDRESS),
        (Step.CONTENT, 451, "later", Meaning.LATER),
    ],
)
def test_what_an_answer_means(step: Step, code: int, said: str, meaning: Meaning) -> None:
    assert meaning_of(step, code, said) is meaning


async def test_without_the_encryption_that_is_asked_for_nothing_is_said(server: Server) -> None:
    no = await refusal(server.line(Encryption.STARTTLS, user="u", password="right"))
    assert (no.meaning, no.maybe) == (Meaning.SERVER, False)
    assert server.mails == []


async def test_a_wrong_password_is_for_all(server: Server) -> None:
    assert (await refusal(server.line(user="u", password="wrong"))).meaning is Meaning.SERVER
    line = server.line(user="u", password="right")
    await line.hand_in("zhang@example.org", MAIL)
    await line.close()


async def test_a_slow_server_is_left_and_the_mail_may_have_arrived(server: Server) -> None:
    server.orders.wait = 5.0
    no = await refusal(server.line(patience=0.3))
    assert (no.meaning, no.away, no.maybe) == (Meaning.LATER, True, True)


async def test_a_connection_that_is_cut_in_the_content_is_not_tried_again_unasked(server: Server) -> None:
    line = server.line()
    await line.hand_in("chen@example.org", MAIL)
    server.orders.hang_up = True
    no = await refusal(line)
    assert (no.meaning, no.away, no.maybe) == (Meaning.LATER, True, True)
    assert len(server.connections) == 1, "it may have arrived: only who keeps count of it tries again"


async def test_nobody_there_is_later() -> None:
    no = await refusal(Line(MailServer("127.0.0.1", 1, Encryption.NONE, SENDER), patience=2))
    assert (no.meaning, no.away, no.maybe) == (Meaning.LATER, True, False)


def certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    private = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


async def test_starttls_with_the_right_server_and_with_another(tmp_path: Path) -> None:
    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = Server()
    there = await listen(server, context)
    line = server.line(Encryption.STARTTLS, ssl.create_default_context(cafile=str(file)), user="u", password="right")
    await line.hand_in("zhang@example.org", MAIL)
    await line.close()
    assert len(server.mails) == 1
    assert (await refusal(server.line(Encryption.STARTTLS))).meaning is Meaning.SERVER
    there.close()
    server.hang_up()
