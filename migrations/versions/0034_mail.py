"""Mail: what stops it from within a message, and which calendar entries were mailed."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("address") as table:
        table.add_column(sa.Column("token", sa.String(32), nullable=True))
        table.create_unique_constraint("uq_address_token", ["token"])
    op.create_table(
        "mailedentry",
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id"), primary_key=True),
        sa.Column("activity_id", sa.Integer(), sa.ForeignKey("activity.id"), primary_key=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("mailedentry")
    with op.batch_alter_table("address") as table:
        table.drop_constraint("uq_address_token", type_="unique")
        table.drop_column("token")
