"""Payloads of records of service (志愿服务记录)."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload
from corps.records.certificates import CertificatePeriod, RevokeReason


@dataclass(frozen=True)
class CertificatesTap(Payload, tag="y"):
    """Show one's own records, and what may be asked for."""


@dataclass(frozen=True)
class CertificateAskTap(Payload, tag="ya"):
    """Ask for a record of that period."""

    period: CertificatePeriod


@dataclass(frozen=True)
class CertificateTap(Payload, tag="yc"):
    """Show a record; `below`: the list that it was chosen from stays."""

    certificate: int
    below: bool = False


@dataclass(frozen=True)
class CertificateIssueTap(Payload, tag="yi"):
    """开具: issue what was shown."""

    certificate: int
    shown: str = ""


@dataclass(frozen=True)
class CertificateDeclineTap(Payload, tag="yd"):
    """不开: decline the record of service that was asked for."""

    certificate: int


@dataclass(frozen=True)
class CertificateRevokeTap(Payload, tag="yv"):
    """作废: choose why."""

    certificate: int


@dataclass(frozen=True)
class CertificateRevokedTap(Payload, tag="yr"):
    """作废 for that reason."""

    certificate: int
    reason: RevokeReason


@dataclass(frozen=True)
class CertificateFileTap(Payload, tag="yf"):
    """Send a record as a Word file, or as a PDF."""

    certificate: int
    pdf: bool = False


@dataclass(frozen=True)
class RegisterTap(Payload, tag="yl"):
    """Show a page of the register."""

    page: int
