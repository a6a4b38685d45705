"""A team is known by a code, so that it may be renamed; what the roster lists no more is retired, not forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("team") as team:
        team.add_column(sa.Column("code", sa.String(length=24), nullable=True))
        team.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
        team.create_unique_constraint("uq_team_code", ["code"])
    op.add_column("category", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("category", "retired_at")
    with op.batch_alter_table("team") as team:
        team.drop_constraint("uq_team_code", type_="unique")
        team.drop_column("retired_at")
        team.drop_column("code")
