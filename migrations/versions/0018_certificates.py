"""The register of records of service."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("member_id", sa.Integer(), sa.ForeignKey("member.id"), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("number", sa.String(24), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(60), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=True),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("member.id"), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("revoked_by", sa.Integer(), sa.ForeignKey("member.id"), nullable=True),
        sa.Column("revoked_at", instant, nullable=True),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.UniqueConstraint("year", "serial"),
        sa.UniqueConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_certificate_member_id", "certificate", ["member_id"])


def downgrade() -> None:
    op.drop_table("certificate")
