"""A screen as a mail: plain text and simple HTML that say the same, what is attached, and the calendar's entry."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import unescape

from markupsafe import Markup, escape

from bot.documents.html import cleaned, is_safe
from bot.runtime.settings import MailServer
from bot.texts.voice import Voice
from bot.views.screen import Button, Screen, lines
from corps.parsing.lengths import cut

SUBJECT_MOST = 70
ATTACHED_MOST = 8_000_000
"""Bytes of a file that is attached; many servers take no mail of more than ten million."""

_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_STYLE = "font-family:sans-serif;font-size:17px;line-height:1.6;max-width:40em"


@dataclass(frozen=True)
class Ways:
    """What stands around a message: where its buttons are pressed, and where mail is stopped; empty where nowhere."""

    press: str = ""
    stop: str = ""


@dataclass(frozen=True)
class Envelope:
    """Whom it is for, and under which name. `about` is the id of the message that it corrects."""

    to: str
    id: str
    at: dt.datetime
    about: str = ""


@dataclass(frozen=True)
class CalendarPart:
    """An entry for the calendar, as a file whose METHOD is `method`."""

    method: str
    content: bytes


def plain_line(text: str) -> str:
    """Return a text as one line without control characters: nothing in it can become a header of its own."""
    line = "".join(letter if unicodedata.category(letter) not in ("Cc", "Cs") else " " for letter in text)
    return " ".join(line.split())


def subject_of(screen: Screen) -> str:
    """Return the first line of a screen that says something."""
    said = (plain_line(unescape(_TAG.sub("", line))) for line in str(screen.text).splitlines())
    return cut(next(filter(None, said), ""), SUBJECT_MOST)


def letter(
    voice: Voice,
    server: MailServer,
    envelope: Envelope,
    subject: str,
    screen: Screen,
    ways: Ways | None,
    calendar: CalendarPart | None = None,
) -> bytes:
    """Return the mail as it is handed in. `ways` are None for what nobody can stop: a code that was asked for."""
    mail = EmailMessage(policy=SMTP)
    domain = server.sender.rpartition("@")[2]
    mail["From"] = Mailbox(plain_line(server.name), addr_spec=server.sender)
    mail["To"] = Mailbox(addr_spec=envelope.to)
    mail["Subject"] = cut(plain_line(subject), SUBJECT_MOST)
    mail["Date"] = format_datetime(envelope.at)
    mail["Message-ID"] = f"<{envelope.id}@{domain}>"
    if envelope.about:
        mail["In-Reply-To"] = mail["References"] = f"<{envelope.about}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if ways is not None and ways.stop:
        mail["List-Unsubscribe"] = f"<{ways.stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    foot, large = _foot(voice, ways), _too_large(voice, screen)
    pressed = _pressed(voice, screen, ways or Ways())
    mail.set_content(_plain(screen, pressed, large, foot), cte="base64")
    mail.add_alternative(_html(voice, screen, pressed, large, foot), subtype="html", cte="base64")
    if calendar is not None:
        text = calendar.content.decode()
        mail.add_alternative(text, subtype="calendar", params={"method": calendar.method}, cte="base64")
    _attach(mail, screen)
    return bytes(mail)


def _foot(voice: Voice, ways: Ways | None) -> Markup:
    if ways is None:
        return voice("mail.foot")
    return lines(voice("mail.foot"), voice("mail.stop_by", link=ways.stop) if ways.stop else voice("mail.stop_how"))


def _pressed(voice: Voice, screen: Screen, ways: Ways) -> list[tuple[str, str]]:
    """Return what stands for the buttons: a label with its link, or with the words to copy, or a sentence alone."""
    buttons = [button for row in screen.rows for button in row]
    shown = [_own(button) for button in buttons if button.payload is None]
    labels = voice("list.comma").join(str(button.label) for button in buttons if button.payload is not None)
    if labels:
        shown.append((str(voice("mail.press", labels=labels)), ways.press) if ways.press else (_how(voice, labels), ""))
    return shown


def _own(button: Button) -> tuple[str, str]:
    return str(button.label), button.url or button.copy


def _how(voice: Voice, labels: str) -> str:
    return str(voice("mail.press_in_chat", labels=labels))


def _too_large(voice: Voice, screen: Screen) -> str:
    files = [content for content in (screen.photo, screen.document) if isinstance(content, bytes)]
    return str(voice("mail.too_large")) if any(len(content) > ATTACHED_MOST for content in files) else ""


def _plain(screen: Screen, pressed: list[tuple[str, str]], large: str, foot: Markup) -> str:
    text = _LINK.sub(lambda found: _spelt(found[1], found[2]), str(screen.text))
    said = [unescape(_TAG.sub("", text)), *(_line(*one) for one in pressed), large, "-- \n" + unescape(str(foot))]
    return _clean("\n\n".join(filter(None, said))) + "\n"


def _spelt(href: str, words: str) -> str:
    return words if words == href else f"{words} ({href})"


def _line(label: str, goal: str) -> str:
    label = unescape(label)
    return f"{label}\n{goal}" if goal else label


def _clean(text: str) -> str:
    """Return a text without what no mail may hold: control characters, and halves of letters."""
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))


def _html(voice: Voice, screen: Screen, pressed: list[tuple[str, str]], large: str, foot: Markup) -> str:
    parts = [cleaned(str(screen.text)), *(_button(*one) for one in pressed), escape(large)]
    body = "".join(f"<p>{_broken(part)}</p>\n" for part in parts if part)
    language = "zh-CN" if voice.language == "zh" else voice.language
    return _clean(
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"></head>\n'
        f'<body style="{_STYLE}">\n{body}<hr>\n<p style="font-size:14px">{_broken(_linked(foot))}</p>\n</body></html>\n'
    )


def _broken(text: str) -> str:
    return text.replace("\n", "<br>\n")


def _button(label: str, goal: str) -> Markup:
    label = unescape(label)
    if goal and is_safe(goal):
        return Markup('<a href="{}" rel="noreferrer noopener"><b>{}</b></a>').format(goal, label)
    return Markup("<b>{}</b>\n{}").format(label, goal) if goal else escape(label)


_ADDRESS = re.compile(r"https?://[^\s<>\"，。）]+")


def _linked(text: Markup) -> str:
    return _ADDRESS.sub(lambda found: f'<a href="{found[0]}" rel="noreferrer noopener">{found[0]}</a>', str(text))


def _attach(mail: EmailMessage, screen: Screen) -> None:
    if isinstance(screen.photo, bytes) and len(screen.photo) <= ATTACHED_MOST:
        png = screen.photo.startswith(b"\x89PNG")
        kind = "png" if png else "jpeg"
        mail.add_attachment(screen.photo, "image", kind, filename=f"photo.{'png' if png else 'jpg'}")
    if isinstance(screen.document, bytes) and len(screen.document) <= ATTACHED_MOST:
        name = plain_line(screen.filename) or "file"
        mail.add_attachment(screen.document, "application", "octet-stream", filename=name)
