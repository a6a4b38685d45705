"""Indexes in the order in which the board and the tally walk, and on each activity the categories it serves."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW = (
    ("ix_activity_shelf", "activity", ["state", "starts_at", "id", "ends_at"]),
    ("ix_activity_tally", "activity", ["year", "state", "serves"]),
    ("ix_slot_activity", "slot", ["activity_id", "team_id", "category"]),
    ("ix_signup_member", "signup", ["member_id", "activity_id", "state"]),
    ("ix_pairing_tally", "pairing", ["year", "state", "ended_on"]),
)
OLD = (
    ("ix_activity_state", "activity", ["state"]),
    ("ix_activity_year", "activity", ["year"]),
    ("ix_slot_activity_id", "slot", ["activity_id"]),
    ("ix_signup_member_state", "signup", ["member_id", "state"]),
    ("ix_pairing_year", "pairing", ["year"]),
)
"""A new one does the work of each."""


def upgrade() -> None:
    op.add_column("activity", sa.Column("serves", sa.String(length=500), nullable=True))
    _note()
    for name, table, columns in NEW:
        op.create_index(name, table, columns)
    for name, table, _ in OLD:
        op.drop_index(name, table)


def _note() -> None:
    """Note what the activities that are public already serve; a draft is noted when it is published."""
    activity = sa.table("activity", sa.column("id"), sa.column("state"), sa.column("serves"))
    slot = sa.table("slot", sa.column("activity_id"), sa.column("category"))
    public = sa.select(activity.c.id).where(activity.c.state != "draft")
    pairs = sa.select(slot.c.activity_id, slot.c.category).where(slot.c.activity_id.in_(public)).distinct()
    found: defaultdict[int, list[str]] = defaultdict(list)
    for own, category in op.get_bind().execute(pairs).all():
        found[own].append(category)
    noted = activity.update().where(activity.c.id == sa.bindparam("own")).values(serves=sa.bindparam("codes"))
    if found:
        values = [{"own": own, "codes": ",".join(sorted(codes))} for own, codes in found.items()]
        op.get_bind().execute(noted, values)


def downgrade() -> None:
    for name, table, columns in OLD:
        op.create_index(name, table, columns)
    for name, table, _ in NEW:
        op.drop_index(name, table)
    op.drop_column("activity", "serves")
