"""Briefs have numbers, and the office's own templates of papers."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "briefissue",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("made_by", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.UniqueConstraint("year", "serial"),
        sa.UniqueConstraint("subject"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "papertemplate",
        sa.Column("paper", sa.String(24), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("put_by", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("at", instant, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("papertemplate")
    op.drop_table("briefissue")
