"""How a delivery failed, as a word beside what was said.

What there was is read by what Telegram says (https://core.telegram.org/bots/api#making-requests), for the last time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SAYS = (
    ("blocked", "blocked"),
    ("deactivated", "deactivated"),
    ("chat not found", "never_started"),
    ("initiate conversation", "never_started"),
    ("peer_id_invalid", "never_started"),
    ("not enough rights", "no_rights"),
    ("chat_write_forbidden", "no_rights"),
    ("429", "too_many"),
    ("timed", "network"),
    ("network", "network"),
    ("cuterror", "network"),
)
"""The first that is found in it decides."""


def upgrade() -> None:
    op.add_column("notice", sa.Column("failure", sa.String(length=24), nullable=True))
    notice = sa.table("notice", sa.column("state"), sa.column("error"), sa.column("failure"))
    # What was cancelled has its reason from us; the others have an error if they were tried.
    tried = sa.and_(notice.c.error != "", notice.c.state.in_(("owed", "leased", "expired", "failed")))
    said = sa.func.lower(notice.c.error)
    word = sa.case(*((said.contains(words), failure) for words, failure in SAYS), else_="other")
    op.execute(notice.update().where(tried, notice.c.error != "unreachable").values(failure=word))


def downgrade() -> None:
    op.drop_column("notice", "failure")
