"""邮箱: a person's mail address, the code that confirms it, and the notices about it."""

from bot.callbacks.pages import MailboxTap, MailCodeTap, MailRemoveTap, WaysTap
from bot.callbacks.settings import Pane, PaneTap
from bot.texts.voice import Voice
from bot.views.screen import DANGER, Button, Screen, lines
from bot.views.teams import back
from corps.delivery.notice_facts import Facts
from corps.mailbox.mailbox_form import ADDRESS, CODE, HOLDS, Mailbox
from corps.notices import Due

_MINUTE = 60


def mailbox_screen(voice: Voice, box: Mailbox) -> Screen:
    """Return the person's mail address with its buttons, or the question that waits for an answer."""
    if box.asks == ADDRESS:
        asked = voice("mail.ask")
        return Screen(lines(voice("mail.no_address"), "", asked) if box.unclear else asked, (_back(voice),))
    if box.asks == CODE:
        return _code_screen(voice, box)
    if not box.address:
        return Screen(voice("mail.none"), ((Button(voice("mail.give"), MailboxTap(anew=True)),), _back(voice)))
    said = voice("mail.tied" if box.tied else "mail.yours", address=box.address)
    other = Button(voice("mail.other"), MailboxTap(anew=True))
    remove = Button(voice("mail.remove"), MailRemoveTap(), style=DANGER)
    return Screen(said, ((Button(voice("settings.ways"), WaysTap()),), (other, remove), _back(voice)))


def _back(voice: Voice) -> tuple[Button, ...]:
    return back(voice, PaneTap(Pane.MAIN))


def _code_screen(voice: Voice, box: Mailbox) -> Screen:
    key = "mail.code_over" if box.over else "mail.code_wrong" if box.unclear else "mail.ask_code"
    said = voice(key, address=box.address, minutes=int(HOLDS.total_seconds()) // _MINUTE)
    again = Button(voice("mail.another_code"), MailCodeTap())
    return Screen(said, ((again, Button(voice("mail.other"), MailboxTap(anew=True))), _back(voice)))


def not_mailed(voice: Voice, address: str, *, refused: bool) -> Screen:
    """Return that the code could not be mailed: no such mailbox (`refused`), or the server failed just now."""
    key = "mail.refused" if refused else "mail.away"
    again = (Button(voice("mail.another_code"), MailCodeTap()), Button(voice("mail.other"), MailboxTap(anew=True)))
    return Screen(voice(key, address=address), (again, _back(voice)))


def code_mail(voice: Voice, code: str, name: str) -> Screen:
    """Return the mail with the code; it says that somebody who did not ask for it can ignore it."""
    return Screen(voice("mail.code", code=code, name=name, minutes=int(HOLDS.total_seconds()) // _MINUTE))


def changed_notice(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return the notice that tells a person what has changed about the mail address."""
    text = voice(f"notice.mail_{due.subject['change']}", name=facts.actor.name)
    return Screen(text, ((Button(voice("mail.box"), MailboxTap()), Button(voice("settings.ways"), WaysTap())),))
