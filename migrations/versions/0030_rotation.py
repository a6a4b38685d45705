"""The rotation: who agreed to be asked, and who was asked for which month."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "rotationmember",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("agreed_at", instant, nullable=False),
        sa.UniqueConstraint("member_id"),
    )
    op.create_table(
        "rotationturn",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("asked_by", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("swap_with", sa.Integer(), nullable=True),
        sa.UniqueConstraint("month", "member_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rotationturn_member_id", "rotationturn", ["member_id"])


def downgrade() -> None:
    op.drop_table("rotationturn")
    op.drop_table("rotationmember")
