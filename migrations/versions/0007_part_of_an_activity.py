"""A mark may say from when to when somebody was there."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attendance", sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attendance", sa.Column("until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("attendance", "until")
    op.drop_column("attendance", "since")
