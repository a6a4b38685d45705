"""志愿服务记录: asked for in /mine, issued by a coordinator; `/cert <编号>` answers anybody."""

import asyncio

from bot.access import Access
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
from bot.routing.patience import Patience
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.records import certificates as views
from corps.records import certificate_register as register
from corps.records import certificates
from corps.refusals import Reason, Refused
from models.enums import CertificateState

routes = Routes()
LOOKUPS = Patience(10, 30.0)
"""How often one person may ask about numbers: ten at once, then one in half a minute."""


@routes.command("cert", Access.ANYONE)
async def cert(turn: Turn) -> None:
    """Say whether the number typed after the command is valid; without one, show one's own, or the register."""
    if turn.text.strip():
        await _check(turn)
        return
    await turn.pass_gate()
    if not turn.actor.is_member:
        await turn.send(views.how_to_check(turn.voice))
        return
    found = await turn.run(register.list_for)
    await turn.show(views.list_screen(turn.voice, found))


@routes.link("cert", Access.ANYONE)
async def open_number(turn: Turn) -> None:
    """`/start cert-<number>`: what the QR code on the paper leads to."""
    await _check(turn)


async def _check(turn: Turn) -> None:
    if not LOOKUPS.allows(turn.address):
        await turn.pass_gate()
        raise Refused(Reason.ASKED_TOO_OFTEN)
    found = await turn.run(register.check, turn.text[:60])
    await turn.send(views.checked_screen(turn.voice, found))


@routes.redraw(CertificateAskTap)
@routes.tap(CertificatesTap, Access.MEMBER)
async def on_own(turn: Turn, _tap: CertificatesTap) -> None:
    """Show one's own records."""
    found = await turn.run(register.list_own)
    await turn.show(views.list_screen(turn.voice, found))


@routes.tap(RegisterTap, Access.COORDINATOR)
async def on_register(turn: Turn, tap: RegisterTap) -> None:
    """Show a page of the register."""
    found = await turn.run(register.list_register, tap.page)
    await turn.show(views.list_screen(turn.voice, found))


@routes.tap(CertificateAskTap, Access.MEMBER)
async def on_ask(turn: Turn, tap: CertificateAskTap) -> None:
    """Ask for a record."""
    card = await turn.run(certificates.ask, tap.period)
    await turn.show(views.certificate_card(turn.voice, card), turn.voice("certificate.asked"))


@routes.redraw("certificate")
@routes.tap(CertificateTap, Access.MEMBER)
async def on_card(turn: Turn, tap: CertificateTap) -> None:
    """Show a record as it is now."""
    turn.below = isinstance(tap, CertificateTap) and tap.below
    card = await turn.run(certificates.see, tap.certificate)
    await turn.show(views.certificate_card(turn.voice, card))


@routes.tap(CertificateIssueTap, Access.COORDINATOR)
async def on_issue(turn: Turn, tap: CertificateIssueTap) -> None:
    """开具: issue the record, and show it with its number."""
    card = await turn.run(certificates.issue, tap.certificate, tap.shown)
    await turn.show(views.certificate_card(turn.voice, card), turn.voice("toast.done"))


@routes.tap(CertificateDeclineTap, Access.COORDINATOR)
async def on_decline(turn: Turn, tap: CertificateDeclineTap) -> None:
    """不开: decline it, and show the record as it is then."""
    card = await turn.run(certificates.decline, tap.certificate)
    await turn.show(views.certificate_card(turn.voice, card), turn.voice("toast.done"))


@routes.tap(CertificateRevokeTap, Access.COORDINATOR)
async def on_revoke(turn: Turn, tap: CertificateRevokeTap) -> None:
    """作废: ask why."""
    card = await turn.run(certificates.see, tap.certificate)
    show = views.revoke_screen if card.may_revoke else views.certificate_card
    await turn.show(show(turn.voice, card))


@routes.tap(CertificateRevokedTap, Access.COORDINATOR)
async def on_revoked(turn: Turn, tap: CertificateRevokedTap) -> None:
    """作废 for that reason."""
    card = await turn.run(certificates.revoke, tap.certificate, tap.reason)
    await turn.show(views.certificate_card(turn.voice, card), turn.voice("toast.done"))


@routes.tap(CertificateFileTap, Access.MEMBER)
async def on_file(turn: Turn, tap: CertificateFileTap) -> None:
    """Send the record of service as a file."""
    card = await turn.run(certificates.see, tap.certificate)
    if card.state is not CertificateState.ISSUED or card.content is None:
        await turn.show(views.certificate_card(turn.voice, card))
        return
    await turn.toast(turn.voice("ledger.making"))
    link = turn.link_to("cert", card.number)
    await turn.send(await asyncio.to_thread(views.paper, turn.voice, card, card.content, link, pdf=tap.pdf))
