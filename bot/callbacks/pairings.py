"""Payloads of rural-aid pairings, of visits to them (走访), and of what is agreed."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class PairingsTap(Payload, tag="kl"):
    """Show a page of a year's pairings."""

    year: int
    page: int


@dataclass(frozen=True)
class PairingTap(Payload, tag="k"):
    """Show a pairing."""

    pairing: int


@dataclass(frozen=True)
class ListedPairingTap(Payload, tag="kc"):
    """Show a pairing below a message that lists several, so that the list stays."""

    pairing: int


@dataclass(frozen=True)
class PairNewTap(Payload, tag="kn"):
    """登记: begin to register a pairing."""


@dataclass(frozen=True)
class PairCorrectTap(Payload, tag="kg"):
    """修改: begin with what a returned pairing said."""

    pairing: int


@dataclass(frozen=True)
class PairTeamTap(Payload, tag="kt"):
    """Which team is paired."""

    team: int


@dataclass(frozen=True)
class PairDayTap(Payload, tag="kh"):
    """Since which day, such as `2026-12-5`."""

    day: str


@dataclass(frozen=True)
class PairMonthTap(Payload, tag="km"):
    """Turn the calendar to a month."""

    year: int
    month: int


@dataclass(frozen=True)
class PairBackTap(Payload, tag="kz"):
    """上一步: ask the question before this one, `step`, again."""

    step: str


@dataclass(frozen=True)
class PairTodayTap(Payload, tag="kd"):
    """今天: the pairing begins today."""


@dataclass(frozen=True)
class PairSubmitTap(Payload, tag="ks"):
    """提交: hand in the registration that was `shown`."""

    shown: str = ""


@dataclass(frozen=True)
class PairAfreshTap(Payload, tag="ka"):
    """重新填: forget what was said and begin again."""


@dataclass(frozen=True)
class PairConfirmTap(Payload, tag="ky"):
    """确认: it counts."""

    pairing: int
    shown: str = ""


@dataclass(frozen=True)
class PairReturnTap(Payload, tag="kr"):
    """退回: it goes back with a reason."""

    pairing: int
    shown: str = ""


@dataclass(frozen=True)
class PairEndTap(Payload, tag="ke"):
    """结束: the pairing has come to its end."""

    pairing: int


@dataclass(frozen=True)
class VisitTap(Payload, tag="jv"):
    """走访: record one that was made."""

    pairing: int


@dataclass(frozen=True)
class VisitorTap(Payload, tag="jw"):
    """Somebody went (`went`), or did not; the page of the list is kept."""

    member: int
    went: bool
    page: int


@dataclass(frozen=True)
class VisitPageTap(Payload, tag="jg"):
    """Show another page of the team."""

    page: int


@dataclass(frozen=True)
class VisitDoneTap(Payload, tag="jd"):
    """选好了: on to the report."""


@dataclass(frozen=True)
class TermsTap(Payload, tag="jt"):
    """Say who the contact is, what is agreed, or until when (`field` names which)."""

    pairing: int
    field: str
