"""Service elsewhere that members hand in, and the hours credited for it."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant, member = sa.DateTime(timezone=True), "member.id"
    op.create_table(
        "ownservice",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey(member), nullable=False),
        sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("starts_at", instant, nullable=True),
        sa.Column("ends_at", instant, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("file", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("handed_in_at", instant, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), sa.ForeignKey(member), nullable=True),
        sa.Column("confirmed_at", instant, nullable=True),
        sa.Column("verified_by", sa.Integer(), sa.ForeignKey(member), nullable=True),
        sa.Column("verified_at", instant, nullable=True),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("withdraw_by", sa.Integer(), sa.ForeignKey(member), nullable=True),
        sa.Column("withdraw_reason", sa.String(300), nullable=False),
        sqlite_autoincrement=True,
    )
    for column in ("member_id", "team_id", "state"):
        op.create_index(f"ix_ownservice_{column}", "ownservice", [column])
    op.create_table(
        "ownhoursentry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("own_id", sa.Integer(), sa.ForeignKey("ownservice.id"), nullable=False),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey(member), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Integer(), sa.ForeignKey(member), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), sa.ForeignKey(member), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("reverses_id", sa.Integer(), sa.ForeignKey("ownhoursentry.id"), nullable=True),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.UniqueConstraint("reverses_id"),
    )
    for column in ("own_id", "member_id"):
        op.create_index(f"ix_ownhoursentry_{column}", "ownhoursentry", [column])


def downgrade() -> None:
    op.drop_table("ownhoursentry")
    op.drop_table("ownservice")
