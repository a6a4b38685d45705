"""The kinds of place, as the roster file lists them. Activities keep the codes that they have."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "venue",
        sa.Column("code", sa.String(24), primary_key=True),
        sa.Column("name_zh", sa.String(30), nullable=False),
        sa.Column("name_en", sa.String(40), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("in_plan", sa.Boolean(), nullable=False),
        sa.Column("workdays", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("venue")
