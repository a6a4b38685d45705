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
    TeamGroup,
)
from models.own_hours import OwnHoursEntry, OwnService
from models.people import Audit, Category, Draft, Invitation, Member, MemberAddress, Target, Team
from models.records import CalendarFeed, Certificate

__all__ = [
    "Acknowledgement",
    "Activity",
    "ActivityTeam",
    "Attendance",
    "Audit",
    "Broadcast",
    "CalendarFeed",
    "Category",
    "Certificate",
    "Claim",
    "Draft",
    "Handled",
    "HoursEntry",
    "Invitation",
    "KeptUpdate",
    "Member",
    "MemberAddress",
    "Milestone",
    "Notice",
    "OwnHoursEntry",
    "OwnService",
    "Pairing",
    "Pulse",
    "Report",
    "ReportPhoto",
    "ShownCard",
    "SignUp",
    "Slot",
    "Target",
    "Team",
    "TeamGroup",
]
