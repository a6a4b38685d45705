"""What is due, what it says at that moment, how it ended; the page /notices.

Whoever owes notices declares their kinds; all of them are imported here, so that every notice that waits is known.
"""

from corps.activities import planning
from corps.attendance import report_requests, reports
from corps.broadcasts import copies
from corps.changes import cancelling, change_notices
from corps.membership import group_binding, join_requests, joining, leaving, robot_binding, roles, said, transfers
from corps.notices import reachability
from corps.pairings import pairing_cards
from corps.quotas import digests
from corps.signups import claims, inviting, reminders, vacancy_calls, waitlist, withdrawals
from corps.system import alarms, roster

OWING = (
    alarms, cancelling, change_notices, claims, copies, digests, group_binding, inviting, join_requests, joining,
    leaving, pairing_cards, planning, reachability, reminders, report_requests, reports, robot_binding, roles, roster,
    said, transfers, vacancy_calls, waitlist, withdrawals,
)  # fmt: skip
"""The modules that owe notices and declare their kinds."""
