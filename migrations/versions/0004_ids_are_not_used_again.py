"""The id of a deleted row is not given out again: old buttons and the keys of old notices still carry it.

PostgreSQL's sequences do so by themselves. On SQLite the tables are made anew, with what is in them; the next id
follows the highest that is there.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("activity", "slot", "signup")
"""Those whose rows are deleted and whose ids are in buttons or keys."""


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
