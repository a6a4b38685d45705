"""Where activities' cards stand, so that they are kept true."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "showncard",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("message_id", sa.String(100), nullable=False),
        sa.Column("activity_id", sa.Integer(), sa.ForeignKey("activity.id"), nullable=False),
        sa.Column("notice_id", sa.Integer(), sa.ForeignKey("notice.id"), nullable=True),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("back", sa.String(64), nullable=False),
        sa.Column("watches", sa.Boolean(), nullable=False),
        sa.Column("old", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(40), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("address", "message_id"),
    )
    op.create_index("ix_showncard_line", "showncard", ["activity_id", "watches", "seen"])


def downgrade() -> None:
    op.drop_index("ix_showncard_line", "showncard")
    op.drop_table("showncard")
