"""Photos of own service (补报时长) are kept in our own files, as those of reports are."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reportphoto") as table:
        table.alter_column("report_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("own_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_reportphoto_own_id", "ownservice", ["own_id"], ["id"])
    op.create_index("ix_reportphoto_own_id", "reportphoto", ["own_id"])
    link = op.get_bind()
    own = sa.table("ownservice", sa.column("id"), sa.column("member_id"), sa.column("file", sa.JSON()))
    names = ("own_id", "sent_by", "unique_id", "sha256", "state", "refusals", "error", "sheet")
    photo = sa.table("reportphoto", *map(sa.column, names), sa.column("file", sa.JSON()))
    for number, member, file in link.execute(sa.select(own.c.id, own.c.member_id, own.c.file)).all():
        if not file:
            continue
        sha = file.get("sha256", "")
        values = {"own_id": number, "sent_by": member, "unique_id": file.get("unique") or sha or file["id"][:100]}
        state = {"sha256": sha, "state": "kept" if sha else "waiting", "refusals": 0, "error": "", "sheet": False}
        link.execute(sa.insert(photo).values(**values, **state, file=file))


def downgrade() -> None:
    op.execute("DELETE FROM reportphoto WHERE report_id IS NULL")
    op.drop_index("ix_reportphoto_own_id", "reportphoto")
    with op.batch_alter_table("reportphoto") as table:
        table.drop_constraint("fk_reportphoto_own_id", type_="foreignkey")
        table.drop_column("own_id")
        table.alter_column("report_id", existing_type=sa.Integer(), nullable=False)
