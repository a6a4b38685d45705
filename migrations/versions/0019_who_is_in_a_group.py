"""Who of a team is in its group, as the channel has said: whoever is not gets the group's cards alone."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("teamgroup", sa.Column("inside", sa.JSON(), nullable=True))
    op.add_column("teamgroup", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("teamgroup", "looked_at")
    op.drop_column("teamgroup", "inside")
