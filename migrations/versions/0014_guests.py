"""Guests of an activity: by name only, counted and not kept as members."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activity", sa.Column("guests", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("activity", "guests")
