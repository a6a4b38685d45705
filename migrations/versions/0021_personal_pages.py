"""The personal page: browsers that stay in, links that let one in, and what stands on a page."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "pagedevice",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("seen_at", instant, nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_pagedevice_before", "pagedevice", ["before"])
    op.create_index("ix_pagedevice_address", "pagedevice", ["address"])
    op.create_table(
        "pagelink",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("made_by", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("made_at", instant, nullable=False),
    )
    op.create_index("ix_pagelink_member_id", "pagelink", ["member_id"])
    op.create_table(
        "pagemessage",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("photo", sa.JSON(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("turn", sa.String(24), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("read_at", instant, nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pagemessage_turn", "pagemessage", ["address", "turn"])
    op.create_table(
        "pagefile",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", instant, nullable=False),
    )
    op.create_index("ix_pagefile_address", "pagefile", ["address"])


def downgrade() -> None:
    for table in ("pagefile", "pagemessage", "pagelink", "pagedevice"):
        op.drop_table(table)
