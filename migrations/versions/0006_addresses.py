"""A person has addresses, each an id in a channel, in the place of one Telegram id; so have groups and conversations.

Downwards, what other channels brought is lost: a person keeps the Telegram address, and whoever has none is taken
for somebody who has left.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADDRESS = sa.String(length=120)
MESSAGE = sa.String(length=100)


def _table(name: str, *names: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(one) for one in names))


def _as_address(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.literal("telegram:") + sa.cast(column, sa.String(100))


def _at_telegram(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return column.like("telegram:%")


def _as_number(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int | None]:
    """Return the expression for the id at Telegram in an address; NULL for other channels."""
    return sa.case((_at_telegram(column), sa.cast(sa.func.substr(column, 10), sa.BigInteger)))


def upgrade() -> None:
    """Turn Telegram ids into addresses."""
    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("external", sa.String(length=100), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=100), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "external"),
    )
    op.create_index("ix_address_member_id", "address", ["member_id"])
    member = _table("member", "id", "telegram_id", "created_at", "unreachable_since")
    known = sa.select(
        member.c.id,
        sa.literal("telegram"),
        sa.cast(member.c.telegram_id, sa.String(100)),
        member.c.created_at,
        member.c.unreachable_since,
        sa.literal(""),
        sa.true(),
    ).where(member.c.telegram_id.is_not(None))
    columns = ["member_id", "channel", "external", "since", "unreachable_since", "why", "preferred"]
    op.execute(_table("address", *columns).insert().from_select(columns, known.order_by(member.c.id)))
    with op.batch_alter_table("member") as batch:
        batch.drop_column("telegram_id")
        batch.drop_column("unreachable_since")
    _notices_up()
    _drafts_up()
    _groups_up()
    _cards_up()


def downgrade() -> None:
    """Turn the Telegram addresses back into ids; what belongs to other channels goes."""
    _cards_down()
    _groups_down()
    _drafts_down()
    with op.batch_alter_table("member") as batch:
        batch.add_column(sa.Column("telegram_id", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True))
        batch.create_unique_constraint("member_telegram_id_key", ["telegram_id"])
    member = _table("member", "id", "telegram_id", "unreachable_since")
    address = _table("address", "id", "member_id", "channel", "external", "unreachable_since")
    there = address.alias()
    first = sa.select(sa.func.min(there.c.id)).where(there.c.channel == "telegram").group_by(there.c.member_id)
    op.execute(
        member.update()
        .where(address.c.member_id == member.c.id, address.c.id.in_(first))
        .values(telegram_id=sa.cast(address.c.external, sa.BigInteger), unreachable_since=address.c.unreachable_since)
    )
    _notices_down()
    op.drop_index("ix_address_member_id", "address")
    op.drop_table("address")


NOTICE = _table("notice", "address", "chat_id", "member_id", "message_id")


def _notices_up() -> None:
    """A member's notice that waits has no address yet: it is chosen when it goes out."""
    op.drop_index("ix_notice_chat", "notice")
    op.drop_index("ix_notice_member_id", "notice")
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("address", ADDRESS, nullable=True))
        batch.alter_column("message_id", type_=MESSAGE, existing_type=sa.BigInteger(), existing_nullable=True)
    op.execute(NOTICE.update().where(NOTICE.c.chat_id != 0).values(address=_as_address(NOTICE.c.chat_id)))
    with op.batch_alter_table("notice") as batch:
        batch.drop_column("chat_id")
    op.create_index("ix_notice_member", "notice", ["member_id", "state"])
    op.create_index("ix_notice_address", "notice", ["address", "state"])


def _notices_down() -> None:
    """A notice goes back to the chat it went to, else to its member's; 0 for those who have left."""
    op.drop_index("ix_notice_address", "notice")
    op.drop_index("ix_notice_member", "notice")
    elsewhere = NOTICE.c.address.is_(None) | ~_at_telegram(NOTICE.c.address)
    op.execute(NOTICE.update().where(elsewhere).values(message_id=None))
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("chat_id", sa.BigInteger(), nullable=False, server_default="0"))
        _to_number(batch, "message_id")
    member = _table("member", "id", "telegram_id")
    home = sa.select(member.c.telegram_id).where(member.c.id == NOTICE.c.member_id).scalar_subquery()
    op.execute(NOTICE.update().values(chat_id=sa.func.coalesce(_as_number(NOTICE.c.address), home, 0)))
    with op.batch_alter_table("notice") as batch:
        batch.alter_column("chat_id", server_default=None, existing_type=sa.BigInteger(), existing_nullable=False)
        batch.drop_column("address")
    op.create_index("ix_notice_chat", "notice", ["chat_id", "state"])
    op.create_index("ix_notice_member_id", "notice", ["member_id"])


def _to_number(batch: BatchOperations, column: str) -> None:
    batch.alter_column(
        column,
        type_=sa.BigInteger(),
        existing_type=MESSAGE,
        existing_nullable=True,
        postgresql_using=f"{column}::bigint",
    )


DRAFT = _table("draft", "address", "telegram_id", "last_key", "last_update")


def _drafts_up() -> None:
    op.drop_index("ix_draft_telegram_id", "draft")
    with op.batch_alter_table("draft") as batch:
        batch.add_column(sa.Column("address", ADDRESS, nullable=False, server_default=""))
        batch.add_column(sa.Column("last_key", MESSAGE, nullable=False, server_default=""))
    taken = sa.case((DRAFT.c.last_update == 0, ""), else_=sa.cast(DRAFT.c.last_update, sa.String(100)))
    op.execute(DRAFT.update().values(address=_as_address(DRAFT.c.telegram_id), last_key=taken))
    with op.batch_alter_table("draft") as batch:
        batch.alter_column("address", server_default=None, existing_type=ADDRESS, existing_nullable=False)
        batch.alter_column("last_key", server_default=None, existing_type=MESSAGE, existing_nullable=False)
        batch.drop_column("telegram_id")
        batch.drop_column("last_update")
    op.create_index("ix_draft_address", "draft", ["address"])


def _drafts_down() -> None:
    """Which update a conversation has taken in last is not known any more: a key need not be a number."""
    op.drop_index("ix_draft_address", "draft")
    op.execute(DRAFT.delete().where(~_at_telegram(DRAFT.c.address)))
    with op.batch_alter_table("draft") as batch:
        batch.add_column(sa.Column("telegram_id", sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("last_update", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(DRAFT.update().values(telegram_id=_as_number(DRAFT.c.address)))
    with op.batch_alter_table("draft") as batch:
        for name in ("telegram_id", "last_update"):
            batch.alter_column(name, server_default=None, existing_type=sa.BigInteger(), existing_nullable=False)
        batch.drop_column("address")
        batch.drop_column("last_key")
    op.create_index("ix_draft_telegram_id", "draft", ["telegram_id"])


OLD_GROUP = _table("oldgroup", "address", "chat_id", "team_id", "title", "cards", "bound_by", "bound_at")


def _groups_up() -> None:
    _make_groups_anew(sa.Column("address", ADDRESS, nullable=False), _as_address(OLD_GROUP.c.chat_id), sa.true())


def _groups_down() -> None:
    key = sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False)
    _make_groups_anew(key, _as_number(OLD_GROUP.c.address), _at_telegram(OLD_GROUP.c.address))


def _make_groups_anew(key: sa.Column[Any], value: sa.ColumnElement[Any], kept: sa.ColumnElement[bool]) -> None:
    """Make the table of groups with another key, and refill it: no database changes a primary key in place."""
    op.drop_index("ix_teamgroup_team_id", "teamgroup")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE teamgroup RENAME CONSTRAINT teamgroup_pkey TO oldgroup_pkey")
    op.rename_table("teamgroup", "oldgroup")
    op.create_table(
        "teamgroup",
        key,
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("cards", sa.Boolean(), nullable=False),
        sa.Column("bound_by", sa.Integer(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bound_by"], ["member.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint(key.name),
    )
    rest = ["team_id", "title", "cards", "bound_by", "bound_at"]
    old = sa.select(value, *(OLD_GROUP.c[name] for name in rest)).where(kept)
    op.execute(_table("teamgroup", key.name, *rest).insert().from_select([key.name, *rest], old))
    op.drop_table("oldgroup")
    op.create_index("ix_teamgroup_team_id", "teamgroup", ["team_id"])


BROADCAST = _table("broadcast", "card_address", "card_chat_id", "card_message_id")


def _cards_up() -> None:
    with op.batch_alter_table("broadcast") as batch:
        batch.add_column(sa.Column("card_address", ADDRESS, nullable=True))
        batch.alter_column("card_message_id", type_=MESSAGE, existing_type=sa.BigInteger(), existing_nullable=True)
    there = BROADCAST.c.card_chat_id
    op.execute(BROADCAST.update().where(there.is_not(None)).values(card_address=_as_address(there)))
    with op.batch_alter_table("broadcast") as batch:
        batch.drop_column("card_chat_id")


def _cards_down() -> None:
    there = BROADCAST.c.card_address
    op.execute(BROADCAST.update().where(there.is_(None) | ~_at_telegram(there)).values(card_message_id=None))
    with op.batch_alter_table("broadcast") as batch:
        batch.add_column(sa.Column("card_chat_id", sa.BigInteger(), nullable=True))
        _to_number(batch, "card_message_id")
    op.execute(BROADCAST.update().values(card_chat_id=_as_number(there)))
    with op.batch_alter_table("broadcast") as batch:
        batch.drop_column("card_address")
