"""Indexes in the order in which the board and the tally walk: nothing but what is shown is looked up."""

from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW = (
    ("ix_activity_shelf", "activity", ["state", "starts_at", "id", "ends_at"]),
    ("ix_activity_tally", "activity", ["year", "state"]),
    ("ix_slot_activity", "slot", ["activity_id", "team_id", "category"]),
    ("ix_signup_member", "signup", ["member_id", "state", "activity_id"]),
    ("ix_pairing_tally", "pairing", ["year", "state", "ended_on"]),
)
OLD = (
    ("ix_activity_state", "activity", ["state"]),
    ("ix_activity_year", "activity", ["year"]),
    ("ix_slot_activity_id", "slot", ["activity_id"]),
    ("ix_signup_member_state", "signup", ["member_id", "state"]),
    ("ix_pairing_year", "pairing", ["year"]),
)
"""Each is the beginning of a new one, which does its work too."""


def upgrade() -> None:
    for name, table, columns in NEW:
        op.create_index(name, table, columns)
    for name, table, _ in OLD:
        op.drop_index(name, table)


def downgrade() -> None:
    for name, table, columns in OLD:
        op.create_index(name, table, columns)
    for name, table, _ in NEW:
        op.drop_index(name, table)
