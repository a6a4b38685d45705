"""Activities, their slots, who comes, what was reported, and what it counts for."""

import datetime as dt

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.attachments import Attachment, AttachmentColumn
from models.columns import KEPT_IDS, Instant, enum_column
from models.enums import (
    ActivityState,
    AttendanceState,
    CheckedBy,
    CountedBy,
    PairingState,
    PhotoState,
    ReportState,
    SignUpState,
    Source,
)


class Activity(SQLModel, table=True):
    """An event. `local_date` and `year` are the start's in the corps' zone, fixed when the time is set.

    `serves` are the categories it counts for (see `corps.activities.served_categories`); None: the slots are asked.
    `guests` are the names of those who came and are no members: counted, and kept nowhere else.
    `check_in_code` is printed; of `code_key` the rotating code is made, empty before it is first shown.
    `check_out`: people say when they leave, too, and hours are the time between.
    """

    __table_args__ = (
        Index("ix_activity_shelf", "state", "starts_at", "id", "ends_at"),
        Index("ix_activity_tally", "year", "state", "serves"),
        KEPT_IDS,
    )

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=120)
    starts_at: dt.datetime = Field(sa_type=Instant, index=True)
    ends_at: dt.datetime = Field(sa_type=Instant, index=True)
    local_date: dt.date = Field(index=True)
    year: int
    place: str = Field(max_length=120)
    venue: str = Field(max_length=24)
    state: ActivityState = Field(sa_type=enum_column(ActivityState))
    notes: str = Field(default="", max_length=1000)
    created_by: int = Field(foreign_key="member.id")
    created_at: dt.datetime = Field(sa_type=Instant)
    published_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    cancelled_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    cancel_reason: str = Field(default="", max_length=300)
    back_entry_reason: str = Field(default="", max_length=300)
    check_in_code: str = Field(max_length=40, unique=True)
    code_key: str = Field(default="", max_length=64)
    check_out: bool = False
    revision: int = 0
    serves: str | None = Field(default=None, max_length=500)
    guests: list[str] | None = Field(default=None, sa_type=JSON)


class ActivityTeam(SQLModel, table=True):
    """A team concerned by an activity: its members get the card and may take its shared slots."""

    activity_id: int = Field(primary_key=True, foreign_key="activity.id")
    team_id: int = Field(primary_key=True, foreign_key="team.id", index=True)


class Slot(SQLModel, table=True):
    """A need inside an activity (岗位).

    `team_id` is the team that fills it. Without one, the slot is open for teams to claim (`open`) or
    shared by the members of all teams concerned. `starts_at` and `ends_at` are its own hours, inside the activity's;
    None: it lasts as long as the activity.
    """

    __table_args__ = (Index("ix_slot_activity", "activity_id", "team_id", "category"), KEPT_IDS)

    id: int | None = Field(default=None, primary_key=True)
    activity_id: int = Field(foreign_key="activity.id")
    category: str = Field(foreign_key="category.code", max_length=24)
    role: str = Field(max_length=60)
    places: int
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    open: bool = False
    position: int = 0
    starts_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    ends_at: dt.datetime | None = Field(default=None, sa_type=Instant)


class Claim(SQLModel, table=True):
    """A team has taken an open slot. One row a slot: the second claim loses."""

    id: int | None = Field(default=None, primary_key=True)
    slot_id: int = Field(foreign_key="slot.id", unique=True)
    team_id: int = Field(foreign_key="team.id")
    member_id: int = Field(foreign_key="member.id")
    at: dt.datetime = Field(sa_type=Instant)


class SignUp(SQLModel, table=True):
    """A person and a place in a slot. `queued_at` orders the waitlist; `team_id` is the team at that time."""

    __table_args__ = (
        UniqueConstraint("slot_id", "member_id"),
        Index("ix_signup_slot_state", "slot_id", "state", "queued_at"),
        Index("ix_signup_member", "member_id", "activity_id", "state"),
        KEPT_IDS,
    )

    id: int | None = Field(default=None, primary_key=True)
    activity_id: int = Field(foreign_key="activity.id", index=True)
    slot_id: int = Field(foreign_key="slot.id")
    member_id: int = Field(foreign_key="member.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    state: SignUpState = Field(sa_type=enum_column(SignUpState))
    queued_at: dt.datetime = Field(sa_type=Instant)
    offered_until: dt.datetime | None = Field(default=None, sa_type=Instant, index=True)
    offers: int = 0
    created_at: dt.datetime = Field(sa_type=Instant)
    updated_at: dt.datetime = Field(sa_type=Instant)


class Attendance(SQLModel, table=True):
    """Whether a person came, who said so and when. No row means unknown.

    `since` and `until` bound the part of the activity for which the person was there; None: all of it. `checked_by`
    is None for marks from before it was noted.
    """

    __table_args__ = (UniqueConstraint("activity_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True)
    activity_id: int = Field(foreign_key="activity.id")
    member_id: int = Field(foreign_key="member.id", index=True)
    slot_id: int = Field(foreign_key="slot.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    state: AttendanceState = Field(sa_type=enum_column(AttendanceState))
    source: Source = Field(sa_type=enum_column(Source))
    marked_by: int = Field(foreign_key="member.id")
    marked_at: dt.datetime = Field(sa_type=Instant)
    since: dt.datetime | None = Field(default=None, sa_type=Instant)
    until: dt.datetime | None = Field(default=None, sa_type=Instant)
    checked_by: CheckedBy | None = Field(default=None, sa_type=enum_column(CheckedBy))


class HoursEntry(SQLModel, table=True):
    """Service time of one person in one activity, in minutes. Append-only; corrected by reversing entries."""

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    activity_id: int = Field(foreign_key="activity.id", index=True)
    slot_id: int = Field(foreign_key="slot.id")
    minutes: int
    source: Source = Field(sa_type=enum_column(Source))
    entered_by: int = Field(foreign_key="member.id")
    confirmed_by: int = Field(foreign_key="member.id")
    at: dt.datetime = Field(sa_type=Instant)
    reverses_id: int | None = Field(default=None, foreign_key="hoursentry.id", unique=True)
    reason: str = Field(default="", max_length=300)
    checked_by: CheckedBy | None = Field(default=None, sa_type=enum_column(CheckedBy))


class Report(SQLModel, table=True):
    """What a leader says about an activity that was held (活动反馈). `round` grows when it comes back.

    `served` are the categories it says were served, written as `Activity.serves` is. `reopen_by` is the coordinator who
    wants its verification taken back (撤回核实), until a second one decides.
    """

    id: int | None = Field(default=None, primary_key=True)
    activity_id: int = Field(foreign_key="activity.id", unique=True)
    reporter_id: int = Field(foreign_key="member.id")
    state: ReportState = Field(sa_type=enum_column(ReportState), index=True)
    beneficiaries: int
    counted_by: CountedBy = Field(sa_type=enum_column(CountedBy))
    words: str = Field(default="", max_length=2000)
    served: str | None = Field(default=None, max_length=500)
    submitted_at: dt.datetime = Field(sa_type=Instant)
    verifier_id: int | None = Field(default=None, foreign_key="member.id")
    decided_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    return_reason: str = Field(default="", max_length=500)
    round: int = 1
    reopen_by: int | None = None
    reopen_reason: str = Field(default="", max_length=500)


class ReportPhoto(SQLModel, table=True):
    """A photo of a report, or a picture or PDF that was sent as a file; `state` says where its file is.

    Or of service elsewhere that somebody handed in (`own_id`); of what was taken out there, neither is known.

    `file` is None once it is erased. `sha256` names our own file, until that is deleted. A photo that is to be fetched
    is tried at `try_at`; `refusals` are those of its channel. `sheet`: it shows the sheet that people signed (签到表).
    """

    __table_args__ = (UniqueConstraint("report_id", "unique_id"), Index("ix_reportphoto_state", "state", "try_at"))

    id: int | None = Field(default=None, primary_key=True)
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    own_id: int | None = Field(default=None, foreign_key="ownservice.id", index=True)
    sent_by: int | None = Field(default=None, foreign_key="member.id", index=True)
    unique_id: str = Field(max_length=100)
    file: Attachment | None = Field(default=None, sa_type=AttachmentColumn)
    sha256: str = Field(default="", max_length=64, index=True)
    state: PhotoState = Field(sa_type=enum_column(PhotoState))
    try_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    refusals: int = 0
    error: str = Field(default="", max_length=300)
    sheet: bool = False


class RatingBox(SQLModel, table=True):
    """Where people say what they thought of an activity. Who has the `code` may; without a `key` it is closed."""

    activity_id: int = Field(primary_key=True, foreign_key="activity.id")
    code: str = Field(max_length=40, unique=True)
    key: str = Field(default="", max_length=64)


class Rating(SQLModel, table=True):
    """What somebody thought of an activity, and nothing of who it was: `sealed` goes when the box closes.

    `guest`: it was nobody who came to serve.
    """

    __table_args__ = (UniqueConstraint("activity_id", "sealed"),)

    id: int | None = Field(default=None, primary_key=True)
    activity_id: int = Field(foreign_key="activity.id")
    stars: int
    words: str = Field(default="", max_length=400)
    guest: bool = False
    sealed: str | None = Field(default=None, max_length=64)


class Pairing(SQLModel, table=True):
    """A lasting tie of a team with a village or farm (助农结对). Counts once confirmed by a second person.

    `round` grows when a returned one is handed in again. `contact` is somebody at the partner's office, never a
    beneficiary; `agreed` is what both promise; `until`: the last day, None while it is open.
    """

    __table_args__ = (Index("ix_pairing_tally", "year", "state", "ended_on"), KEPT_IDS)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    partner: str = Field(max_length=120)
    place: str = Field(default="", max_length=120)
    since: dt.date
    year: int
    state: PairingState = Field(sa_type=enum_column(PairingState))
    registered_by: int = Field(foreign_key="member.id")
    registered_at: dt.datetime = Field(sa_type=Instant)
    round: int = 1
    confirmed_by: int | None = Field(default=None, foreign_key="member.id")
    confirmed_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    return_reason: str = Field(default="", max_length=300)
    ended_by: int | None = Field(default=None, foreign_key="member.id")
    ended_on: dt.date | None = None
    end_reason: str = Field(default="", max_length=300)
    contact: str = Field(default="", max_length=100)
    agreed: str = Field(default="", max_length=300)
    until: dt.date | None = None


class Visit(SQLModel, table=True):
    """A visit (走访) of a pairing: the activity that was held there, with its people, report, photos and hours."""

    id: int | None = Field(default=None, primary_key=True)
    pairing_id: int = Field(foreign_key="pairing.id", index=True)
    activity_id: int = Field(foreign_key="activity.id", unique=True)
