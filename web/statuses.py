"""HTTP statuses of answers to what was refused."""

from bot.access import Denied
from bot.callbacks import PayloadError
from bot.routing.channel import SpentError
from corps.refusals import Reason, Refused

_NOT_YOURS = {
    Reason.NOT_ALLOWED, Reason.NOT_MEMBER, Reason.OTHER_TEAM, Reason.OWN_TEAM_ONLY, Reason.SAME_PERSON,
    Reason.SECOND_CONFIRMS, Reason.CORRECTED_IT,
}  # fmt: skip
_NOT_THERE = {
    Reason.GONE, Reason.PERSON_GONE, Reason.ASKER_GONE, Reason.INVITATION_INVALID, Reason.GROUP_GONE, Reason.LINK_ENDED,
    Reason.NUMBER_UNKNOWN,
}  # fmt: skip
_NOT_SO = {Reason.NOT_A_NAME, Reason.TOO_LONG, Reason.NOT_A_PICTURE, Reason.INCOMPLETE, Reason.TIME_PAST}


def status_of(undone: Exception | None) -> int:
    """Return the HTTP status for a refusal; 200 for None."""
    match undone:
        case None:
            return 200
        case Denied():
            return 403
        case PayloadError():
            return 422
        case SpentError():
            return 429
        case Refused(reason=Reason.ASKED_TOO_OFTEN):
            return 429
        case Refused(reason=Reason.FILE_TOO_LARGE):
            return 413
        case Refused(reason=reason):
            return 403 if reason in _NOT_YOURS else 404 if reason in _NOT_THERE else 422 if reason in _NOT_SO else 409
        case _:
            return 500
