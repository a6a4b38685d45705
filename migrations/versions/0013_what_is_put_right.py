"""A verification can be taken back, by two people: who asks for it and why."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("reopen_by", sa.Integer(), nullable=True))
    op.add_column("report", sa.Column("reopen_reason", sa.String(length=500), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("report", "reopen_reason")
    op.drop_column("report", "reopen_by")
