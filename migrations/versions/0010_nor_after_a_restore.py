"""The ids of people, broadcasts and pairings are not given out again either, so that a restore can pass over them.

As in 0004: PostgreSQL's sequences do so by themselves; on SQLite the tables are made anew, with what is in them.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("member", "broadcast", "pairing")


def upgrade() -> None:
    _make_anew(sqlite_autoincrement=True)


def downgrade() -> None:
    _make_anew()


def _make_anew(**how: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in TABLES:
        with op.batch_alter_table(name, recreate="always", table_kwargs=how):
            pass
