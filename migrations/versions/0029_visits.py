"""Visits of pairings, and what is agreed with a partner."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pairing") as table:
        table.add_column(sa.Column("contact", sa.String(100), nullable=False, server_default=""))
        table.add_column(sa.Column("agreed", sa.String(300), nullable=False, server_default=""))
        table.add_column(sa.Column("until", sa.Date(), nullable=True))
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("pairing_id", sa.Integer(), sa.ForeignKey("pairing.id"), nullable=False),
        sa.Column("activity_id", sa.Integer(), sa.ForeignKey("activity.id"), nullable=False),
        sa.UniqueConstraint("activity_id"),
    )
    op.create_index("ix_visit_pairing_id", "visit", ["pairing_id"])


def downgrade() -> None:
    op.drop_table("visit")
    with op.batch_alter_table("pairing") as table:
        for column in ("until", "agreed", "contact"):
            table.drop_column(column)
