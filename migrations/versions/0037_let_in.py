"""Who was let in as whom by another's link, and how long: whoever could act for somebody is no second person."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letin",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(120), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_letin_member_id", "letin", ["member_id"])
    op.create_index("ix_letin_by_id", "letin", ["by_id"])


def downgrade() -> None:
    op.drop_table("letin")
