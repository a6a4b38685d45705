"""Objections to hours that stand open to the team before they are final."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("activity_id", sa.Integer(), sa.ForeignKey("activity.id"), nullable=True),
        sa.Column("own_id", sa.Integer(), sa.ForeignKey("ownservice.id"), nullable=True),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("verified_at", instant, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("settled_by", sa.Integer(), sa.ForeignKey("member.id"), nullable=True),
        sa.Column("settled_at", instant, nullable=True),
        sa.Column("answer", sa.String(300), nullable=False),
        sqlite_autoincrement=True,
    )
    for column in ("activity_id", "own_id", "member_id", "state"):
        op.create_index(f"ix_objection_{column}", "objection", [column])


def downgrade() -> None:
    op.drop_table("objection")
