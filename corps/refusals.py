"""What the corps says no to. The bot has one sentence for each reason (`refused.<reason>` in its texts)."""

from enum import StrEnum


class Reason(StrEnum):
    """Why something was not done. Each has a sentence that tells the person what to do instead."""

    NOT_ALLOWED = "not_allowed"
    GONE = "gone"
    MOVED_ON = "moved_on"
    NOT_MEMBER = "not_member"
    NOT_PUBLISHED = "not_published"
    CANCELLED = "cancelled"
    STARTED = "started"
    TIME_PAST = "time_past"
    OTHER_TEAM = "other_team"
    OWN_TEAM_ONLY = "own_team_only"
    NOT_CLAIMED_YET = "not_claimed_yet"
    ALREADY_CLAIMED = "already_claimed"
    ALREADY_GOING = "already_going"
    ALREADY_WAITING = "already_waiting"
    ALREADY_HERE = "already_here"
    CODE_OVER = "code_over"
    CAME_AFTER_LEAVING = "came_after_leaving"
    MARKED_THERE = "marked_there"
    CHECKED_IN = "checked_in"
    NO_HOURS = "no_hours"
    FULL = "full"
    NOT_FULL = "not_full"
    OVERLAP = "overlap"
    NOT_SIGNED_UP = "not_signed_up"
    OFFER_LAPSED = "offer_lapsed"
    UNDO_LATE = "undo_late"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NOT_ENDED = "not_ended"
    HALF_FILLED = "half_filled"
    SAME_PERSON = "same_person"
    CORRECTED_IT = "corrected_it"
    ALREADY_DECIDED = "already_decided"
    NOT_REPORTED = "not_reported"
    INVITATION_INVALID = "invitation_invalid"
    ALREADY_MEMBER = "already_member"
    LAST_COORDINATOR = "last_coordinator"
    BELOW_TAKEN = "below_taken"
    NOTHING_CHANGED = "nothing_changed"
    NO_AUDIENCE = "no_audience"
    ALREADY_SENT = "already_sent"
    INCOMPLETE = "incomplete"
    PREVIEW_OLD = "preview_old"
    NUDGED_LATELY = "nudged_lately"
    EVERYBODY_ANSWERED = "everybody_answered"
    NOTHING_WAITING = "nothing_waiting"
    NOT_A_TEAM_GROUP = "not_a_team_group"
    GROUP_GONE = "group_gone"
    GROUP_OF_ANOTHER = "group_of_another"
    HAS_SIGN_UPS = "has_sign_ups"
    PERSON_GONE = "person_gone"
    NOT_A_NAME = "not_a_name"
    REPORTED = "reported"
    VERIFIED = "verified"
    PAST_TIME = "past_time"
    SOMEBODY_CAME = "somebody_came"
    LAST_SLOT = "last_slot"
    TOO_MANY_SLOTS = "too_many_slots"
    TEAM_THERE = "team_there"
    ONE_SLOT = "one_slot"
    NO_ROOM = "no_room"
    NOT_FREE = "not_free"
    ALREADY_PAIRED = "already_paired"
    NOT_OF_USE = "not_of_use"
    SECOND_CONFIRMS = "second_confirms"
    NOT_VERIFIED = "not_verified"
    NOT_A_PICTURE = "not_a_picture"
    FILE_TOO_LARGE = "file_too_large"
    THEY_GO = "they_go"
    THEY_WAIT = "they_wait"
    THEY_ARE_ELSEWHERE = "they_are_elsewhere"
    THEY_ARE_OF_ANOTHER_TEAM = "they_are_of_another_team"
    THEY_ARE_OFF = "they_are_off"
    THEY_CAME = "they_came"
    TEAM_RETIRED = "team_retired"
    TOO_LONG = "too_long"
    NOT_KEPT = "not_kept"


class Refused(Exception):  # noqa: N818 - it is an answer, not an error
    """An operation that was not done. `facts` fill the sentence's placeholders; the transaction rolls back.

    `about` is the audit's subject, such as `activity:7`, of what somebody else was faster with: the sentence says who
    changed it last, and when (`corps.audit.say_who`).
    """

    def __init__(self, reason: Reason, about: str = "", **facts: object) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.about = about
        self.facts = facts
