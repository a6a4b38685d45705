"""Which categories an activity serves, noted on the activity itself, so that a year is counted from one index.

The slots remain what is true. The note is written when an activity becomes public and whenever its slots change, under
the same lock; where there is none (`serves` is None) the slots are asked.
"""

from sqlmodel import Session, select

from models import Activity, Slot

BETWEEN = ","


def note(session: Session, activity: Activity) -> None:
    """Note which categories the activity's slots serve. The caller holds the activity's lock."""
    session.flush()
    codes = session.exec(select(Slot.category).where(Slot.activity_id == activity.id).distinct()).all()
    activity.serves = BETWEEN.join(sorted(codes))
    session.add(activity)


def read(serves: str) -> list[str]:
    """Return the codes of a note."""
    return serves.split(BETWEEN) if serves else []
