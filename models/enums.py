"""The words a column may hold (docs/glossary.md). Stored as the word itself, so that a row reads without a key."""

from enum import StrEnum


class MemberStatus(StrEnum):
    """Where a person stands with the corps."""

    APPLICANT = "applicant"
    ACTIVE = "active"
    DECLINED = "declined"
    LEFT = "left"
    ERASED = "erased"
    REMOVED = "removed"


class ActivityState(StrEnum):
    """The life of an activity. "Held" is time passing, not a state."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPORTED = "reported"
    VERIFIED = "verified"
    CANCELLED = "cancelled"


class SignUpState(StrEnum):
    """The life of a sign-up. Whether the person came is a separate fact: `AttendanceState`."""

    GOING = "going"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class AttendanceState(StrEnum):
    """Whether a person came. Unknown never means present."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class Source(StrEnum):
    """How an attendance or an hour came to be known; the three are never mixed."""

    SELF_CHECKED = "self_checked"
    LEADER_CONFIRMED = "leader_confirmed"
    BACK_ENTERED = "back_entered"


class CheckedBy(StrEnum):
    """By what a person was found to be there, the surest first.

    The code on the leader's phone that changes all the time, the printed code that can be passed on, the button on the
    card that can be pressed anywhere, the leader's list.
    """

    ROTATING_CODE = "rotating_code"
    FIXED_CODE = "fixed_code"
    BUTTON = "button"
    ROLL = "roll"


class CountedBy(StrEnum):
    """How 受益人次 was counted: by signatures, by a head count, or by estimate."""

    SIGNATURES = "signatures"
    HEADCOUNT = "headcount"
    ESTIMATE = "estimate"


class ReportState(StrEnum):
    """The life of a report."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"


class PairingState(StrEnum):
    """The life of a rural-aid pairing."""

    REGISTERED = "registered"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class NoticeState(StrEnum):
    """The life of one message owed to one chat. `LEASED` is on its way; the last four are ends."""

    OWED = "owed"
    LEASED = "leased"
    SENT = "sent"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Failure(StrEnum):
    """Why a try to deliver did not succeed, as the channel that tried it understands the answer it got."""

    BLOCKED = "blocked"
    NEVER_STARTED = "never_started"
    DEACTIVATED = "deactivated"
    NO_RIGHTS = "no_rights"
    NO_MAILBOX = "no_mailbox"
    NOT_TAKEN = "not_taken"
    TOO_MANY = "too_many"
    NETWORK = "network"
    OTHER = "other"
    KEYWORD = "keyword"
    NOT_FROM_HERE = "not_from_here"
    SIGNATURE = "signature"
    STOPPED = "stopped"
    ROBOT_GONE = "robot_gone"
    UNREADABLE = "unreadable"
    NO_BROWSER = "no_browser"


class MailChange(StrEnum):
    """What has become of a member's mail address: confirmed, taken back by them, or stopped from within a mail."""

    TIED = "tied"
    REMOVED = "removed"
    STOPPED = "stopped"


class BroadcastState(StrEnum):
    """The life of a broadcast. Whether all of it is out, its notices tell.

    `STOPPED`: what was not out yet was taken back. `MISSED`: its hour passed while nothing ran.
    """

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    MISSED = "missed"


class AttachmentKind(StrEnum):
    """As what a file is shown."""

    PHOTO = "photo"
    DOCUMENT = "document"


class PhotoState(StrEnum):
    """Where the file of a report's photo is.

    `WAITING`: still to be fetched from its channel. `KEPT`: in our own files. `GONE`: the channel gives it no more.
    `UNFIT`: too large, or no picture or PDF. `ERASED`: with the person who sent it.
    `REMOVED`: taken out of the report; the row stays until nothing of the file is left, and counts no more.
    """

    WAITING = "waiting"
    KEPT = "kept"
    GONE = "gone"
    UNFIT = "unfit"
    ERASED = "erased"
    REMOVED = "removed"


class FeedScope(StrEnum):
    """Whose activities a calendar shows: what the person goes to, those of the person's team, all."""

    MINE = "mine"
    TEAM = "team"
    CORPS = "corps"


class CertificateState(StrEnum):
    """The life of a record of service: asked for, issued or declined; an issued one may be revoked."""

    ASKED = "asked"
    ISSUED = "issued"
    DECLINED = "declined"
    REVOKED = "revoked"


class OwnState(StrEnum):
    """The life of service elsewhere that a member hands in: the leader confirms it, a coordinator verifies it."""

    HANDED_IN = "handed_in"
    CONFIRMED = "confirmed"
    VERIFIED = "verified"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class PairingCounts(StrEnum):
    """What makes a pairing count in its year (`PAIRING_COUNTS`)."""

    CONFIRMED = "confirmed"
    VISITED = "visited"
    """Confirmed, and visited in that year at least once."""


class ProposalState(StrEnum):
    """The life of a proposal of `/plan`.

    `PASSED`: another one was wanted. `BARRED`: this team is not to be proposed for this category this year. `GONE`: it
    fits no more.
    """

    OPEN = "open"
    ACCEPTED = "accepted"
    PASSED = "passed"
    BARRED = "barred"
    GONE = "gone"


class PageMessageKind(StrEnum):
    """A message on a personal page: sent to the person, the answer to what was done there, or a short note about it."""

    SENT = "sent"
    ANSWER = "answer"
    TOAST = "toast"


class ObjectionState(StrEnum):
    """The life of an objection: it stops the clock until a coordinator settles it."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """Whoever raised it had themselves erased, and nobody knows any more what was wrong."""


class TurnState(StrEnum):
    """The life of a turn in the rotation: proposed, and taken or passed on. It is never assigned."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"
    """Its person is no more in the rotation, or has left the corps: another may be asked for the month."""
