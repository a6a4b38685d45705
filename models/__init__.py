"""Tables and the engine; nothing but data."""

from models.activities import (
    Activity,
    ActivityTeam,
    Attendance,
    Claim,
    HoursEntry,
    Pairing,
    Report,
    ReportPhoto,
    SignUp,
    Slot,
)
from models.messages import (
    Acknowledgement,
    Broadcast,
    Handled,
    KeptUpdate,
    Milestone,
    Notice,
    Pulse,
    ShownCard,
    ShownCode,
    TeamGroup,
)
from models.own_hours import OwnHoursEntry, OwnService
from models.pages import PageDevice, PageFile, PageLink, PageMessage
from models.people import Audit, Category, Draft, Invitation, Member, MemberAddress, Target, Team
from models.planning import PlanProposal
from models.publicity import Objection
from models.records import BriefIssue, CalendarFeed, Certificate, HandInMark, PaperTemplate

__all__ = [
    "Acknowledgement",
    "Activity",
    "ActivityTeam",
    "Attendance",
    "Audit",
    "BriefIssue",
    "Broadcast",
    "CalendarFeed",
    "Category",
    "Certificate",
    "Claim",
    "Draft",
    "HandInMark",
    "Handled",
    "HoursEntry",
    "Invitation",
    "KeptUpdate",
    "Member",
    "MemberAddress",
    "Milestone",
    "Notice",
    "Objection",
    "OwnHoursEntry",
    "OwnService",
    "PageDevice",
    "PageFile",
    "PageLink",
    "PageMessage",
    "Pairing",
    "PaperTemplate",
    "PlanProposal",
    "Pulse",
    "Report",
    "ReportPhoto",
    "ShownCard",
    "ShownCode",
    "SignUp",
    "Slot",
    "Target",
    "Team",
    "TeamGroup",
]
