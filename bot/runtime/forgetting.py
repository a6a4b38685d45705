"""What erasing somebody means for the files: nothing of the name stays in them, and no restore brings it back."""

import sqlite3

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.runtime.erased_list import ErasedList
from corps.membership import erasure
from corps.moment import Moment

log = structlog.get_logger()


def shred(engine: Engine) -> None:
    """Make an SQLite file anew without what was deleted, and empty its log. PostgreSQL does so by itself.

    Raises sqlite3.Error, also while somebody still reads the log.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        # Overwriting what is deleted (`secure_delete`) leaves out copies in pages whose rows were moved to others.
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
        if row is not None and row[0]:
            raise sqlite3.OperationalError("the log is still being read")
    finally:
        connection.close()


class Forgetting:
    """Sees erasing through to the disk.

    Attributes:
        owed: Something is left to do, and will be tried again: the disk was full, or somebody read the file.
    """

    def __init__(self, engine: Engine, erased: ErasedList | None) -> None:
        self._engine = engine
        self._list = erased
        self.owed = False

    def after_erasing(self) -> None:
        """Somebody was erased, and it is committed. Never raises: what could not be done now is owed."""
        self.owed = True
        self.finish()

    def finish(self) -> None:
        """Do what is owed."""
        if not self.owed:
            return
        try:
            self._note()
            shred(self._engine)
        except (DBAPIError, sqlite3.Error, OSError) as error:
            log.error("erasing.unfinished", error=type(error).__name__)
        else:
            self.owed = False

    def _note(self) -> None:
        if self._list is None:
            return
        with Session(self._engine) as session, session.begin():
            rows = erasure.rows_erased(session)
        self._list.add(rows)

    def follow(self, session: Session, at: Moment) -> int:
        """Erase again whom a backup has brought back. For the start, and for a restore. Raises OSError."""
        if self._list is None:
            return 0
        self._list.add(erasure.rows_erased(session))
        return erasure.erase_again(session, at, self._list.holds())
