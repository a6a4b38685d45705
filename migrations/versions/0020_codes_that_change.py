"""How people check in: the rotating code's key and where it is shown, and by what each was found to be there."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activity", sa.Column("code_key", sa.String(64), nullable=False, server_default=""))
    for table in ("attendance", "hoursentry"):
        op.add_column(table, sa.Column("checked_by", sa.String(24), nullable=True))
    op.create_table(
        "showncode",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("message_id", sa.String(100), nullable=False),
        sa.Column("activity_id", sa.Integer(), sa.ForeignKey("activity.id"), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("address", "activity_id"),
    )


def downgrade() -> None:
    op.drop_table("showncode")
    for table in ("hoursentry", "attendance"):
        op.drop_column(table, "checked_by")
    op.drop_column("activity", "code_key")
