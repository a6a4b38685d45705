"""Photos and files are attachments, of whichever channel; those of reports are to be fetched and kept.

Downwards, what did not come by Telegram has no id there: such a photo counts and can't be shown.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Json = dict[str, Any]


def _table(name: str, *columns: str, json: tuple[str, ...] = ()) -> sa.TableClause:
    plain = [sa.column(one) for one in columns]
    return sa.table(name, *plain, *(sa.column(one, sa.JSON(none_as_null=True)) for one in json))


PHOTO = _table("reportphoto", "id", "report_id", "sent_by", "file_id", "unique_id", "state", json=("file",))
BROADCAST = _table("broadcast", "id", "photo_id", "document_id", json=("photo", "document", "parts"))
DRAFT = _table("draft", "id", "kind", json=("data",))


def upgrade() -> None:
    """Make attachments of Telegram's ids."""
    with op.batch_alter_table("reportphoto") as batch:
        batch.add_column(sa.Column("sent_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("file", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("sha256", sa.String(64), nullable=False, server_default=""))
        batch.add_column(sa.Column("state", sa.String(24), nullable=False, server_default="waiting"))
        batch.add_column(sa.Column("try_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("refusals", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("error", sa.String(300), nullable=False, server_default=""))
        batch.create_foreign_key("reportphoto_sent_by_fkey", "member", ["sent_by"], ["id"])
    _each(PHOTO, lambda row: {"file": _attachment("photo", row.file_id, row.unique_id)})
    report = _table("report", "id", "reporter_id")
    sender = sa.select(report.c.reporter_id).where(report.c.id == PHOTO.c.report_id).scalar_subquery()
    op.execute(PHOTO.update().values(sent_by=sender))
    member = _table("member", "id", "status")
    erased = sa.select(member.c.id).where(member.c.status == "erased")
    op.execute(PHOTO.update().where(PHOTO.c.sent_by.in_(erased)).values(state="erased", file=None))
    with op.batch_alter_table("reportphoto") as batch:
        for name, type_ in (("sha256", sa.String(64)), ("state", sa.String(24)), ("error", sa.String(300))):
            batch.alter_column(name, server_default=None, existing_type=type_, existing_nullable=False)
        batch.alter_column("refusals", server_default=None, existing_type=sa.Integer(), existing_nullable=False)
        batch.drop_column("file_id")
    for name, columns in INDEXES:
        op.create_index(name, "reportphoto", columns)
    # Not made anew, as a batch would on SQLite: the ids of broadcasts are not given out again (0010).
    for name in ("photo", "document"):
        op.add_column("broadcast", sa.Column(name, sa.JSON(none_as_null=True), nullable=True))
    _each(BROADCAST, _broadcast_up)
    for name in ("photo_id", "document_id"):
        op.drop_column("broadcast", name)
    _each(DRAFT, lambda row: {"data": _draft_up(row.kind, row.data)})


INDEXES = (
    ("ix_reportphoto_state", ["state", "try_at"]),
    ("ix_reportphoto_sent_by", ["sent_by"]),
    ("ix_reportphoto_sha256", ["sha256"]),
)


def downgrade() -> None:
    """Keep of each attachment what Telegram calls it; our own files stay where they are."""
    _each(DRAFT, lambda row: {"data": _draft_down(row.kind, row.data)})
    for name in ("photo_id", "document_id"):
        op.add_column("broadcast", sa.Column(name, sa.String(200), nullable=False, server_default=""))
    _each(BROADCAST, _broadcast_down)
    for name in ("photo", "document"):
        op.drop_column("broadcast", name)
    for name, _ in INDEXES:
        op.drop_index(name, "reportphoto")
    with op.batch_alter_table("reportphoto") as batch:
        batch.add_column(sa.Column("file_id", sa.String(200), nullable=False, server_default=""))
    _each(PHOTO, lambda row: {"file_id": _id(row.file)})
    with op.batch_alter_table("reportphoto") as batch:
        batch.alter_column("file_id", server_default=None, existing_type=sa.String(200), existing_nullable=False)
        batch.drop_constraint("reportphoto_sent_by_fkey", type_="foreignkey")
        for name in ("sent_by", "file", "sha256", "state", "try_at", "refusals", "error"):
            batch.drop_column(name)


def _each(table: sa.TableClause, change: Callable[[Any], Json]) -> None:
    """Change each row of a table; of its columns those are read that are there now."""
    connection = op.get_bind()
    there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
    rows = connection.execute(sa.select(*(column for column in table.c if column.name in there))).all()
    for row in rows:
        connection.execute(table.update().where(table.c.id == row.id).values(change(row)))


def _attachment(kind: str, file_id: str, unique: str = "") -> Json | None:
    """Return an attachment that came by Telegram, as it is kept from now on; None where there was none."""
    if not file_id:
        return None
    type_ = "image/jpeg" if kind == "photo" else ""
    known = {"channel": "telegram", "id": file_id, "unique": unique, "sha256": ""}
    return {"kind": kind, "name": "", "type": type_, "size": 0, **known}


def _id(attachment: Json | None) -> str:
    return str(attachment["id"]) if attachment and attachment["channel"] == "telegram" else ""


def _parts(parts: list[Json], turn: Callable[[Any], Any]) -> list[Json]:
    return [{**part, "photo": turn(part["photo"])} for part in parts]


def _photo(file_id: str) -> Json | None:
    return _attachment("photo", file_id)


def _broadcast_up(row: Any) -> Json:  # noqa: ANN401 - a row
    document = _attachment("document", row.document_id)
    return {"photo": _photo(row.photo_id), "document": document, "parts": _parts(row.parts, _photo)}


def _broadcast_down(row: Any) -> Json:  # noqa: ANN401 - a row
    return {"photo_id": _id(row.photo), "document_id": _id(row.document), "parts": _parts(row.parts, _id)}


COMPOSED = ("broadcast", "broadcast_fix")
"""Kinds of conversations in which a message is composed."""


def _draft_up(kind: str, data: Json) -> Json:
    if kind == "report" and "photos" in data:
        return {**data, "photos": [_attachment("photo", *pair) for pair in data["photos"]]}
    if kind not in COMPOSED:
        return data
    new = {**data, "kept": _draft_up(kind, data["kept"])} if data.get("kept") else dict(data)
    turned = {"photo": _photo, "document": lambda file_id: _attachment("document", file_id)}
    new |= {name: turn(data[name]) for name, turn in turned.items() if name in data}
    return {**new, "parts": _parts(data["parts"], _photo)} if "parts" in data else new


def _draft_down(kind: str, data: Json) -> Json:
    if kind == "report" and "photos" in data:
        return {**data, "photos": [[_id(one), one["unique"]] for one in data["photos"] if _id(one)]}
    if kind not in COMPOSED:
        return data
    new = {**data, "kept": _draft_down(kind, data["kept"])} if data.get("kept") else dict(data)
    new |= {name: _id(data[name]) for name in ("photo", "document") if name in data}
    return {**new, "parts": _parts(data["parts"], _id)} if "parts" in data else new
