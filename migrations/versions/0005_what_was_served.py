"""A report says which categories were served; what was reported before keeps what it counted for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("served", sa.String(length=500), nullable=True))
    activity = sa.table("activity", sa.column("id"), sa.column("serves"))
    report = sa.table("report", sa.column("activity_id"), sa.column("served"))
    counted = sa.select(activity.c.serves).where(activity.c.id == report.c.activity_id).scalar_subquery()
    op.get_bind().execute(report.update().values(served=counted))


def downgrade() -> None:
    op.drop_column("report", "served")
