"""The audit by what was done: the register of documents is a few rows among all changes of all years."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_action", "audit", ["action", "subject"])


def downgrade() -> None:
    op.drop_index("ix_audit_action", "audit")
