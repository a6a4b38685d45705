"""Records of service: a member's own, the register, a card, the check of a number, and the document itself."""

from dataclasses import replace

from markupsafe import Markup

from bot.callbacks.certificates import (
    CertificateAskTap,
    CertificateDeclineTap,
    CertificateFileTap,
    CertificateIssueTap,
    CertificateRevokedTap,
    CertificateRevokeTap,
    CertificatesTap,
    CertificateTap,
    RegisterTap,
)
from bot.callbacks.mine import MineTap
from bot.documents.pdf_paper import write_pdf
from bot.documents.qr import qr_png
from bot.documents.word import CELL, NARROW, RIGHT, SMALL, TITLE, Grid, Picture, Pictures, Style, Text, write_word
from bot.texts.voice import Voice
from bot.views.menu import words_row
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Button, Page, Row, Screen, lines, pager, rows_of
from corps.delivery.notice_facts import Facts
from corps.notices import Due
from corps.notices.kinds import Kind
from corps.records.certificate_register import CertificateLine, CertificateList, Checked
from corps.records.certificates import CertificateCard, CertificatePeriod, Content, RevokeReason, Service
from models.enums import CertificateState

MARKS = {
    CertificateState.ASKED: "⏳",
    CertificateState.ISSUED: "📜",
    CertificateState.DECLINED: "↩️",
    CertificateState.REVOKED: "🚫",
}
BLANK = "＿" * 10
_TOGETHER = replace(CELL, keeps=True)
"""The signature lines stay together on one page, because one seal is set beside them."""


def list_screen(voice: Voice, found: CertificateList) -> Screen:
    """Return the person's own records with the button to ask for one, or a page of the register."""
    heading = voice("certificate.register" if found.register else "certificate.own")
    nothing = [voice("certificate.none")] if not found.lines else []
    said = [_line(voice, line, named=found.register) for line in found.lines]
    text = lines(heading, "", *nothing, *said, *([] if found.register else ["", voice("certificate.about")]))
    buttons = [
        Button(f"{MARKS[line.state]} {line.number or voice(_state(line.state))}", CertificateTap(line.id))
        for line in found.lines
    ]
    rows: list[Row] = [*rows_of(buttons, 2)]
    if found.register:
        rows += [*pager(Page(found.page, found.pages), RegisterTap), words_row(voice, "cert")]
    else:
        asking = [
            Button(voice(f"certificate.ask_{period.value}"), CertificateAskTap(period), style=PRIMARY)
            for period in CertificatePeriod
        ]
        rows += [*rows_of(asking, 2), (Button(voice("button.back"), MineTap(past=False, page=0)),)]
    return Screen(text, tuple(rows))


def _state(state: CertificateState) -> str:
    return f"certificate.state_{state.value}"


def _line(voice: Voice, line: CertificateLine, *, named: bool) -> Markup:
    return voice(
        "certificate.line_named" if named else "certificate.line",
        mark=MARKS[line.state],
        day=voice.date(line.day, year=True),
        state=voice(_state(line.state)),
        number=line.number,
        name=line.name,
    )


def certificate_card(voice: Voice, card: CertificateCard, heading: Markup | None = None) -> Screen:
    """Return a record's card with the buttons of this person."""
    content = card.content
    text = lines(
        heading,
        voice("certificate.title"),
        voice("certificate.is", mark=MARKS[card.state], state=voice(_state(card.state))),
        voice("certificate.number", number=card.number) if card.number else None,
        voice("certificate.person", name=content.name, team=content.team) if content else None,
        _span(voice, card),
        voice("certificate.sum", hours=voice.hours(card.minutes), n=len(content.services)) if content else None,
        *(_notes(voice, content) if content else ()),
        voice.rule(content.rounding) if content else None,
        voice("certificate.erased") if content is None else None,
        voice("certificate.why", reason=voice(f"certificate.reason_{card.reason}")) if card.reason else None,
        voice("certificate.changed") if card.changed else None,
        voice("certificate.to_be_sealed") if card.state is CertificateState.ISSUED and content else None,
    )
    return Screen(text, tuple(_rows(voice, card)))


def _span(voice: Voice, one: CertificateCard | Checked) -> Markup:
    return voice("certificate.span", since=voice.date(one.since, year=True), until=voice.date(one.until, year=True))


def _rows(voice: Voice, card: CertificateCard) -> list[Row]:
    rows: list[Row] = []
    if card.may_decide:
        issue = Button(voice("button.certificate_issue"), CertificateIssueTap(card.id, card.sign), style=SUCCESS)
        rows.append((issue, Button(voice("button.certificate_decline"), CertificateDeclineTap(card.id))))
    if card.state is CertificateState.ISSUED and card.content is not None:
        pdf = Button(voice("button.certificate_pdf"), CertificateFileTap(card.id, pdf=True), style=PRIMARY)
        rows.append((pdf, Button(voice("button.certificate_file"), CertificateFileTap(card.id))))
    if card.may_revoke:
        rows.append((Button(voice("button.certificate_revoke"), CertificateRevokeTap(card.id), style=DANGER),))
    rows.append((Button(voice("button.back"), CertificatesTap() if card.own else RegisterTap(0)),))
    return rows


def told(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return a notice: a request to issue a record, or the decision about the reader's own request."""
    card = facts.the(CertificateCard)
    word = "request" if due.kind is Kind.CERTIFICATE_REQUEST else card.state.value
    return certificate_card(voice, card, voice(f"notice.certificate_{word}"))


def revoke_screen(voice: Voice, card: CertificateCard) -> Screen:
    """Ask why a record is revoked."""
    rows: list[Row] = [
        (Button(voice(f"certificate.reason_{reason.value}"), CertificateRevokedTap(card.id, reason), style=DANGER),)
        for reason in RevokeReason
    ]
    return Screen(
        voice("certificate.ask_why", number=card.number),
        (*rows, (Button(voice("button.back"), CertificateTap(card.id)),)),
    )


def how_to_check(voice: Voice) -> Screen:
    """Tell somebody who is no member how a record is checked."""
    return Screen(voice("certificate.how_to_check"), (words_row(voice, "cert"),))


def checked_screen(voice: Voice, found: Checked) -> Screen:
    """Return the public answer about a number: whether it was issued; no name and no activity."""
    return Screen(
        lines(
            voice("certificate.valid" if found.valid else "certificate.invalid", number=found.number),
            voice("certificate.checked_issuer", issuer=found.issuer, day=voice.date(found.issued_on, year=True)),
            _span(voice, found),
            voice("certificate.checked_hours", hours=voice.hours(found.minutes)),
        )
    )


def paper(voice: Voice, card: CertificateCard, content: Content, link: str, *, pdf: bool = False) -> Screen:
    """Return the record as a Word file or a PDF. It is called a record, not a certificate, until it is sealed."""
    blocks = [*_head(voice, card, content), *_foot(voice, card, link)]
    file = (write_pdf if pdf else write_word)(voice.plain("certificate.paper_title"), blocks, NARROW)
    return Screen(voice("certificate.sent"), document=file, filename=f"{card.number}.{'pdf' if pdf else 'docx'}")


def _head(voice: Voice, card: CertificateCard, content: Content) -> list[Text | Grid]:
    def field(name: str) -> str:
        return voice.plain(f"certificate.field_{name}")

    span = f"{card.since:%Y-%m-%d} — {card.until:%Y-%m-%d}"
    times = len({(one.day, one.title) for one in content.services})
    about = [
        (field("name"), content.name, field("member"), str(content.member_number)),
        (field("id_kind"), "", field("id_number"), ""),
        (field("team"), content.team, field("span"), span),
        (field("hours"), voice.hours(card.minutes), field("times"), str(times)),
    ]
    notes = [Text(note.unescape(), SMALL) for note in _notes(voice, content)]
    heads = tuple(field(name) for name in ("day", "title", "category", "role", "served"))
    rows = [_row(voice, one) for one in content.services]
    return [
        Text(voice.plain("certificate.paper_title"), TITLE),
        Text(voice.plain("certificate.paper_number", number=card.number), Style(size=12, align=RIGHT)),
        Grid(about, (40, 38, 28, 50)),
        Text("", SMALL),
        Grid([heads, *rows], (25, 60, 24, 32, 15), heads=True),
        Text(voice.plain("certificate.paper_note"), SMALL),
        *notes,
        Text(voice.plain("certificate.paper_rule", rule=voice.rule(content.rounding)), SMALL),
    ]


def _notes(voice: Voice, content: Content) -> list[Markup]:
    """Return the notes about the sum: hours that members handed in, and hours not final and therefore not included."""
    own, waits = content.own_minutes, content.open_minutes
    return [
        *([voice("certificate.paper_own", hours=voice.hours(own))] if own else []),
        *([voice("certificate.paper_open", hours=voice.hours(waits))] if waits else []),
    ]


def _row(voice: Voice, one: Service) -> tuple[str, ...]:
    category = voice.plain("certificate.own_service") if one.own else one.category
    return f"{one.day:%Y-%m-%d}", one.title, category, one.role, voice.hours(one.minutes)


def _foot(voice: Voice, card: CertificateCard, link: str) -> list[Text | Pictures]:
    def signed(name: str, value: str) -> Text:
        return Text(voice.plain(f"certificate.sign_{name}", value=value or BLANK), _TOGETHER)

    day = voice.date(card.issued_on, year=True) if card.issued_on else ""
    return [
        Text("", SMALL),
        signed("issuer", card.issuer),
        signed("responsible", ""),
        signed("handler", card.handler),
        signed("contact", card.contact),
        signed("remarks", ""),
        Text(voice.plain("certificate.paper_day", day=day), _TOGETHER),
        Text(voice.plain("certificate.paper_check", number=card.number), replace(SMALL, keeps=True)),
        Pictures([Picture(qr_png(link))], 24),
    ]
