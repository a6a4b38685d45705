"""Payloads of service elsewhere that members hand in (补报时长)."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class OwnNewTap(Payload, tag="un"):
    """补报时长: begin, or go on with what was begun."""


@dataclass(frozen=True)
class OwnListTap(Payload, tag="ul"):
    """Show a page of what I have handed in."""

    page: int


@dataclass(frozen=True)
class OwnTap(Payload, tag="uc"):
    """Show a service."""

    own: int


@dataclass(frozen=True)
class ListedOwnTap(Payload, tag="ut"):
    """Show a service below a message that lists several, so that the list stays."""

    own: int


@dataclass(frozen=True)
class OwnAfreshTap(Payload, tag="ua"):
    """重新填: forget what was filled in, and begin with the first question."""


@dataclass(frozen=True)
class OwnSkipTap(Payload, tag="us"):
    """跳过: there is no photo."""


@dataclass(frozen=True)
class OwnSubmitTap(Payload, tag="ub"):
    """提交: hand in what was `shown`."""

    shown: str = ""


@dataclass(frozen=True)
class OwnCorrectTap(Payload, tag="ug"):
    """修改: fill in a returned one anew."""

    own: int


@dataclass(frozen=True)
class OwnAgreeTap(Payload, tag="uy"):
    """确认, 核实 or 确认撤回, of what was `shown`."""

    own: int
    shown: str = ""


@dataclass(frozen=True)
class OwnKeepTap(Payload, tag="uk"):
    """不同意: it stays verified."""

    own: int
    shown: str = ""


@dataclass(frozen=True)
class OwnReturnTap(Payload, tag="ur"):
    """退回: it goes back with a reason."""

    own: int


@dataclass(frozen=True)
class OwnWithdrawTap(Payload, tag="uw"):
    """撤回: take it back with a reason."""

    own: int


@dataclass(frozen=True)
class OwnPhotoTap(Payload, tag="up"):
    """看照片: send the photo of a service."""

    own: int
