"""The proposals of the plan."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "planproposal",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(24), sa.ForeignKey("category.code"), nullable=False),
        sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("starts_at", instant, nullable=False),
        sa.Column("ends_at", instant, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("venue", sa.String(24), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("member.id"), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("suits", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.Integer(), sa.ForeignKey("member.id"), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_planproposal_year", "planproposal", ["year", "state"])


def downgrade() -> None:
    op.drop_table("planproposal")
