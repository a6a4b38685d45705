"""A slot may have its own hours, inside the activity's; a nickname tells two people of one name apart."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for end in ("starts_at", "ends_at"):
        op.add_column("slot", sa.Column(end, sa.DateTime(timezone=True), nullable=True))
    op.add_column("member", sa.Column("nickname", sa.String(length=20), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("member", "nickname")
    for end in ("ends_at", "starts_at"):
        op.drop_column("slot", end)
