"""What people thought of an activity, without who it was."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ratingbox",
        sa.Column("activity_id", sa.Integer(), sa.ForeignKey("activity.id"), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("activity_id", sa.Integer(), sa.ForeignKey("activity.id"), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.String(64), nullable=True),
        sa.UniqueConstraint("activity_id", "sealed"),
    )


def downgrade() -> None:
    op.drop_table("rating")
    op.drop_table("ratingbox")
