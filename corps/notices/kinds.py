"""The names of the kinds of notice; what each is, `corps.notices.declarations` is told where it is owed."""

import datetime as dt
from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about; the bot has a view for each."""

    CARD = "card"
    CLAIMED = "claimed"
    JOIN_REQUEST = "join_request"
    ADMITTED = "admitted"
    DECLINED = "declined"
    ROLE = "role"
    INVITE = "invite"
    OFFER = "offer"
    LAPSED = "lapsed"
    LATE_WITHDRAWAL = "late_withdrawal"
    REMOVED = "removed"
    SIGNED_UP_FOR = "signed_up_for"
    AGAIN = "again"
    REMINDER = "reminder"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    UNFILLED = "unfilled"
    LAST_CALL = "last_call"
    REPORT_REQUEST = "report_request"
    RATING = "rating"
    VERIFY_REQUEST = "verify_request"
    RETURNED = "returned"
    VERIFIED = "verified"
    REOPEN_REQUEST = "reopen_request"
    REOPENED = "reopened"
    REOPEN_DECLINED = "reopen_declined"
    PAIRING_REQUEST = "pairing_request"
    PAIRING_DECIDED = "pairing_decided"
    CERTIFICATE_REQUEST = "certificate_request"
    CERTIFICATE_DECIDED = "certificate_decided"
    OWN_HOURS_REQUEST = "own_hours_request"
    OWN_HOURS_DECIDED = "own_hours_decided"
    PUBLICITY = "publicity"
    OBJECTION = "objection"
    OBJECTION_SETTLED = "objection_settled"
    DRAFT_REQUEST = "draft_request"
    DRAFT_DECIDED = "draft_decided"
    ROTATION_INVITE = "rotation_invite"
    ROTATION_ASK = "rotation_ask"
    ROTATION_ANSWER = "rotation_answer"
    ROTATION_SWAP = "rotation_swap"
    ROTATION_NEAR = "rotation_near"
    VISIT_DUE = "visit_due"
    PLAN_ASK = "plan_ask"
    PLAN_ANSWER = "plan_answer"
    QUOTA = "quota"
    TEAM_DIGEST = "team_digest"
    BROADCAST = "broadcast"
    BROADCAST_PART = "broadcast_part"
    CORRECTION = "correction"
    NUDGE = "nudge"
    GROUP_LOST = "group_lost"
    GROUP_MOVED = "group_moved"
    ROBOT_BROKEN = "robot_broken"
    ROBOT_UNTIED = "robot_untied"
    UNREACHABLE = "unreachable"
    ALARM = "alarm"
    ALARM_OVER = "alarm_over"
    MOVED = "moved"
    MOVED_IN = "moved_in"
    DISMISSED = "dismissed"
    ROSTER = "roster"
    QUESTION = "question"
    PAGE_ENTERED = "page_entered"
    MAIL_CHANGED = "mail_changed"
    CALENDAR_ENTRY = "calendar_entry"


URGENT = 0
"""The priority that goes out even in quiet hours: cancellations and changes within the next twelve hours."""

SOON = dt.timedelta(hours=12)
"""What concerns something within this time is told even in quiet hours: otherwise people would go, or not."""


def is_soon(starts_at: dt.datetime, now: dt.datetime) -> bool:
    """Tell whether something begins so soon (or has begun) that its changes are told even in quiet hours."""
    return starts_at - now <= SOON


PER_SECOND = 30
"""How many messages Telegram takes a second: how fast a queue can shrink, and a broadcast go out."""
