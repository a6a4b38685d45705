"""Payloads of reporting and verifying."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload
from corps.attendance.report_form import Step
from models.enums import AttendanceState, CountedBy


@dataclass(frozen=True)
class ReportTap(Payload, tag="r"):
    """反馈: begin, or go on with, the report of an activity."""

    activity: int


@dataclass(frozen=True)
class NudgeReportTap(Payload, tag="rnl"):
    """催联络员: ask those who owe an activity's report once more."""

    activity: int


@dataclass(frozen=True)
class MarkTap(Payload, tag="rm"):
    """Give one person the mark `state`; an old button says none, and only shows the list."""

    activity: int
    member: int
    page: int
    state: AttendanceState = AttendanceState.UNKNOWN


@dataclass(frozen=True)
class AddPersonTap(Payload, tag="rn"):
    """补一个人: who came without a sign-up."""

    activity: int


@dataclass(frozen=True)
class AddTap(Payload, tag="ro"):
    """Mark a member as present who was not on the list."""

    activity: int
    member: int


@dataclass(frozen=True)
class GuestTap(Payload, tag="rg"):
    """Note the name that was typed as a guest's."""

    activity: int


@dataclass(frozen=True)
class GuestDropTap(Payload, tag="rh"):
    """Take a guest off the list again."""

    activity: int
    mark: str


@dataclass(frozen=True)
class LeftTap(Payload, tag="re"):
    """有人早走, 有人来晚: who; then, for a member, when."""

    activity: int
    member: int = 0
    late: bool = False


@dataclass(frozen=True)
class LeftAtTap(Payload, tag="rt"):
    """After how many minutes somebody left, or (`late`) came; 0: they were there to the end, or from the beginning."""

    activity: int
    member: int
    minutes: int
    late: bool = False


@dataclass(frozen=True)
class AllPresentTap(Payload, tag="ra"):
    """全部到场: mark everybody who is still unknown and signed up as present."""

    activity: int


@dataclass(frozen=True)
class RollPageTap(Payload, tag="rp"):
    """Turn to a page of the attendance list."""

    activity: int
    page: int


@dataclass(frozen=True)
class RollDoneTap(Payload, tag="rd"):
    """下一步: the attendance list is as it was."""

    activity: int


@dataclass(frozen=True)
class CountedTap(Payload, tag="rc"):
    """How 受益人次 was counted."""

    activity: int
    how: CountedBy


@dataclass(frozen=True)
class FixTap(Payload, tag="rf"):
    """改人次, 改统计方式, 重写情况, 去掉照片: which answer is given anew; `READY` goes back to the summary (返回)."""

    activity: int
    what: Step


@dataclass(frozen=True)
class DropPhotoTap(Payload, tag="rx"):
    """Take out one photo of the report, named by its fingerprint; without one, all."""

    activity: int
    photo: str = ""


@dataclass(frozen=True)
class CategoryTap(Payload, tag="rk"):
    """计入 or 不计入: what a planned category is to be."""

    activity: int
    category: str
    counts: bool


@dataclass(frozen=True)
class SubmitTap(Payload, tag="rs"):
    """提交: hand the report in."""

    activity: int
    shown: str = ""


@dataclass(frozen=True)
class ReviewTap(Payload, tag="v"):
    """Read a report that waits for 核实."""

    activity: int


@dataclass(frozen=True)
class ListedReviewTap(Payload, tag="vl"):
    """Read a report below a message that lists several, so that the list stays."""

    activity: int


@dataclass(frozen=True)
class PhotosTap(Payload, tag="vp"):
    """看照片: send a page of the report's photos."""

    activity: int
    page: int = 0


@dataclass(frozen=True)
class GuestNamesTap(Payload, tag="vg"):
    """来宾姓名: whose names are kept, each to be erased at the guest's wish."""

    activity: int


@dataclass(frozen=True)
class GuestEraseTap(Payload, tag="vf"):
    """Erase a guest's name, wherever it was noted."""

    activity: int
    mark: str


@dataclass(frozen=True)
class VerifyTap(Payload, tag="vy"):
    """核实: it counts."""

    activity: int
    shown: str = ""


@dataclass(frozen=True)
class ReopenTap(Payload, tag="vo"):
    """撤回核实: ask for the reason."""

    activity: int


@dataclass(frozen=True)
class ReopenDecideTap(Payload, tag="vd"):
    """确认 or 不同意 that the verification is taken back."""

    activity: int
    agrees: bool
    shown: str = ""


@dataclass(frozen=True)
class ReturnTap(Payload, tag="vn"):
    """退回: it goes back with a reason."""

    activity: int
    shown: str = ""


@dataclass(frozen=True)
class StayedTap(Payload, tag="xs"):
    """没签退的算到结束: who has not checked out was there to the end."""

    activity: int


@dataclass(frozen=True)
class SheetPhotoTap(Payload, tag="xq"):
    """That a photo of the report, named by its fingerprint, shows the signed sheet (签到表), or that it does not."""

    activity: int
    photo: str
    sheet: bool
